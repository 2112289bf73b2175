"""The tree as the architecture tests see it: files, syntax trees and imports. Holds no rule itself."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICE = ROOT / "src" / "neurohub"
_ROOMS = ("src", "station", "bench", "observability", "deploy", "tests")
_NOT_OURS = {"node_modules", "__pycache__", "results"}


def python_files(*folders: str) -> list[Path]:
    """Return our Python files below `folders` (all rooms when none is named)."""
    found = (path for folder in folders or _ROOMS for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if not _NOT_OURS.intersection(path.parts))


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(path: Path) -> Iterator[str]:
    """Yield the full name of each absolute import of one file, wherever in the file it stands."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def shown(path: Path) -> str:
    """Return a path as a reader of a failure wants it: from the root of the tree."""
    return path.relative_to(ROOT).as_posix()
