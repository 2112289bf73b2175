"""The page of metrics, the code that makes them, and the expressions that read them say the same."""

import re

import pytest
from prometheus_client.metrics import MetricWrapperBase
from tree import ROOT

from neurohub.backup.metric import MADE, TRIED
from neurohub.jobs.keep import JOBS
from neurohub.telemetry import granian_page, metrics
from neurohub.telemetry.floor import Floor, families
from observability import boards, queries, rules, slo
from observability.board import panels

UNBOUNDED = {"unit", "lot", "user", "username", "operator", "serial", "path", "request_id"}
_ROW = re.compile(r"^\| `(\w+)` \| (counter|gauge|histogram) \| [^|]+ \|([^|]*)\|", re.MULTILINE)
_BY_OTHERS = re.compile(r"^\| `(\w+)` \| (?!counter|gauge|histogram)[^|]+ \| [^|]+ \|$", re.MULTILINE)
_OF_PROMETHEUS = {"le", "instance", "job"}


def on_the_page() -> dict[str, tuple[str, frozenset[str]]]:
    text = (ROOT / "observability" / "metrics.md").read_text(encoding="utf-8")
    return {name: (kind, labels_of(said)) for name, kind, said in _ROW.findall(text)}


def by_others() -> set[str]:
    return set(_BY_OTHERS.findall((ROOT / "observability" / "metrics.md").read_text(encoding="utf-8")))


def labels_of(said: str) -> frozenset[str]:
    return frozenset(label for label in said.replace(" ", "").split(",") if label)


def in_the_code() -> dict[str, tuple[str, frozenset[str]]]:
    lanes = [one for name in ("lanes", "lookups") for one in getattr(metrics, name)]
    found = {}
    for metric in (*vars(metrics).values(), *lanes):
        if not isinstance(metric, MetricWrapperBase):
            continue
        kind = metric._type
        name = f"{metric._name}_total" if kind == "counter" else metric._name
        found[name] = (kind, frozenset(metric._labelnames))
    for family in families(Floor([], [], [], [], [])):
        found[family.name] = ("gauge", frozenset(family._labelnames))
    for told in granian_page.TOLD.values():
        family = told.kind(told.name, "", labels=told.labels)
        name = f"{family.name}_total" if family.type == "counter" else family.name
        found[name] = (family.type, frozenset(told.labels))
    return found | {"neurohub_floor_read_timestamp_seconds": ("gauge", frozenset())}


def expressions() -> list[str]:
    recorded = [rule["expr"] for group in rules.rules()["groups"] for rule in group["rules"]]
    return recorded + [
        target.expr for board in boards.ALL for panel in panels(board) for target in panel.targets
    ]


def test_the_page_lists_what_the_code_has() -> None:
    assert on_the_page() == in_the_code()


def test_every_job_has_an_age_at_which_somebody_looks() -> None:
    assert {job.name for job in JOBS} == set(slo.JOB_AGE_S)
    assert [job.name for job in JOBS if slo.JOB_AGE_S[job.name] < 2 * job.every_s] == []


def test_the_backup_tells_what_is_read() -> None:
    assert {MADE[0], TRIED[0]} == {queries.BACKUP_DONE_AT, queries.DRILL_DONE_AT} <= by_others()


def test_labels_are_bounded() -> None:
    assert [name for name, (_, labels) in in_the_code().items() if labels & UNBOUNDED] == []


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_an_expression_reads_metrics_that_exist_by_labels_that_they_have(expression: str) -> None:
    known = on_the_page()
    for name, chosen in re.findall(r"\b(neurohub_\w+)(?:\{([^}]*)\})?", expression):
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        if {name, base} & by_others():
            continue
        kind, labels = known[base if base != name and known.get(base, ("",))[0] == "histogram" else name]
        asked = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", re.sub(r'"[^"]*"', '""', chosen)))
        assert asked <= labels | _OF_PROMETHEUS, (name, kind)


def test_recorded_series_that_are_read_are_recorded() -> None:
    made = {rule.get("record") for group in rules.rules()["groups"] for rule in group["rules"]}
    read = {name for expression in expressions() for name in re.findall(r"\bplant:[\w:]+", expression)}
    assert read - made == set()
