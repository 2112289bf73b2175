"""The side-by-side comparison without servers: what is sent, what is counted, what is concluded."""

import json
import re
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.compare import measure, pgbench, plant, report, work
from bench.compare.measure import Measured, Pace
from bench.driver import LOST, Answer, Samples
from bench.report import Machine
from neurohub.contract.barcode import parse_unit
from neurohub.contract.commands import CompleteStep, StartStep
from neurohub.domain.judgement import judge
from neurohub.domain.limits import STANDARD

LOTS = [f"KR01WFO2511{n:03d}" for n in range(7, 11)]
PACE = Pace(warm_up_s=1, duration_s=2, connections=2, clients=2, drivers=1, workers=2)
JOB = work.Job(
    port=8000,
    lots=work.deal(LOTS, 2),
    tokens={1: "one", 2: "two", 3: "three"},
    operator="worker",
    duration_s=1,
)


def walk() -> tuple[work.Walk, work.Done]:
    done = work.Done(samples=Samples(begun_at=0.0))
    return work.Walk(JOB, JOB.lots[0], done), done


def test_each_connection_has_lots_of_its_own() -> None:
    assert work.deal(LOTS, 2) == [[LOTS[0], LOTS[2]], [LOTS[1], LOTS[3]]]
    with pytest.raises(SystemExit, match="5 connections need as many LOTs, 4"):
        work.deal(LOTS, 5)


def test_a_walk_sends_whole_commands_of_the_contract_in_the_order_of_the_route() -> None:
    walking, done = walk()
    sent = []
    for process, kind in work.STEPS:
        request = walking.next()
        assert request is not None
        head, _, body = request.wire.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}\r\n".encode() in head + b"\r\n"
        assert f"Bearer {JOB.tokens[process]}".encode() in head
        event = msgspec.json.decode(body, type=StartStep if kind == "start" else CompleteStep)
        sent.append((event.unit, event.process))
        if isinstance(event, CompleteStep):
            code = parse_unit(event.unit)
            assert judge(event.process, code, event.result, event.process_data, STANDARD).problems == []
        walking.answered(request, Answer(work.EXPECTED[kind], b""))
    assert sent == [(f"WIP-{LOTS[0]}-001", process) for process, _ in work.STEPS]
    assert len(done.acknowledged) == 16 * len(work.STEPS)
    assert b"-002" in (walking.next() or pytest.fail("no second unit")).wire


@pytest.mark.parametrize(("status", "is_in_doubt"), [(409, False), (500, True), (LOST, True)])
def test_a_unit_that_met_trouble_is_left_and_counted(status: int, is_in_doubt: bool) -> None:
    walking, done = walk()
    first = walking.next()
    assert first is not None
    walking.answered(first, Answer(status, b"{}"))
    assert sum(done.errors.values()) == 1
    assert not done.acknowledged
    assert (bytes(done.in_doubt) == first.tag.bytes) is is_in_doubt
    assert b"-002" in (walking.next() or pytest.fail("no second unit")).wire


def test_a_walk_ends_with_its_units() -> None:
    walking, _ = walk()
    count = 0
    while (request := walking.next()) is not None:
        walking.answered(request, Answer(work.EXPECTED[request.name], b""))
        count += 1
    assert count == 2 * work.UNITS_PER_LOT * len(work.STEPS)


def test_ledger_names_lost_doubled_and_unknown_events() -> None:
    ids = [uuid.uuid4() for _ in range(5)]
    old, good, lost, doubled, unknown = ids
    done = work.Done(samples=Samples(begun_at=0.0))
    for one in (good, lost, doubled):
        done.acknowledged += one.bytes
    after = [old, good, doubled, doubled, unknown]
    assert measure.compare([old], after, [done]) == [
        "1 events acknowledged, but not in the database",
        "1 events in the database more than once",
        "1 events in the database, but not acknowledged",
    ]
    done.in_doubt += unknown.bytes
    assert len(measure.compare([old], after, [done])) == 2
    assert measure.compare([old], [old, good, lost, doubled], [done]) == []


WALKED = [
    {
        "kind": "COMPLETE",
        "process": 1,
        "credential": "station:ST-01",
        "signed": False,
        "process_data": {"lot_number_engraved": LOTS[0], "note": "50 % of o'clock: true"},
    }
]


def test_pgbench_finds_no_variable_in_the_text_of_the_events() -> None:
    script = pgbench.script(WALKED, LOTS, 50, "uuidv7")
    statement = next(line for line in script.splitlines() if line.startswith("select"))
    named = set(re.findall(r"(?<!:):(\w+)", statement))
    assert named == {"lot", "number"}


