"""The account an embedded server runs as: ourselves, or another one when we are root.

PostgreSQL refuses to run as root, so as root its files belong to `postgres`, else to `nobody`.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from neurohub.embedded.problem import EmbeddedError


class Account(Struct, frozen=True):
    """A user of this machine that is not root."""

    name: str
    uid: int
    gid: int

    def popen(self) -> dict[str, Any]:
        """Return the arguments of `subprocess` that make a child this account and nothing more."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


CANDIDATES = ("postgres", "nobody")


def choose(folder: Path, candidates: Sequence[str] = CANDIDATES) -> Account | None:
    """Return the account for servers whose files are in `folder`; None means: as we are.

    The owner of files that are already there wins over the candidates.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415 (there is none on Windows)

    if folder.exists() and (owner := folder.stat().st_uid) != 0:
        entry = pwd.getpwuid(owner)
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in candidates:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    names = " or ".join(candidates)
    raise EmbeddedError(f"PostgreSQL must not run as root and there is no user {names}; add one")


def popen(account: Account | None) -> dict[str, Any]:
    return {} if account is None else account.popen()


def give(folder: Path, account: Account | None, mode: int = 0o700) -> None:
    """Make `folder` and hand it to `account`."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)
    if account is not None and sys.platform != "win32":
        os.chown(folder, account.uid, account.gid)


def let_pass(folder: Path, account: Account | None) -> None:
    """Let `account` pass through a folder of ours; it cannot list it."""
    if account is not None:
        folder.chmod(folder.stat().st_mode | 0o011)


def closed_parent(path: Path, account: Account | None, beside: Path | None = None) -> Path | None:
    """Return the folder above `path` that `account` may not enter (0700 of somebody else), or None.

    The folder right above and `beside` are not looked at: they are ours, and we open them.
    """
    if account is None:
        return None
    for parent in path.parent.resolve().parents:
        found = parent.stat()
        shift = 6 if found.st_uid == account.uid else 3 if found.st_gid == account.gid else 0
        if not found.st_mode >> shift & 1 and parent != beside:
            return parent
    return None
