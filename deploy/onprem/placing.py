"""Files of a release and of the machine: what is replaced, what is kept, what goes.

One rule, dpkg's: a file that nobody changed follows the release; one that somebody changed stays, and where the
release changed it as well, the release's lies beside it as `NAME.new`. Part of the bundle: standard library only.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path


def place(shipped: Path, before: Path | None, root: Path) -> Iterator[str]:
    """Bring what is below `shipped` to `root`; `before` is what the release before had shipped.

    Yields a line for each file that a person has to look at.
    """
    for path in files(shipped):
        target = root / path
        new, old = (shipped / path).read_bytes(), _content(before / path) if before else None
        there = _content(target)
        if there is None or there == old:
            _put(shipped / path, target)
        elif new not in (there, old):
            _put(shipped / path, target.with_name(f"{target.name}.new"))
            yield f"{target} was changed here and stays; this release's is {target.name}.new"
    if before is not None:
        yield from remove(before, root, kept=shipped)


def remove(shipped: Path, root: Path, kept: Path | None = None) -> Iterator[str]:
    """Take what is below `shipped` from `root`, but what is in `kept` too or was changed."""
    for path in files(shipped):
        target = root / path
        if kept is not None and (kept / path).exists():
            continue
        there = _content(target)
        if there == (shipped / path).read_bytes():
            target.unlink()
            _drop_empty(target.parent, root)
        elif there is not None:
            yield f"{target} was changed here and stays"


def files(folder: Path) -> list[Path]:
    """Return what a release ships, relative to the root of the machine."""
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def same(one: Path, other: Path) -> bool:
    """Tell whether two folders hold the same files."""
    return {path: _content(one / path) for path in files(one)} == {
        path: _content(other / path) for path in files(other)
    }


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put(source: Path, target: Path) -> None:
    """Write in one step: a reader sees the old file or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    part.chmod(0o644)
    part.replace(target)


def _drop_empty(folder: Path, root: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
