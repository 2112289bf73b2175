"""The contenders: what each needs beforehand, and its turn on a fresh copy of the prepared database.

(a) the service, (b) the same with coalescing off, (c) pgbench with the service's statement, (d) the FastAPI peer.
Who calls it: `compare`.
"""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec

from bench.compare import pgbench, servers
from bench.compare.measure import PILOTS, Laboratory, Measured, Pace, Plant, Turn, over_http, with_pgbench
from bench.compare.plant import make as make_plant
from bench.compare.plant import tell
from bench.compare.servers import Databases

CONNECTIONS = 50  # to the database, of everybody
Turns = dict[str, Callable[[Laboratory, Turn], Measured]]


def prepare(
    stack: ExitStack, databases: Databases, pace: Pace, folder: Path, keys: list[str]
) -> tuple[Plant, Turns]:
    """Make the plant once for the service and once for the peer; return it with the turns of `keys`."""
    base = stack.enter_context(databases.fresh())
    secret = f"Compare-{secrets.token_urlsafe(18)}"
    plant = make_plant(databases.url(base), folder / "base", secret, pace)
    databases.settle(base)
    turns: Turns = {}
    for key in keys:
        if key in "ab":
            turns[key] = partial(_service, base=base, is_coalescing=key == "a")
        elif key == "c":
            turns[key] = _pgbench_of(databases, base, plant, pace)
        else:
            turns[key] = partial(_peer, base=_peer_base(stack, databases, folder, plant))
    return plant, turns


def _service(lab: Laboratory, turn: Turn, *, base: str, is_coalescing: bool) -> Measured:
    environment = {
        "NEUROHUB_COALESCE": str(is_coalescing).lower(),
        "NEUROHUB_WORKERS": str(lab.pace.workers),
        "NEUROHUB_DATABASE_CONNECTIONS": str(CONNECTIONS),
    }
    with lab.databases.fresh(base) as name:
        url = lab.databases.url(name)
        with servers.service(turn.folder / "up", url, environment, demo=False) as served:
            return over_http(lab, turn._replace(database=name), served)


def _pgbench_of(
    databases: Databases, base: str, plant: Plant, pace: Pace
) -> Callable[[Laboratory, Turn], Measured]:
    program = pgbench.program(databases.postmaster)
    walked = pgbench.items(databases.url(base), plant.lots[0])
    uuid = "uuidv7" if databases.has_function("uuidv7") else "gen_random_uuid"
    script = pgbench.script(walked, plant.lots[PILOTS:], pace.clients, uuid)

    def turn(lab: Laboratory, turn: Turn) -> Measured:
        with lab.databases.fresh(base) as name:
            return with_pgbench(lab, turn._replace(database=name), program, script)

    return turn


def _peer_base(stack: ExitStack, databases: Databases, folder: Path, plant: Plant) -> str:
    base = stack.enter_context(databases.fresh())
    tell("the same plant for the peer")
    file = folder / "plant.json"
    file.write_bytes(msgspec.json.encode(plant))
    servers.prepare_peer(databases.url(base), file)
    databases.settle(base)
    return base


def _peer(lab: Laboratory, turn: Turn, *, base: str) -> Measured:
    with lab.databases.fresh(base) as name:
        url = lab.databases.url(name)
        with servers.peer(turn.folder / "peer", url, lab.pace.workers) as served:
            return over_http(lab, turn._replace(database=name), served)
