"""One generator process of the raw driver: runs the phases it is told to, hands samples and ledger over.

Who calls it: `conduct`, as `python -m bench.raw.generator PLAN FOLDER N`.
"""

import asyncio
import random
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from bench import driver, words
from bench.plan import Phase, Plan
from bench.raw.race import Race
from bench.raw.read import Read
from bench.raw.record import Notes, Record
from bench.raw.replay import Replay
from bench.raw.tape import Tape, Walker
from bench.raw.walk import Walk
from bench.sessions import refresh, sign_in

BACKLOG_MAX: Final = 2000
RETRY_S: Final = 1.0
RACERS: Final = 64  # combinations of station and operator


class Rig:
    """What the phases of a generator share."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        address = urlsplit(plan.host)
        self.address = (address.hostname or "127.0.0.1", address.port or 80)
        self.sessions = sign_in(plan)
        self.tape = Tape(plan, {name: session.headers for name, session in self.sessions.items()})
        self.record = Record()
        self.dice = random.Random(plan.seed)
        self.ready = deque((Walker(unit, number), b"") for number, unit in enumerate(plan.units))
        self.lots = {walker.lot_number for walker, _ in self.ready}
        self.hot: list[Walker] = []
        if any(phase.stream == "race" for phase in plan.phases):
            self.ready.popleft()  # the unit that is raced for
            self.hot = [Walker(plan.units[0], number) for number in range(RACERS)]
        self.replays = [Replay(self.record, self.tape, queue) for queue in plan.queues]
        self.lots |= {Walker(unit, 0).lot_number for queue in plan.queues for unit in queue.units}
        self.connections = 0
        self.peak_per_s = 0.0
        self.offered_per_s = 0.0

    def work(self, phase: Phase) -> Walk | Race | Read:
        match phase.stream:
            case "walk":
                return Walk(self.record, self.tape, self.ready)
            case "race":
                return Race(self.record, self.tape, self.hot)
            case "read":
                return Read(self.record, self.tape, self.plan)


def main(plan_file: str, folder: str, number: str) -> None:
    """Run the phases of one share of the plan, each at its word."""
    _allow_connections()
    rig = Rig(msgspec.json.decode(Path(plan_file).read_bytes(), type=Plan))
    driver.run(_work(rig))
    rig.record.samples.queued_left = sum(replay.left for replay in rig.replays)
    rig.record.write_ledger(Path(folder) / f"ledger-{number}.jsonl")
    done = msgspec.msgpack.encode((rig.record.samples.recording(), sorted(rig.lots)))
    (Path(folder) / f"samples-{number}.msgpack").write_bytes(done)


def _allow_connections() -> None:
    """Raise the limit of open files as far as this process may: each connection is one."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (there is none on Windows)

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _work(rig: Rig) -> None:
    say(words.Ready())
    beside = [asyncio.create_task(_tick(rig)), asyncio.create_task(_keep_signed_in(rig))]
    while word := await asyncio.to_thread(sys.stdin.readline):
        begin, end = await _run(rig, rig.plan.phases[int(word)])
        say(words.Done(phase=int(word), begin=begin, end=end))
    for task in beside:
        task.cancel()


async def _run(rig: Rig, phase: Phase) -> tuple[float, float]:
    """Run one phase; return when its first request could go and when its last answer had come (epoch s)."""
    work = rig.work(phase)
    before = rig.record.requests - rig.record.refused
    if phase.rate or phase.of_peak:
        answered = await _by_the_clock(rig, phase, work)
        rig.offered_per_s = 0.0
    else:
        rig.connections = phase.connections
        answered = await driver.drive(*rig.address, [work] * phase.connections, duration_s=phase.seconds)
    end, length = time.time(), time.monotonic() - answered.begun_at
    work.hand_over(answered)
    if answered.is_exhausted:
        rig.record.error(f"the units ran out in the phase {phase.name!r}: ask for more with --rate")
    if phase.name == "peak":
        rig.peak_per_s = (rig.record.requests - rig.record.refused - before) / phase.seconds
    return end - length, end


async def _by_the_clock(rig: Rig, phase: Phase, work: Notes) -> driver.Samples:
    """Send at the rate of the phase; a storm beside it ends the phase when its queues are empty."""
    rate = rig.offered_per_s = phase.rate or phase.of_peak * rig.peak_per_s
    rig.connections = phase.connections or rig.plan.open_connections_max
    storm = asyncio.create_task(_storm(rig)) if phase.replay else None
    answered = await driver.drive_at(
        *rig.address,
        work,
        _arrivals(rate, phase, rig.dice, storm),
        connections=rig.connections,
        backlog_max=BACKLOG_MAX,
    )
    if storm is not None:
        storm.cancel()
        await asyncio.gather(storm, return_exceptions=True)
    return answered


def _arrivals(
    rate: float, phase: Phase, dice: random.Random, storm: "asyncio.Task[None] | None"
) -> Iterator[float]:
    """Yield arrivals, of people who do not know of each other or evenly, until the time or the storm is over."""
    at = 0.0
    while at < phase.seconds and not (storm and storm.done()):
        at += 1 / rate if phase.evenly else dice.expovariate(rate)
        yield at


async def _storm(rig: Rig) -> None:
    async with asyncio.TaskGroup() as group:
        for replay in rig.replays:
            group.create_task(_hand_in(rig, replay))


async def _hand_in(rig: Rig, replay: Replay) -> None:
    while replay.left:
        replay.hand_over(await driver.drive(*rig.address, [replay], duration_s=3600))
        if replay.left:
            await asyncio.sleep(RETRY_S * (0.5 + rig.dice.random()))


async def _keep_signed_in(rig: Rig) -> None:
    while True:
        await asyncio.sleep(5)
        await asyncio.to_thread(refresh, rig.plan.host, rig.sessions)
        rig.tape.forget_heads()


async def _tick(rig: Rig) -> None:
    """Say once a second how far it is."""
    record = rig.record
    while True:
        tick = words.Tick(
            at=time.time(),
            users=rig.connections,
            requests=record.requests,
            refused=record.refused,
            errors=record.samples.errors.total(),
            offered=rig.offered_per_s,
            spread=record.spread,
        )
        say(tick)
        await asyncio.sleep(1)


def say(word: words.Word) -> None:
    sys.stdout.write(words.encode(word).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