def test_pgbench_sends_the_walked_event_for_each_unit() -> None:
    script = pgbench.script(WALKED, LOTS, 50, "uuidv7")
    text = re.search(r"format\('(.*)', uuidv7\(\)", script)
    assert text is not None
    filled = text[1].replace("''", "'").replace("%1$s", "id").replace("%2$s", "007").replace("%3$s", "5")
    (item,) = json.loads(filled.replace("%%", "%"))
    assert item == WALKED[0] | {"event_id": "id", "lot_number": LOTS[0], "sequence": 5}


def test_pgbench_needs_lot_numbers_that_follow_one_another() -> None:
    with pytest.raises(AssertionError, match="gaps"):
        pgbench.script(WALKED, [LOTS[0], LOTS[2]], 50, "uuidv7")


def test_log_of_pgbench_gives_end_and_length_of_each_call(tmp_path: Path) -> None:
    (tmp_path / "log.1").write_text("0 0 1500 0 1000 250000\n1 0 2500 0 1001 0\n")
    (tmp_path / "log.1.1").write_text("2 0 3500 0 1002 500000\n")
    ran = pgbench.read(tmp_path, 1000.0)
    assert sorted(zip(ran.answered_s, ran.latency_s, strict=True)) == [
        (0.25, 0.0015),
        (1, 0.0025),
        (2.5, 0.0035),
    ]


def test_lots_suffice_for_the_fastest_and_for_every_connection() -> None:
    wanted = plant.lots_needed(PACE)
    assert (wanted - measure.PILOTS) % PACE.connections == 0
    assert (wanted - measure.PILOTS) * plant.EVENTS_PER_LOT >= plant.FASTEST * PACE.all_s
    with pytest.raises(SystemExit, match="shorten --duration"):
        plant.lots_needed(msgspec.structs.replace(PACE, duration_s=600.0))


def measured(contender: str, round_no: int, rate: float, **changes: Any) -> Measured:
    facts = dict.fromkeys(("mean_ms", "p50_ms", "p95_ms", "p99_ms", "max_ms"), 1.0)
    return Measured(
        **{
            **facts,
            "contender": contender,
            "round": round_no,
            "events_per_s": rate,
            "connections_max": 50,
            "server_cpu_us": 1.0,
            "postgres_cpu_us": 1.0,
            "acknowledged": 10,
            "recorded": 10,
            "errors": {},
            "faults": [],
            **changes,
        }
    )


def made(rows: list[Measured]) -> report.Report:
    machine = Machine(system="x", cores=2, load_before=0.0, memory_gib=1.0, packages={}, commit="x")
    setting = report.Setting(
        at="2026-01-01T00:00:00+00:00", pace=PACE, postgresql={}, peer={}, machine=machine
    )
    return report.report(setting, rows)


def test_ratio_is_taken_within_a_round() -> None:
    rows = [measured("a", 1, 100), measured("c", 1, 50), measured("a", 2, 400), measured("c", 2, 100)]
    (one,) = made([*rows, measured("a", 3, 90), measured("c", 3, 30)]).ratios
    assert (one.above, one.below, one.each) == ("a", "c", [2.0, 4.0, 3.0])
    assert (one.min, one.median, one.max) == (2.0, 3.0, 4.0)


def test_table_says_whether_what_is_wanted_was_reached() -> None:
    assert "wanted >= 2.5: reached" in report.table(made([measured("a", 1, 100), measured("c", 1, 40)]))
    assert "wanted >= 2.5: NOT reached" in report.table(made([measured("a", 1, 99), measured("c", 1, 40)]))


@pytest.mark.parametrize(
    "trouble", [{"errors": {"start 503": 1}}, {"faults": ["1 lost"]}, {"acknowledged": 0}]
)
def test_a_comparison_with_errors_or_faults_is_not_sound_and_says_so(trouble: dict[str, Any]) -> None:
    found = made([measured("a", 1, 100, **trouble), measured("b", 1, 50)])
    assert not found.is_sound
    assert all(
        text in report.table(found) for text in [*trouble.get("errors", {}), *trouble.get("faults", [])]
    )


def test_page_needs_nothing_from_elsewhere() -> None:
    page = report.page(made([measured("a", 1, 100), measured("b", 1, 50)]))
    assert "<svg" in page
    assert re.findall(r"(?:src|href)=[\"'](?!#)[^\"']", page.replace("xlink:href", "")) == []
