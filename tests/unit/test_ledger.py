"""The comparison of the load ledger finds every planted fault and nothing else."""

from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from bench.ledger import Effect, Entry, Findings, Ledger, Recorded, compare, read


def effect(unit: str = "WIP-KR01PSA2511001-001", **changes: object) -> Effect:
    plain = Effect(
        kind="COMPLETE",
        unit=unit,
        process=1,
        result="PASS",
        status_after="IN_PROGRESS",
        passed_after=1,
        open_after=None,
    )
    return msgspec.structs.replace(plain, **changes)


def acknowledged(event_id: UUID, what: Effect) -> list[Entry]:
    return [
        Entry(event_id=event_id, fate="sent"),
        Entry(event_id=event_id, fate="acknowledged", effect=what),
    ]


def row(event_id: UUID, *effects: Effect, keys: int = 1) -> Recorded:
    return Recorded(event_id=event_id, effects=effects, keys=keys)


@pytest.fixture
def run() -> tuple[list[UUID], list[Entry], list[Recorded]]:
    ids = [uuid4() for _ in range(50)]
    effects = [effect(f"WIP-KR01PSA2511001-{n:03d}") for n in range(1, 51)]
    entries = [entry for i, e in zip(ids, effects, strict=True) for entry in acknowledged(i, e)]
    return ids, entries, [row(i, e) for i, e in zip(ids, effects, strict=True)]


def faults(findings: Findings) -> dict[str, list[UUID]]:
    kinds = ("lost", "duplicated", "invented", "altered")
    return {kind: getattr(findings, kind) for kind in kinds if getattr(findings, kind)}


def test_an_honest_run_has_no_faults(run):
    _, entries, database = run
    findings = compare(entries, database)
    assert (findings.faults, findings.acknowledged, findings.in_doubt) == (0, 50, 0)


def test_a_lost_event_is_found(run):
    ids, entries, database = run
    assert faults(compare(entries, [r for r in database if r.event_id != ids[7]])) == {"lost": [ids[7]]}


def test_a_lost_key_is_found_though_the_history_has_the_event(run):
    ids, entries, database = run
    database[3] = msgspec.structs.replace(database[3], keys=0)
    assert faults(compare(entries, database)) == {"lost": [ids[3]]}


def test_a_duplicated_effect_is_found(run):
    ids, entries, database = run
    database[9] = row(ids[9], *database[9].effects * 2)
    assert faults(compare(entries, database)) == {"duplicated": [ids[9]]}


def test_an_invented_event_is_found(run):
    _, entries, database = run
    stranger = uuid4()
    assert faults(compare(entries, [*database, row(stranger, effect())])) == {"invented": [stranger]}


@pytest.mark.parametrize(
    "change",
    [
        {"unit": "WIP-KR01PSA2511001-100"},
        {"process": 2},
        {"result": "FAIL"},
        {"status_after": "DEFECTED"},
        {"passed_after": 2},
        {"open_after": 1},
    ],
)
def test_an_altered_fact_is_found(run, change):
    ids, entries, database = run
    database[5] = row(ids[5], msgspec.structs.replace(database[5].effects[0], **change))
    assert faults(compare(entries, database)) == {"altered": [ids[5]]}


def test_an_event_in_doubt_may_be_there_or_not(run):
    _, entries, database = run
    there, absent = uuid4(), uuid4()
    entries += [Entry(event_id=there, fate="sent"), Entry(event_id=absent, fate="sent")]
    findings = compare(entries, [*database, row(there, effect())])
    assert (findings.faults, findings.in_doubt) == (0, 2)


def test_an_event_in_doubt_may_not_be_there_twice(run):
    _, entries, database = run
    doubtful = uuid4()
    entries.append(Entry(event_id=doubtful, fate="sent"))
    findings = compare(entries, [*database, row(doubtful, effect(), effect())])
    assert faults(findings) == {"duplicated": [doubtful]}


def test_an_event_in_doubt_may_not_be_there_by_half(run):
    _, entries, database = run
    doubtful = uuid4()
    entries.append(Entry(event_id=doubtful, fate="sent"))
    assert faults(compare(entries, [*database, row(doubtful)])) == {"invented": [doubtful]}


def test_a_refused_event_must_leave_no_trace(run):
    _, entries, database = run
    refused = uuid4()
    entries += [Entry(event_id=refused, fate="sent"), Entry(event_id=refused, fate="refused")]
    assert compare(entries, database).faults == 0
    assert faults(compare(entries, [*database, row(refused, effect())])) == {"invented": [refused]}


def test_a_retry_that_is_acknowledged_ends_the_doubt():
    event_id = uuid4()
    entries = [Entry(event_id=event_id, fate="sent"), *acknowledged(event_id, effect())]
    assert faults(compare(entries, [])) == {"lost": [event_id]}


def test_a_retry_sent_after_the_acknowledgement_does_not_bring_the_doubt_back():
    event_id = uuid4()
    entries = [*acknowledged(event_id, effect()), Entry(event_id=event_id, fate="sent")]
    assert faults(compare(entries, [])) == {"lost": [event_id]}


def test_a_ledger_on_disk_reads_back_as_it_was_written(tmp_path: Path):
    event_id, refused = uuid4(), uuid4()
    ledger = Ledger(tmp_path / "ledger")
    ledger.sent(event_id)
    ledger.acknowledged(event_id, effect())
    ledger.refused(refused)
    ledger.close()
    assert list(read([tmp_path / "ledger"])) == [
        *acknowledged(event_id, effect()),
        Entry(event_id=refused, fate="refused"),
    ]
