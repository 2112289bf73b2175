"""A test rig without hardware: writes the files that a rig of the process would write into the result folder."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from neurohub.contract.enums import Result
from station.rig import file
from station.rig.drop import drop, drop_bytes
from station.rig.example import encode, example


def _utc_now() -> datetime:
    return datetime.now(UTC)


class VirtualRig:
    """The rig at the result folder `root`."""

    def __init__(self, root: Path, now: Callable[[], datetime] = _utc_now) -> None:
        self._root, self._now = root, now

    def finish(self, unit: str, process: int, result: Result) -> Path:
        """Write a plausible result of `process` on `unit` and return its file."""
        return drop(self._root, example(process, unit, result, self._now()))

    def break_off(self, unit: str, process: int) -> Path:
        """Write half a file, as a rig that loses its power does."""
        whole = example(process, unit, Result.PASS, self._now())
        content = encode(whole)
        return drop_bytes(self._root, file.name_of(whole).text(), content[: len(content) // 2])
