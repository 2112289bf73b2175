"""One generator process: signs its credentials in, runs locust's users, hands its samples over.

Talks to `load` by lines of JSON: ready, then one `Tick` a second, on its output; the word to go and the
word to stop on its input. Who calls it: `load`, as `python -m bench.generator PLAN FOLDER NUMBER`.
"""

# ruff: noqa: E402, I001  (gevent has to replace the sockets before anything opens one)
from gevent import monkey  # type: ignore[import-untyped]

monkey.patch_all()

import logging
import sys
import time
from pathlib import Path
from typing import Any, Final

import gevent
import msgspec
from locust import constant_throughput
from locust.env import Environment
from msgspec import Struct
from neurohub.contract.commands import Refresh
from neurohub.contract.sign_in import SignedIn

from bench.api import Api
from bench.generator_words import Tick
from bench.ledger import Ledger
from bench.plan import Plan
from bench.users.floor import Floor
from bench.users.manager import Manager
from bench.users.operator import Operator

STOP_TIMEOUT_S: Final = 30
REFRESH_AT: Final = 0.5  # of the life of an access token
_encode: Final = msgspec.json.Encoder().encode


class Session(Struct):
    headers: dict[str, str]
    refresh_token: str
    refresh_at: float


def main(plan_file: str, folder: str, number: str) -> None:
    """Run one share of the plan from the word to go until the word to stop."""
    logging.basicConfig(level=logging.WARNING)
    plan = msgspec.json.decode(Path(plan_file).read_bytes(), type=Plan)
    sessions = sign_in(plan)
    ledger = Ledger(Path(folder) / f"ledger-{number}.jsonl")
    floor = Floor(plan, ledger, {name: session.headers for name, session in sessions.items()})
    gevent.spawn(keep_signed_in, plan.host, sessions)
    say({"ready": True})
    if listen():
        work(plan, floor)
    ledger.close()
    done = msgspec.msgpack.encode((floor.samples.recording(), floor.lots))
    (Path(folder) / f"samples-{number}.msgpack").write_bytes(done)


def work(plan: Plan, floor: Floor) -> None:
    """Let the users work until the parent says stop or goes away."""
    Operator.floor = Manager.floor = floor
    Operator.fixed_count, Manager.fixed_count = plan.operators, plan.users - plan.operators
    Operator.wait_time = constant_throughput(plan.operator_rate)
    Manager.wait_time = constant_throughput(plan.manager_rate)
    classes: list[Any] = [Operator, Manager] if Manager.fixed_count else [Operator]
    environment = Environment(user_classes=classes, host=plan.host, stop_timeout=STOP_TIMEOUT_S)
    environment.events.request.add_listener(floor.samples.add)  # type: ignore[no-untyped-call]
    environment.events.user_error.add_listener(floor.samples.add_bug)  # type: ignore[no-untyped-call]
    runner = environment.create_local_runner()
    runner.start(plan.users, spawn_rate=max(1.0, plan.users / max(1.0, plan.warm_up_s / 2)))
    ticker = gevent.spawn(tick, runner, floor)
    listen()
    ticker.kill()
    runner.quit()


def tick(runner: Any, floor: Floor) -> None:
    """Say once a second how far it is."""
    samples = floor.samples
    while True:
        now = Tick(
            users=runner.user_count,
            requests=len(samples.ended_at),
            errors=samples.errors.total(),
            total_ms=samples.total_ms,
        )
        say(now)
        gevent.sleep(1)


def listen() -> str:
    """Wait for the next word; empty when the parent is gone. A plain read would stop all users."""
    word: str = gevent.get_hub().threadpool.apply(sys.stdin.readline)
    return word


def say(message: object) -> None:
    sys.stdout.write(_encode(message).decode() + "\n")
    sys.stdout.flush()


def sign_in(plan: Plan) -> dict[str, Session]:
    """Sign every credential of the plan in once; users of one desk or station share its token."""
    sessions = {}
    with Api(plan.host) as api:
        for manager in plan.managers:
            sessions[manager.name] = session_of(api.sign_in(manager.name, manager.secret))
        for section in plan.sections:
            for station in section.stations:
                sessions[station.name] = session_of(api.sign_in_station(station.name, station.secret))
    return sessions


def session_of(answer: SignedIn, headers: dict[str, str] | None = None) -> Session:
    headers = {"Content-Type": "application/json"} if headers is None else headers
    headers["Authorization"] = f"Bearer {answer.access_token}"
    refresh_at = time.monotonic() + answer.expires_in * REFRESH_AT
    return Session(headers, answer.refresh_token or "", refresh_at)


def keep_signed_in(host: str, sessions: dict[str, Session]) -> None:
    """Refresh each token at half of its life; the headers are changed in place."""
    while True:
        gevent.sleep(5)
        with Api(host) as api:
            for name, session in list(sessions.items()):
                if time.monotonic() >= session.refresh_at:
                    body = Refresh(refresh_token=session.refresh_token)
                    answer = api.call("POST", "/api/v1/auth/refresh", body, SignedIn)
                    sessions[name] = session_of(answer, session.headers)


if __name__ == "__main__":
    main(*sys.argv[1:])
