"""Boards and alerts as their readers need them; the rules of Grafana's dashboard-linter, restated."""

import ast
import json
import re
from itertools import pairwise

import pytest
import yaml
from grafana_foundation_sdk.models.dashboard import Dashboard
from tree import parsed, python_files

from observability import alerts, boards, generate, rules, runbook
from observability.board import Board, Kind, Panel, Unit, panels
from observability.panels import TAG

DRAWN = {path.stem: json.loads(path.read_text()) for path in (generate.GENERATED / "boards").glob("*.json")}
_KOREAN = re.compile(r"[가-힣]")
_SAME_IN_BOTH = {"CPU", "Redis", "PostgreSQL"}
PANELS = [(board, panel) for board in boards.ALL for panel in panels(board)]
_named = [f"{board.uid}: {panel.title[0]}" for board, panel in PANELS]


def test_generated_files_are_what_the_code_makes() -> None:
    kept = {
        path.relative_to(generate.GENERATED).as_posix(): path.read_text(encoding="utf-8")
        for path in generate.GENERATED.rglob("*.*")
    }
    assert kept == generate.files()


def test_writing_twice_changes_nothing(tmp_path) -> None:
    (tmp_path / "old.json").write_text("{}")
    assert set(generate.write(tmp_path)) == {*generate.files(), "old.json"}
    assert generate.write(tmp_path) == []


@pytest.mark.parametrize("uid", sorted(DRAWN))
def test_a_board_survives_the_sdk_unchanged(uid: str) -> None:
    """A field that is misspelt, or that this Grafana does not know, would get lost on the way."""
    again = Dashboard.from_json(DRAWN[uid])
    assert json.loads(json.dumps(again, default=lambda one: one.to_json())) == DRAWN[uid]


@pytest.mark.parametrize("uid", sorted(DRAWN))
def test_a_board_is_as_the_linter_asks(uid: str) -> None:
    board = DRAWN[uid]
    assert board["uid"] == uid
    assert board["editable"] is False
    assert board["tags"] == [TAG]
    assert board["title"].split(" · ")[0].endswith("?")
    (source,) = board["templating"]["list"]
    assert (source["type"], source["query"]) == ("datasource", "prometheus")
    assert {link["type"] for link in board["links"]} == {"dashboards", "link"}
    drawn = [panel for panel in board["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in drawn}) == len(drawn) > 0
    assert [panel["title"] for panel in drawn if panel["type"] != "text" and not panel["description"]] == []
    for panel in drawn:
        refs = [target["refId"] for target in panel.get("targets", [])]
        assert len(set(refs)) == len(refs)
        assert panel["type"] == "text" or panel["datasource"]["uid"] == "${datasource}"


@pytest.mark.parametrize("uid", sorted(DRAWN))
def test_panels_neither_overlap_nor_leave_the_board(uid: str) -> None:
    places = [panel["gridPos"] for panel in DRAWN[uid]["panels"]]
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= 24 for place in places)
    for one, other in pairwise(places):
        beside = one["y"] == other["y"] and one["x"] + one["w"] == other["x"]
        assert beside or (other["x"] == 0 and other["y"] >= one["y"] + one["h"])


@pytest.mark.parametrize("board", boards.ALL, ids=lambda board: board.uid)
def test_rows_are_filled(board: Board) -> None:
    assert [row.title[0] for row in board.rows if sum(panel.width for panel in row.panels) % 24] == []


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=_named)
def test_a_panel_speaks_both_languages_and_reads_counters_as_rates(board: Board, panel: Panel) -> None:
    assert panel.title[0] in _SAME_IN_BOTH or _KOREAN.search(panel.title[1])
    assert not _KOREAN.search(panel.title[0])
    assert len(panel.targets) == 1 or all(target.legend for target in panel.targets)
    assert panel.limit is None or panel.unit is not Unit.SHARE or 0 < panel.limit < 1
    for target in panel.targets:
        bare = re.sub(r"(rate|increase)\(\w+(\{[^}]*\})?\[[^\]]+\]\)", "", target.expr)
        assert re.findall(r"\w+_total\b", bare) == []
        if panel.kind is not Kind.STAT:
            assert "rate(" not in target.expr or "$__rate_interval" in target.expr or "[5m]" in target.expr


def test_boards_on_disk_are_those_of_the_code() -> None:
    assert set(DRAWN) == {*(board.uid for board in boards.ALL), "neurohub-runbook"}


def test_every_alert_says_what_to_do_in_both_languages_and_has_an_entry() -> None:
    assert list(runbook.entries()) == [alert.name for alert in alerts.ALL]
    for alert in alerts.ALL:
        assert _KOREAN.search(alert.summary[1])
        assert _KOREAN.search(alert.action[1])
        assert _KOREAN.search(runbook.entries()[alert.name]), alert.name
        assert len(runbook.entries()[alert.name]) > 60


def test_an_alert_links_to_the_panel_with_its_own_entry() -> None:
    panels_by_id = {panel.get("id"): panel for panel in DRAWN["neurohub-runbook"]["panels"]}
    written = yaml.safe_load((generate.GENERATED / generate.RULES).read_text(encoding="utf-8"))
    (named,) = [group["rules"] for group in written["groups"] if group["name"] == "neurohub-alerts"]
    for rule in named:
        number = int(rule["annotations"]["runbook"].partition("viewPanel=")[2])
        assert panels_by_id[number]["title"] == rule["alert"]


def test_every_alert_has_a_case_that_fires_and_one_that_rests() -> None:
    assert [alert.name for alert in alerts.ALL if alert.rests is None] == ["NeuroHubWatchdog"]
    tested = [
        test["name"] for days in (False, True) for test in rules.cases(generate.RULES, days=days)["tests"]
    ]
    assert len(tested) == len(set(tested)) == 2 * len(alerts.ALL) - 1


def test_thresholds_are_in_one_file() -> None:
    """An alert's expression gets its numbers from `slo`: beside names it compares with 0 and 1 alone."""
    for path in python_files("observability/alerts"):
        exprs = [
            part
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.keyword) and node.arg == "expr"
            for part in ast.walk(node.value)
        ]
        whole = [_filled(part) for part in exprs if isinstance(part, ast.JoinedStr)]
        plain = [
            part.value for part in exprs if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        assert re.findall(r"[<>]=?\s*(?!0\b|1\b)[\d.]+", ";".join([*whole, *plain])) == [], path.name


def _filled(text: ast.JoinedStr) -> str:
    return "".join(part.value if isinstance(part, ast.Constant) else "X" for part in text.values)
