"""The caller: who a request comes from once its token is believed. `http.who` puts it in `scope["user"]`."""

from uuid import UUID

from msgspec import Struct

from neurohub.contract.enums import Locale, Role


class Account(Struct, frozen=True):
    """What the plant knows now of a person or a station. `credential` is `user:NAME` or `station:CODE`."""

    credential: str
    role: Role
    username: str | None
    station: str | None
    line: str | None
    processes: tuple[int, ...]
    name: str
    locale: Locale


class Caller(Account, frozen=True):
    """An account in one sign-in; `family` is that sign-in and dies with it."""

    family: UUID

    def may_read_line(self, line: str) -> bool:
        """A worker and a station see their own line; a worker without a line sees none."""
        return self.role not in {Role.WORKER, Role.STATION} or self.line == line
