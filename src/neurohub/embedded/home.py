"""Where the servers keep their files: the data directory, or a folder of the site when it is closed to them.

As root the servers run as another account, who may not pass a 0700 folder above the data directory. Nobody's
folders are opened for that: the files go to the site's data and `servers` in the data directory points there.
"""

import tempfile
from pathlib import Path
from typing import Final

from neurohub.embedded.account import Account, closed_parent
from neurohub.embedded.problem import EmbeddedError

SITE: Final = Path("/var/lib/neurohub")
LINK: Final = "servers"


def choose(folder: Path, account: Account | None, site: Path = SITE) -> Path:
    """Return the folder for the servers' files of the data directory `folder`; the same at every start."""
    link = folder / LINK
    if link.is_symlink():
        return _followed(link)
    closed = closed_parent(folder / "postgres", account)
    if closed is None or account is None:
        return folder
    if (folder / "postgres").exists():
        raise EmbeddedError(
            f"PostgreSQL runs as {account.name}, who may no longer enter {closed}; "
            f"allow it: chmod o+x {closed}"
        )
    site.mkdir(mode=0o755, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="servers-", dir=site))
    if (still := closed_parent(made / "postgres", account, beside=made)) is not None:
        made.rmdir()
        raise EmbeddedError(
            f"PostgreSQL runs as {account.name}, who may enter neither {closed} nor {still}; "
            "set NEUROHUB_DATA_DIR to a folder that every account may enter"
        )
    link.symlink_to(made)
    return made


def existing(folder: Path) -> Path:
    """Return the folder for the servers' files as it was chosen, choosing nothing."""
    link = folder / LINK
    return link.resolve() if link.is_symlink() else folder


def _followed(link: Path) -> Path:
    if not link.exists():
        raise EmbeddedError(
            f"{link} points to {link.readlink()}, which is gone, and the database with it; "
            "bring it back, or begin anew with `neurohub reset`"
        )
    return link.resolve()
