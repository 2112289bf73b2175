"""Named statements from `sql/queries/<noun>.sql`.

Each statement starts with `-- name: <name>` and a comment of one line with its purpose.
"""

import re
from functools import cache
from importlib import resources
from typing import Final, LiteralString, cast

_NAME: Final = re.compile(r"^-- name: ([a-z_0-9]+)$", re.MULTILINE)


_names: Final[dict[str, str]] = {}


@cache
def load(noun: str) -> dict[str, LiteralString]:
    """Return the statements of `sql/queries/<noun>.sql` by name."""
    text = (resources.files("neurohub") / "sql" / "queries" / f"{noun}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)
    found = {
        name: cast("LiteralString", body.strip()) for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    _names.update((statement, f"{noun}.{name}") for name, statement in found.items())
    return found


def name_of(statement: str) -> str:
    """Return `noun.name` of a statement, for logs; of one that was put together, its first line."""
    return _names.get(statement) or statement.lstrip().partition("\n")[0]
