"""One generator process of locust users: signs in, runs the phases it is told to, hands its samples over.

Talks to `conduct` by the lines of `words`. Who calls it: `conduct`, as `python -m bench.generator PLAN FOLDER N`.
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
from locust.env import Environment

from bench import words
from bench.plan import Phase, Plan
from bench.sessions import Session, refresh, sign_in
from bench.users.floor import Floor
from bench.users.roles import user_classes
from bench.ledger import Ledger

STOP_TIMEOUT_S: Final = 30
RAMP_EVERY_S: Final = 0.5


def main(plan_file: str, folder: str, number: str) -> None:
    """Run the phases of one share of the plan, each at its word."""
    logging.basicConfig(level=logging.WARNING)
    plan = msgspec.json.decode(Path(plan_file).read_bytes(), type=Plan)
    sessions = sign_in(plan)
    ledger = Ledger(Path(folder) / f"ledger-{number}.jsonl")
    floor = Floor(plan, ledger, {name: session.headers for name, session in sessions.items()})
    gevent.spawn(keep_signed_in, plan.host, sessions)
    say(words.Ready())
    work(plan, floor)
    ledger.close()
    done = msgspec.msgpack.encode((floor.samples.recording(), floor.lots))
    (Path(folder) / f"samples-{number}.msgpack").write_bytes(done)


def work(plan: Plan, floor: Floor) -> None:
    """Let the users work, phase by phase, until the parent says no more or goes away."""
    environment = Environment(
        user_classes=user_classes(plan, floor), host=plan.host, stop_timeout=STOP_TIMEOUT_S
    )
    environment.events.request.add_listener(floor.samples.add)  # type: ignore[no-untyped-call]
    environment.events.user_error.add_listener(floor.samples.add_bug)  # type: ignore[no-untyped-call]
    runner = environment.create_local_runner()
    ticker = gevent.spawn(tick, runner, floor, plan)
    wanted = 0
    while word := listen():
        begin = time.time()
        wanted = ramp(runner, wanted, plan.phases[int(word)])
        say(words.Done(phase=int(word), begin=begin, end=time.time()))
    ticker.kill()
    runner.quit()


def ramp(runner: Any, before: int, phase: Phase) -> int:
    """Let users come or go evenly over the phase, in a warm-up in its first half; return how many there are."""
    began, wanted = time.monotonic(), before
    over_s = phase.seconds if phase.judged else phase.seconds / 2
    while (passed := time.monotonic() - began) < phase.seconds:
        part = min(1.0, (passed + RAMP_EVERY_S) / max(over_s, RAMP_EVERY_S))
        if wanted != (now := before + round((phase.users - before) * part)):
            runner.start(now, spawn_rate=max(1, abs(now - wanted)))
            wanted = now
        gevent.sleep(min(RAMP_EVERY_S, max(0.0, phase.seconds - passed)))
    return wanted


def tick(runner: Any, floor: Floor, plan: Plan) -> None:
    """Say once a second how far it is."""
    samples = floor.samples
    of_one = sum(plan.rate_of(role) * count for role, count in plan.counts.items()) / max(1, plan.users)
    while True:
        now = words.Tick(
            at=time.time(),
            users=runner.user_count,
            requests=len(samples.ended_at),
            errors=samples.errors.total(),
            offered=of_one * runner.user_count,
            spread=samples.spread,
        )
        say(now)
        gevent.sleep(1)


def listen() -> str:
    """Wait for the next word; empty when there is no more. A plain read would stop all users."""
    word: str = gevent.get_hub().threadpool.apply(sys.stdin.readline)
    return word


def say(word: words.Word) -> None:
    sys.stdout.write(words.encode(word).decode() + "\n")
    sys.stdout.flush()


def keep_signed_in(host: str, sessions: dict[str, Session]) -> None:
    while True:
        gevent.sleep(5)
        refresh(host, sessions)


if __name__ == "__main__":
    main(*sys.argv[1:])
