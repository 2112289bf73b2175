"""A finished run is kept whole, drawn as one page, and compared with another."""

from array import array
from html.parser import HTMLParser
from itertools import accumulate

import msgspec
import pytest

from bench import compare_reports, page, report
from bench.conduct import Heads, Mark
from bench.ledger import Findings
from bench.load import judged
from bench.measures import run_of
from bench.plan import Plan
from bench.report import Machine, Report, Setting
from bench.scenarios import SCENARIOS
from bench.scenarios.shape import Asked
from bench.users.samples import Recording
from bench.watch import Second

HONEST = Findings(
    acknowledged=9, refused=0, in_doubt=0, lost=[], duplicated=[], invented=[], altered=[], double_starts=0
)


def made(name: str, ms: float = 4.0) -> Report:
    """A run of a scenario in which each second had ten answers."""
    scenario = SCENARIOS[name]
    asked = Asked(
        seconds=30.0,
        warm_up_s=2.0,
        users=scenario.users,
        tps=scenario.tps,
        connections=scenario.connections,
        in_flight=scenario.in_flight,
        rate=scenario.rate,
    )
    phases = scenario.phases(asked)
    begins = list(accumulate((phase.seconds for phase in phases), initial=1000.0))
    marks = [Mark(phase, begin, begin + phase.seconds) for phase, begin in zip(phases, begins, strict=False)]
    at = begins[-1]
    ended = [1000.0 + n / 10 for n in range(int((at - 1000) * 10))]
    recording = Recording(
        names=["start the due process"],
        ended_at=array("d", ended).tobytes(),
        duration_ms=array("d", [ms for _ in ended]).tobytes(),
        kind=array("B", [0 for _ in ended]).tobytes(),
        received=array("I", [500 for _ in ended]).tobytes(),
        sent=array("I", [200 for _ in ended]).tobytes(),
        errors={},
        refusals={},
    )
    looks = [
        Second(
            at=1000.0 + n, connections=7, commits=n, cpu_s={"service": n / 10}, rss_bytes={"service 1": 2**20}
        )
        for n in range(int(at - 1000) + 1)
    ]
    plan = Plan(
        host="http://127.0.0.1", users=asked.users, tps=asked.tps, seed=1, roles=scenario.roles, phases=phases
    )
    run = run_of([recording], looks, marks, Heads([second.at for second in looks], [1 for _ in looks]))
    return judged(setting(name), plan, run, [recording], HONEST)


def setting(name: str) -> Setting:
    machine = Machine(
        system="x", cores=2, load_before=0, memory_gib=1, packages={"granian": "2"}, commit="abc"
    )
    return Setting(
        at="2026-11-25T01:00:00+00:00",
        scenario=name,
        claim="<b>a claim</b>",
        host="http://127.0.0.1",
        users=1,
        tps_target=10.0,
        connections=1,
        rate=0.0,
        warm_up_s=2.0,
        seconds=30.0,
        generators=1,
        seed=1,
        postgresql="PostgreSQL",
        machine=machine,
    )


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.figures = 0
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.figures += tag == "svg"
        self.ids += [named["id"]] if named.get("id") else []
        self.outside += [
            v for k, v in attrs if k in {"src", "href", "xlink:href"} and v and not v.startswith("#")
        ]


@pytest.mark.parametrize("name", ["normal-hour", "step-load", "overload"])
def test_a_run_becomes_one_page_that_needs_nothing_else(tmp_path, monkeypatch, name):
    monkeypatch.setattr(page, "RESULTS", tmp_path)
    text = page.write(made(name)).read_text(encoding="utf-8")
    tags = Tags(text)
    assert tags.outside == []
    assert tags.figures >= 6
    assert len(set(tags.ids)) == len(tags.ids)
    assert "&lt;b&gt;a claim" in text
    assert "<b>a claim" not in text


def test_a_report_reads_back_as_it_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    one = made("step-load")
    assert report.read(report.write(one)) == one


def test_two_reports_are_compared_by_ratios_and_what_was_not_the_same_is_said():
    before, after = made("normal-hour", ms=4.0), made("normal-hour", ms=2.0)
    after = msgspec.structs.replace(after, setting=msgspec.structs.replace(after.setting, users=2))
    text = compare_reports.text(before, after)
    (mean,) = [line for line in text.splitlines() if line.startswith("mean ms")]
    assert mean.split()[2:] == ["4", "2", "x", "0.50"]
    assert "not the same: users 1 / 2" in text
