"""The work of a comparison over HTTP: each connection walks units of its own through the processes 1 to 3.

Marking (plain), assembly (component lots) and sensor test (judged measurements), a start and a completion each.
Runs in worker processes of its own. Who calls it: `compare`.
"""

import multiprocessing
import signal
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any, Final

import msgspec
from msgspec import Struct, field
from uuid_utils.compat import uuid7

from bench.driver import LOST, Answer, Request, Samples, drive, run

PROCESSES: Final = (1, 2, 3)
STEPS: Final = tuple((process, kind) for process in PROCESSES for kind in ("start", "complete"))
EXPECTED: Final = {"start": 201, "complete": 200}
UNITS_PER_LOT: Final = 100
LOOK_EVERY_S: Final = 1.0
DATA: Final = {
    1: '{"lot_number_engraved":"%s","marking_result":"PASS"}',
    2: '{"sma_spring_lot":"SMA-2511-07","busbar_lot":"BUS-2511-03","assembly_time":52.5,"visual_inspection":"PASS"}',
    3: '{"temp_sensor":{"measured_temp":60.2,"target_temp":60.0},"tof_sensor":{"i2c_communication":true}}',
}


class Job(Struct, frozen=True, kw_only=True):
    """What one worker process does: a connection per element of `lots`, each with LOTs of its own."""

    port: int
    lots: list[list[str]]
    tokens: dict[int, str]
    operator: str
    duration_s: float


class Done(Struct, kw_only=True):
    """What came of it: ids (16 bytes each) of the events acknowledged, and of those that may be recorded or not."""

    samples: Samples
    acknowledged: bytearray = field(default_factory=bytearray)
    in_doubt: bytearray = field(default_factory=bytearray)
    errors: Counter[str] = field(default_factory=Counter)


class Walk:
    """The work of one connection. A unit that met a refusal or a lost answer is left where it is."""

    def __init__(self, job: Job, lots: list[str], done: Done) -> None:
        self._wires = [_wire(job, process, kind) for process, kind in STEPS]
        self._units = ((lot, n) for lot in lots for n in range(1, UNITS_PER_LOT + 1))
        self._unit: tuple[str, int] | None = None
        self._step = 0
        self._done = done

    def next(self) -> Request | None:
        if self._step == 0:
            self._unit = next(self._units, None)
        if self._unit is None:
            return None
        lot, number = self._unit
        event_id = uuid7()
        facts: tuple[Any, ...] = (str(event_id).encode(), lot.encode(), number)
        process, kind = STEPS[self._step]
        if (process, kind) == (1, "complete"):
            facts += (lot.encode(),)
        return Request(self._wires[self._step] % facts, kind, event_id)

    def answered(self, request: Request, answer: Answer) -> None:
        if answer.status == EXPECTED[request.name]:
            self._done.acknowledged += request.tag.bytes
            self._step = (self._step + 1) % len(STEPS)
            return
        if answer.status == LOST or answer.status >= 500:
            self._done.in_doubt += request.tag.bytes
        self._done.errors[f"{request.name} {answer.status} {answer.body[:120].decode(errors='replace')}"] += 1
        self._step = 0


def _wire(job: Job, process: int, kind: str) -> bytes:
    """Return a request with places for event id, LOT and number: all of fixed width, so its length is known."""
    body = (
        f'{{"event_id":"%s","unit":"WIP-%s-%03d","process":{process},"operator":"{job.operator}"'
        + (f',"result":"PASS","process_data":{DATA[process]}' if kind == "complete" else "")
        + "}"
    )
    size = len(body % (("0" * 36, "L" * 14, 1) + (("L" * 14,) if body.count("%") == 4 else ())))
    head = (
        f"POST /api/v1/process/{kind} HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\n"
        f"Authorization: Bearer {job.tokens[process]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {size}\r\n\r\n"
    )
    assert "%" not in head
    return (head + body).encode()


def deal(lots: list[str], connections: int) -> list[list[str]]:
    """Give each connection LOTs of its own; leaves the program when there are too few."""
    dealt = [lots[i::connections] for i in range(connections)]
    if not dealt[-1]:
        raise SystemExit(f"{connections} connections need as many LOTs, {len(lots)} are prepared")
    return dealt


def do(job: Job, processes: int, look: Callable[[float, int], None]) -> list[Done]:
    """Do `job` in `processes` worker processes; `look(seconds, answers so far)` is called once a second."""
    context = multiprocessing.get_context("spawn")
    begun_at = time.monotonic()
    counts = [context.RawValue("q", 0) for _ in range(processes)]
    workers, waiting = [], []
    try:
        for part, count in enumerate(counts):
            receiver, sender = context.Pipe(duplex=False)
            share = msgspec.structs.replace(job, lots=job.lots[part::processes])
            workers.append(context.Process(target=_drive, args=(share, count, sender), daemon=True))
            workers[-1].start()
            sender.close()
            waiting.append(receiver)
        return _gather(waiting, lambda: look(time.monotonic() - begun_at, sum(c.value for c in counts)))
    finally:
        for worker in workers:
            worker.terminate()  # has ended already, unless something went wrong
            worker.join()


def _gather(waiting: list[Any], look: Callable[[], None]) -> list[Done]:
    """Return what the workers hand over; leaves the program when one of them failed."""
    done: list[Done] = []
    while waiting:
        ready: list[Any] = wait(waiting, LOOK_EVERY_S)
        for receiver in ready:
            waiting.remove(receiver)
            try:
                found = receiver.recv()
            except EOFError:
                raise SystemExit("A driver of the comparison failed; what it said is above") from None
            if isinstance(found, str):
                raise SystemExit(f"The measurement broke off: {found}")
            done.append(found)
        if not ready:
            look()
    return done


def _drive(job: Job, count: Any, sender: Connection) -> None:
    """Be a worker process: drive, keep `count` up to date, hand over what came of it, or why nothing did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    done = Done(samples=Samples(begun_at=0.0))
    walks = [Walk(job, lots, done) for lots in job.lots]

    def watch(samples: Samples) -> None:
        count.value = len(samples.status)

    try:
        done.samples = run(drive("127.0.0.1", job.port, walks, duration_s=job.duration_s, watch=watch))
    except (OSError, ValueError) as error:
        sender.send(f"nothing that makes sense answers at port {job.port} any more: {error}")
    else:
        sender.send(done)
