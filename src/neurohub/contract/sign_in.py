"""What signing in answers: the tokens and who they stand for. The commands are in `contract.commands`."""

from msgspec import UNSET, UnsetType

from neurohub.contract.enums import Locale, Role
from neurohub.contract.views import View


class SignedInPerson(View, frozen=True, kw_only=True):
    username: str
    name: str
    role: Role
    locale: Locale


class SignedInStation(View, frozen=True, kw_only=True):
    station: str
    name: str
    role: Role
    locale: Locale
    line: str
    processes: list[int]


class SignedIn(View, frozen=True, kw_only=True):
    """`expires_in` is seconds of the access token. `refresh_token` is null when it went into the cookie."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str | None
    user: SignedInPerson | UnsetType = UNSET
    station: SignedInStation | UnsetType = UNSET


class Me(View, frozen=True, kw_only=True):
    """Who the token stands for now; `line` is where a worker's and a station's rights end."""

    line: str | None
    user: SignedInPerson | UnsetType = UNSET
    station: SignedInStation | UnsetType = UNSET
