"""A private PostgreSQL that replays the log into a copy up to a moment, then answers to us alone.

Behind a socket in a closed folder, with settings of its own, so it needs none of the server's and leaves none in the
data. Called by `restore`.
"""

import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from neurohub.backup.problem import BackupError
from neurohub.backup.programs import Say
from neurohub.embedded import account as accounts
from neurohub.embedded import child
from neurohub.embedded.problem import EmbeddedError
from neurohub.storage import copies
from neurohub.storage.probe import DatabaseError

SCRIPT: Final = Path(__file__).with_name("wal.sh")
PORT: Final = 5432
LOOK_EVERY_S: Final = 0.1
TELL_EVERY_S: Final = 10.0
REPLAY_MAX_S: Final = 7 * 86400.0  # it takes what it takes, and says how far it is
STOP_TIMEOUT_S: Final = 600.0  # the archive takes what is left first
TOO_SHORT: Final = "recovery ended before configured recovery target was reached"
# A server that replays must not be smaller in what pg_controldata tells than the one that wrote.
_NAMES: Final = {
    "max_prepared_xacts": "max_prepared_transactions",
    "max_locks_per_xact": "max_locks_per_transaction",
}


class Replay(Struct, frozen=True, kw_only=True):
    """What is replayed where, and how far. `archives`: what follows belongs to the plant's history."""

    target: Path
    wal: Path
    programs: Path
    superuser: str
    database: str
    moment: datetime | None
    timeline: str
    archives: bool


@contextmanager
def replayed(order: Replay, say: Say) -> Iterator[str]:
    """Replay, yield the URL of the server that has, and stop it."""
    account = accounts.choose(order.target)
    with tempfile.TemporaryDirectory(prefix="nh-restore-") as made:
        run = Path(made)
        accounts.give(run, account)
        shutil.copy(SCRIPT, run / SCRIPT.name)  # the package may be closed to that account
        (run / "pg_hba.conf").write_text("local all all trust\n", encoding="ascii")
        settings = _settings(order, run)
        (run / "postgresql.conf").write_text("\n".join(settings), encoding="utf-8")
        for path in run.iterdir():
            path.chmod(0o644)
        url = f"postgresql://{quote(order.superuser)}@/{quote(order.database)}?host={quote(made, safe='')}"
        command: list[str | Path] = [
            order.programs / "postgres",
            "-D",
            order.target,
            "-c",
            f"config_file={run / 'postgresql.conf'}",
        ]
        log = run / "log"
        process = child.start(command, log, account, signal.SIGINT)
        try:
            child.wait_ready(process, "PostgreSQL", _Progress(order, url, say), log, REPLAY_MAX_S)
            yield url
        except EmbeddedError as error:
            raise BackupError(_sentence(str(error), order)) from None
        finally:
            child.stop(process, signal.SIGINT, STOP_TIMEOUT_S)


def _settings(order: Replay, run: Path) -> list[str]:
    script = run / SCRIPT.name
    settings = _sizes(order) | {
        "listen_addresses": "",
        "unix_socket_directories": str(run),
        "port": str(PORT),
        "hba_file": str(run / "pg_hba.conf"),
        "logging_collector": "off",
        "shared_preload_libraries": "",
        "primary_conninfo": "",
        "synchronous_standby_names": "",
        "hot_standby": "on",
        "recovery_target_action": "promote",
        "recovery_target_timeline": order.timeline,
        "restore_command": f'sh "{script}" get "%f" "%p" "{order.wal}"',
        "archive_mode": "on" if order.archives else "off",
        "archive_command": f'sh "{script}" put "%p" "{order.wal}"',
    }
    if order.moment is not None:
        settings["recovery_target_time"] = order.moment.isoformat()
    return [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]


def _sizes(order: Replay) -> dict[str, str]:
    said = subprocess.run(
        [order.programs / "pg_controldata", order.target],
        capture_output=True,
        text=True,
        check=True,
        env=child.clean_environment(),
    )
    found: dict[str, str] = dict(re.findall(r"^(max_\w+) setting: +(\d+)$", said.stdout, flags=re.MULTILINE))
    return {_NAMES.get(name, name): value for name, value in found.items()}


class _Progress:
    """Ready when the log is replayed; until then the person reads every 10 s how far it is."""

    def __init__(self, order: Replay, url: str, say: Say) -> None:
        self.order, self.url, self.say = order, url, say
        self.told_at = self.looked_at = time.monotonic()

    def __call__(self) -> bool:
        now = time.monotonic()
        if now < self.looked_at + LOOK_EVERY_S or self._state() != "ready":
            return False
        self.looked_at = now
        try:
            found = copies.recovery(self.url)
        except DatabaseError:
            return False  # it is ending, and will be found to have ended
        if found.is_running and now > self.told_at + TELL_EVERY_S:
            self.told_at = now
            self.say(f"  replayed to {found.replayed_to or 'the backup itself'}")
        return not found.is_running

    def _state(self) -> str:
        """Read line 8 of postmaster.pid, as pg_ctl does: `ready` is who lets us in, while replaying, too."""
        try:
            lines = (self.order.target / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ""
        return lines[7].strip() if len(lines) > 7 else ""


def _sentence(error: str, order: Replay) -> str:
    if TOO_SHORT in error:
        return (
            f"The archive of the log ends before {order.moment}: nothing was written that late, or it was not "
            "archived. Name an earlier time, or leave --to out for the newest there is"
        )
    return error
