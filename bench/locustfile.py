"""The same users for locust itself: its web page, or its master and workers. Started by `just load --ui`.

Each worker takes its own share of the plan, so that no two work on one unit; the master makes no load.
"""

import os
import sys
from pathlib import Path
from typing import Any

import gevent  # type: ignore[import-untyped]
import msgspec
from locust import constant_throughput, events
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from bench.ledger import Ledger
from bench.plan import Plan, share
from bench.sessions import refresh, sign_in
from bench.ui_words import FOLDER_KEY, PLAN_KEY, WORKERS_KEY
from bench.users.floor import Floor
from bench.users.roles import CLASSES

if PLAN_KEY not in os.environ:
    raise SystemExit("Start this by `just load --ui`: it prepares the plant for the users first")
PLAN = msgspec.json.decode(Path(os.environ[PLAN_KEY]).read_bytes(), type=Plan)
# Locust looks for its users among the names of this module.
globals().update({CLASSES[role].__name__: CLASSES[role] for role in PLAN.roles})


@events.init.add_listener
def _prepare(environment: Environment, **_: Any) -> None:
    if isinstance(environment.runner, MasterRunner):
        return
    for role, weight in PLAN.roles.items():
        CLASSES[role].weight = weight
        CLASSES[role].rate = PLAN.rate_of(role)  # a user's own, however many there are
        CLASSES[role].wait_time = constant_throughput(CLASSES[role].rate)


@events.test_start.add_listener
def _begin(environment: Environment, **_: Any) -> None:
    """Sign in and take a share, once: a second start goes on where the first was stopped."""
    if isinstance(environment.runner, MasterRunner) or hasattr(CLASSES[next(iter(PLAN.roles))], "floor"):
        return
    is_one_of_many = isinstance(environment.runner, WorkerRunner)
    number = environment.runner.worker_index if is_one_of_many else 0
    part = share(PLAN, number, int(os.environ[WORKERS_KEY]) if is_one_of_many else 1)
    sessions = sign_in(part)
    ledger = Ledger(Path(os.environ[FOLDER_KEY]) / f"ledger-{number}.jsonl")
    floor = Floor(part, ledger, {name: session.headers for name, session in sessions.items()})
    for role in PLAN.roles:
        CLASSES[role].floor = floor
    environment.events.request.add_listener(floor.samples.add)
    environment.events.user_error.add_listener(floor.samples.add_bug)
    gevent.spawn(_keep_signed_in, part.host, sessions)
    events.quitting.add_listener(lambda **_: _hand_over(floor, number))


def _keep_signed_in(host: str, sessions: dict[str, Any]) -> None:
    while True:
        gevent.sleep(5)
        refresh(host, sessions)


def _hand_over(floor: Floor, number: int) -> None:
    floor.ledger.close()
    done = msgspec.msgpack.encode((floor.samples.recording(), floor.lots))
    (Path(os.environ[FOLDER_KEY]) / f"samples-{number}.msgpack").write_bytes(done)
    print(f"worker {number}: {len(floor.samples.ended_at)} requests", file=sys.stderr)
