"""Writes what Prometheus and Grafana read into `generated/`; a test holds it equal to the code.

python -m observability.generate
"""

from pathlib import Path
from typing import Any, Final

import yaml

from observability import boards, panels, rules, runbook
from observability.board import RUNBOOK

HERE: Final = Path(__file__).parent
GENERATED: Final = HERE / "generated"
RULES: Final = "neurohub.rules.yml"
CASES: Final = {"cases.hours.yml": False, "cases.days.yml": True}
_HEAD: Final = "# Made by `neurohub-observe generate`; change slo.py, queries.py or alerts/ instead.\n"


def files() -> dict[str, str]:
    """Return every generated file: its path below `generated/`, and its text."""
    return {
        RULES: _yaml(rules.rules()),
        **{name: _yaml(rules.cases(RULES, days=days)) for name, days in CASES.items()},
        **{f"boards/{board.uid}.json": panels.draw(board) for board in boards.ALL},
        f"boards/{RUNBOOK}.json": runbook.draw(),
    }


def write(folder: Path = GENERATED) -> list[str]:
    """Write what has changed, delete what is no more, and return the paths of both."""
    made = files()
    changed = []
    for path in sorted(folder.rglob("*.*")):
        name = path.relative_to(folder).as_posix()
        if name not in made:
            path.unlink()
            changed.append(name)
    for name, text in made.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed


def _yaml(content: dict[str, Any]) -> str:
    return _HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)


if __name__ == "__main__":
    print("\n".join(write()) or "nothing changed")
