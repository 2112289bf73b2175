"""Room on the disk of the outbox: when it is low, when it is full, and a ballast to throw off when it is.

On a full disk SQLite cannot even write down what was delivered; 16 MB set free let it. Who calls it: the keeper.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOW_BYTES: Final = 500_000_000
FULL_BYTES: Final = 50_000_000
BALLAST_BYTES: Final = 16_000_000
_PIECE: Final = bytes(1_000_000)


class Disk:
    """The disk that `folder` is on. `free_bytes` says how much room is left."""

    def __init__(self, folder: Path, free_bytes: Callable[[], int] | None = None) -> None:
        self._ballast = folder / "ballast"
        self.free_bytes = free_bytes or (lambda: shutil.disk_usage(folder).free)

    @property
    def is_low(self) -> bool:
        return self.free_bytes() < LOW_BYTES

    @property
    def is_full(self) -> bool:
        return self.free_bytes() < FULL_BYTES

    def take_ballast(self) -> None:
        """Put the ballast there, of real bytes, unless it is or the disk is low."""
        if self._ballast.exists() or self.is_low:
            return
        half = self._ballast.with_suffix(".tmp")
        with half.open("wb") as file:
            for _ in range(BALLAST_BYTES // len(_PIECE)):
                file.write(_PIECE)
        half.replace(self._ballast)

    def drop_ballast(self) -> None:
        self._ballast.unlink(missing_ok=True)
