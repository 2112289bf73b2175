"""The plant of a comparison, made over HTTP: the demo plant, LOTs full of units, one unit walked to learn from.

Who calls it: `turns`.
"""

import math
import sys
from pathlib import Path
from typing import Any, Final

import msgspec
from uuid_utils.compat import uuid7

from bench.api import Api, Page
from bench.compare.measure import PILOTS, Pace, Plant
from bench.compare.servers import Served, service
from bench.compare.work import DATA, EXPECTED, PROCESSES, STEPS, UNITS_PER_LOT
from neurohub.contract.commands import GenerateUnits, OpenLot
from neurohub.contract.enums import Shift
from neurohub.contract.views import LotView, UnitView

FASTEST: Final = 16_000  # events a second that the prepared units have to last for
LOTS_MAX: Final = 990  # of the 999 numbers of a month
EVENTS_PER_LOT: Final = UNITS_PER_LOT * len(STEPS)
LINE: Final = "KR01"
MODEL: Final = "WFO"
OPERATOR: Final = "worker"
MANAGER: Final = "manager"
STATIONS: Final = ["ST-01", "ST-02", "ST-03"]  # of the demo plant, one per process


def tell(text: str) -> None:
    """Show progress on the terminal."""
    print(f"{text:80}", file=sys.stderr, flush=True)


def make(database_url: str, folder: Path, secret: str, pace: Pace) -> Plant:
    """Fill an empty database by a service that is ended again."""
    wanted = lots_needed(pace)
    tell(f"the plant: {wanted} LOTs of {UNITS_PER_LOT} units")
    with service(folder, database_url, {"NEUROHUB_DEMO_PASSWORD": secret}, demo=True) as served:
        plant = Plant(
            line=LINE,
            model=MODEL,
            operator=OPERATOR,
            stations=STATIONS,
            secret=secret,
            lots=_fill(served, secret, wanted),
        )
        _walk(served, plant)
    return plant


def lots_needed(pace: Pace) -> int:
    """Return how many LOTs the fastest contender can use up, the same number for each connection."""
    for_the_load = math.ceil(FASTEST * pace.all_s / EVENTS_PER_LOT)
    takers = max(pace.connections, pace.clients)
    wanted = PILOTS + takers * math.ceil(for_the_load / takers)
    if wanted > LOTS_MAX:
        raise SystemExit(
            f"{pace.all_s:.0f} s need {wanted} LOTs, a month has numbers for {LOTS_MAX}: shorten --duration"
        )
    return wanted


def _fill(served: Served, secret: str, wanted: int) -> list[str]:
    opened = OpenLot(line=LINE, model=MODEL, target_quantity=UNITS_PER_LOT, shift=Shift.DAY)
    units = GenerateUnits(quantity=UNITS_PER_LOT)
    lots = []
    with Api(served.host) as api:
        api.sign_in(MANAGER, secret)
        for _ in range(wanted):
            lots.append(api.call("POST", "/api/v1/lots", opened, LotView, expect=201).lot_number)
            api.call("POST", f"/api/v1/lots/{lots[-1]}/units", units, Page[UnitView], expect=201)
    return lots


def _walk(served: Served, plant: Plant) -> None:
    """Walk the first unit through the processes; its history shows pgbench what the service sends."""
    lot = plant.lots[0]
    with Api(served.host) as api:
        for process, station in zip(PROCESSES, plant.stations, strict=True):
            api.sign_in_station(station, plant.secret)
            for kind, status in EXPECTED.items():
                body: dict[str, Any] = {
                    "event_id": str(uuid7()),
                    "unit": f"WIP-{lot}-001",
                    "process": process,
                }
                body |= {"operator": plant.operator}
                if kind == "complete":
                    text = DATA[process].replace("%s", lot)
                    body |= {"result": "PASS", "process_data": msgspec.json.decode(text)}
                api.call("POST", f"/api/v1/process/{kind}", body, dict, expect=status)
