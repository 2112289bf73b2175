"""The generator processes of a run: started, spoken to, and ended by their pid. Who calls it: `conduct`."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec
from msgspec import Struct

from bench import words
from bench.plan import Plan, shares

READY_TIMEOUT_S: Final = 180
END_TIMEOUT_S: Final = 90
ROOT: Final = Path(__file__).parents[1]


class Child(Struct):
    """A generator with what it said last. Its rate is between its own ticks, by its own clock."""

    process: subprocess.Popen[str]
    number: int
    before: words.Tick = words.Tick(at=0.0)
    last: words.Tick = words.Tick(at=0.0)
    is_ready: bool = False
    done: dict[int, words.Done] = {}

    def listen(self) -> None:
        """Take what it says until it ends. Runs in a thread of its own."""
        for line in _open(self.process.stdout):
            match words.decode(line):
                case words.Tick() as tick:
                    self.before, self.last = self.last, tick
                case words.Done() as done:
                    self.done[done.phase] = done
                case words.Ready():
                    self.is_ready = True

    def say(self, phase: int) -> None:
        pipe = _open(self.process.stdin)
        pipe.write(f"{phase}\n")
        pipe.flush()

    def say_no_more(self) -> None:
        _open(self.process.stdin).close()

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


@contextmanager
def started(module: str, plan: Plan, processes: int, folder: Path) -> Iterator[list[Child]]:
    """Start `processes` generators that are ready for a phase; end them when the block is left."""
    children: list[Child] = []
    try:
        for number, part in enumerate(shares(plan, processes)):
            children.append(_start(module, part, folder, number))
        _wait_ready(children)
        yield children
    finally:
        for child in children:
            if not child.has_ended:
                child.process.kill()
                child.process.wait()


def finish(children: list[Child]) -> None:
    """Tell them that there is no more and wait until each has handed over what it has."""
    for child in children:
        child.say_no_more()
    for child in children:
        if child.process.wait(END_TIMEOUT_S) != 0:
            raise SystemExit("A generator failed; what it said is above")


def _start(module: str, part: Plan, folder: Path, number: int) -> Child:
    file = folder / f"plan-{number}.json"
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.encode(part))
    command = [sys.executable, "-m", module, str(file), str(folder), str(number)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    child = Child(process, number)
    threading.Thread(target=child.listen, daemon=True).start()
    return child


def _wait_ready(children: list[Child]) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not all(child.is_ready for child in children):
        if any(child.has_ended for child in children) or time.monotonic() > deadline:
            raise SystemExit("A generator did not get ready; what it said is above")
        time.sleep(0.05)
