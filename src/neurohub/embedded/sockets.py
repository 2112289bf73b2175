"""Short folders for Unix sockets: their whole path must stay below the kernel's ~104 bytes."""

import hashlib
import tempfile
from pathlib import Path
from typing import Final

SOCKET_DIR_MAX: Final = 80


def socket_folder(folder: Path) -> Path:
    """Return `folder/run`, or a folder of the system's temporary directory when that is too long."""
    near = folder.resolve() / "run"
    if len(str(near).encode()) <= SOCKET_DIR_MAX:
        return near
    mark = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"neurohub-{mark}"
