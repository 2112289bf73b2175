"""Races over HTTP: many at once on one unit, one LOT number, one LOT."""

import asyncio

import httpx
import psycopg
import pytest

from support.floor import new_id

CLIENTS = 100


async def _at_once(base, headers, calls):
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=f"{base}/api/v1", timeout=60, limits=limits) as client:
        for round_of_calls in calls:
            yield await asyncio.gather(*(client.post(p, json=b, headers=headers) for p, b in round_of_calls))


def _rounds(base, headers, calls):
    async def run():
        return [answers async for answers in _at_once(base, headers, calls)]

    return asyncio.run(run())


def _race(floor, base, rounds):
    """Let 100 clients start one unit at once, `rounds` times; return the answers of each round."""
    lots = [floor.lot(min(rounds - n, 100)) for n in range(0, rounds, 100)]
    codes = [f"WIP-{lots[n // 100]}-{n % 100 + 1:03d}" for n in range(rounds)]
    calls = [
        [
            ("/process/start", {"event_id": new_id(), "unit": code, "process": 1, "operator": "worker"})
            for _ in range(CLIENTS)
        ]
        for code in codes
    ]
    return codes, _rounds(base, floor.headers("ST-01"), calls)


def _one_winner_each(floor, base, rounds):
    codes, races = _race(floor, base, rounds)
    for code, answers in zip(codes, races, strict=True):
        assert sorted(a.status_code for a in answers) == [201] + [409] * (CLIENTS - 1)
        assert {a.json()["code"] for a in answers if a.status_code == 409} == {"ALREADY_STARTED"}
        assert floor.get(f"/units/{code}").json()["attempt"] == 1


def test_100_clients_start_one_unit_and_one_wins(floor, base):
    _one_winner_each(floor, base, 10)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_100_clients_start_one_unit_and_one_wins_200_times(floor, base):
    _one_winner_each(floor, base, 200)


def test_completions_that_contradict_each_other_race_and_one_wins(floor, base):
    code = floor.unit(passed=1)
    floor.start(code, 2)
    defect = {"code": "PART_DEFECT"}
    common = {"unit": code, "process": 2, "operator": "worker", "process_data": {}}
    calls = [
        ("/process/complete", {**common, "event_id": new_id(), "result": result, **more})
        for result, more in (("FAIL", {"defect": defect}), ("REWORK", {}), ("ERROR", {})) * 10
    ]
    (answers,) = _rounds(base, floor.headers("ST-02"), [calls])
    assert sorted(a.status_code for a in answers) == [200] + [409] * 29
    assert len(floor.get(f"/units/{code}/trace").json()["events"]) == 4


def test_one_board_races_into_many_units_and_one_gets_it(floor, base):
    codes = [floor.unit(passed=3) for _ in range(8)]
    for code in codes:
        floor.start(code, 4)
    data = {"firmware_version": "v1.0.0", "upload_result": "SUCCESS", "board_serial": f"BRD-{new_id()}"}
    common = {"process": 4, "operator": "worker", "result": "PASS", "process_data": data}
    calls = [("/process/complete", {**common, "unit": code, "event_id": new_id()}) for code in codes]
    (answers,) = _rounds(base, floor.headers("ST-04"), [calls])
    assert sorted(a.status_code for a in answers) == [200] + [422] * 7


def test_50_open_lots_at_once_without_gap_or_duplicate(floor, base, database_url):
    def numbers():
        with psycopg.connect(database_url, options="-c search_path=neurohub") as connection:
            found = connection.execute("select lot_number from lot where line = 'KR02' and model = 'PSA'")
            return sorted(int(row[0][11:]) for row in found)

    before = len(numbers())
    command = {"line": "KR02", "model": "PSA", "target_quantity": 1, "shift": "D"}
    (answers,) = _rounds(base, floor.headers("manager"), [[("/lots", command)] * 50])
    assert {a.status_code for a in answers} == {201}
    assert numbers() == list(range(1, before + 51))


def test_1000th_lot_of_a_month_is_refused(floor, base, database_url):
    with psycopg.connect(database_url, autocommit=True, options="-c search_path=neurohub") as connection:
        connection.execute(
            "insert into model (code, name) values ('XYZ', 'Short-lived') on conflict do nothing"
        )
        month = connection.execute("select to_char(plant_today(), 'YYMM')").fetchone()[0]
        connection.execute("insert into lot_counter values ('KR02', 'XYZ', %s, 990)", (month,))
    command = {"line": "KR02", "model": "XYZ", "target_quantity": 1, "shift": "D"}
    (answers,) = _rounds(base, floor.headers("manager"), [[("/lots", command)] * 20])
    won = sorted(a.json()["lot_number"][11:] for a in answers if a.status_code == 201)
    assert won == [str(n) for n in range(991, 1000)]
    assert {a.json()["code"] for a in answers if a.status_code != 201} == {"LOT_SEQUENCE_EXHAUSTED"}


def test_generating_units_at_once_never_exceeds_the_target(floor, base):
    lot = floor.lot(0, target=100)
    (answers,) = _rounds(base, floor.headers("manager"), [[(f"/lots/{lot}/units", {"quantity": 7})] * 20])
    assert sorted(a.status_code for a in answers) == [201] * 14 + [409] * 6
    made = [u["sequence"] for a in answers if a.status_code == 201 for u in a.json()["items"]]
    assert sorted(made) == list(range(1, 99))


def test_last_units_of_a_lot_end_at_once_and_the_lot_completes_once(floor, base):
    lot = floor.lot(10)
    calls = [(f"/units/WIP-{lot}-{n:03d}/scrap", {"reason": "flood"}) for n in range(1, 11)]
    (answers,) = _rounds(base, floor.headers("manager"), [calls])
    assert {a.status_code for a in answers} == {200}
    shown = floor.get(f"/lots/{lot}").json()
    assert (shown["status"], shown["scrapped"]) == ("COMPLETED", 10)


def test_batches_that_name_the_same_units_in_opposite_order_never_fail(floor, base):
    lot = floor.lot(20)
    codes = [f"WIP-{lot}-{n:03d}" for n in range(1, 21)]
    starts = [{"kind": "start", "unit": c, "process": 1, "operator": "worker"} for c in codes]
    calls = [
        ("/process/events", {"events": [{**s, "event_id": new_id()} for s in starts[:: 1 if n % 2 else -1]]})
        for n in range(10)
    ]
    (answers,) = _rounds(base, floor.headers("ST-01"), [calls])
    results = [r["status"] for a in answers for r in a.json()["results"]]
    assert sorted(results) == [201] * 20 + [409] * 180
