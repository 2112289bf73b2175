"""Named statements from `sql/queries/<noun>.sql`.

Each statement starts with `-- name: <name>` and a comment of one line with its purpose.
"""

import re
from functools import cache
from importlib import resources
from typing import Final, LiteralString, cast

_NAME: Final = re.compile(r"^-- name: ([a-z_0-9]+)$", re.MULTILINE)


@cache
def load(noun: str) -> dict[str, LiteralString]:
    """Return the statements of `sql/queries/<noun>.sql` by name."""
    text = (resources.files("neurohub") / "sql" / "queries" / f"{noun}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)
    return {
        name: cast("LiteralString", body.strip()) for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }
