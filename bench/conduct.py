"""Conducts a run: lets the generators run phase after phase, watches, and shows how it goes.

Returns when each phase began and ended. Who calls it: `load`.
"""

import shutil
import sys
import time
from pathlib import Path
from typing import Final

from msgspec import Struct

from bench import children as processes
from bench.children import Child
from bench.export import Export
from bench.plan import Phase, Plan
from bench.watch import Watch

LOOK_EVERY_S: Final = 1.0
POLL_S: Final = 0.05
PATIENCE_S: Final = 60.0  # a phase may drain so long after its time
MODULES: Final = {"users": "bench.generator", "raw": "bench.raw.generator"}


class Mark(Struct, frozen=True):
    """A phase as it was: its plan, and from when to when it ran (epoch s)."""

    phase: Phase
    begin: float
    end: float


class Heads(Struct, frozen=True):
    """How many users there were, and when: what the generators said, added up."""

    at: list[float]
    users: list[int]


def conduct(
    drive: str, plan: Plan, count: int, folder: Path, watch: Watch, export: Export
) -> tuple[list[Mark], Heads]:
    """Run all phases of `plan` by `count` generators; what they hand over is left in `folder`."""
    heads, marks = Heads([], []), []
    with processes.started(MODULES[drive], plan, count, folder) as children:
        for number, phase in enumerate(plan.phases):
            watch.ask_now()
            for child in children:
                child.say(number)
            _attend(children, number, phase, watch, heads, export)
            watch.ask_now()
            watch.look()
            ran = [child.done[number] for child in children]
            marks.append(Mark(phase, min(one.begin for one in ran), max(one.end for one in ran)))
        print(file=sys.stderr)
        processes.finish(children)
    return marks, heads


def _attend(
    children: list[Child], number: int, phase: Phase, watch: Watch, heads: Heads, export: Export
) -> None:
    """Look once a second until each generator has done the phase."""
    began = time.monotonic()
    look_at = began
    while not all(number in child.done for child in children):
        now = time.monotonic()
        if any(child.has_ended for child in children):
            raise SystemExit("A generator ended before its time; what it said is above")
        if now - began > phase.seconds + PATIENCE_S:
            raise SystemExit(f"The phase {phase.name!r} does not end")
        if now >= look_at:
            look_at = max(look_at + LOOK_EVERY_S, now)
            watch.look()
            export.tell(phase.name, [child.last for child in children])
            heads.at.append(time.time())
            heads.users.append(sum(child.last.users for child in children))
            _show(children, phase, now - began, watch)
        time.sleep(POLL_S)


def _show(children: list[Child], phase: Phase, passed_s: float, watch: Watch) -> None:
    """Draw the progress line over the last one."""
    last = [child.last for child in children]
    rate, busy_ms = 0.0, 0.0
    for child in children:
        between_s = child.last.at - child.before.at
        if child.before.at and between_s > 0:
            rate += (child.last.requests - child.before.requests) / between_s
            busy_ms += (child.last.spread.total_ms - child.before.spread.total_ms) / between_s
    line = (
        f"{phase.name:>15} {passed_s:3.0f} of {phase.seconds:.0f} s {sum(t.users for t in last):5} users"
        f" {rate:7.0f}/s {busy_ms / rate if rate else 0.0:8.1f} ms"
        f" {sum(t.refused for t in last):6} refused {sum(t.errors for t in last):4} errors"
        f" {watch.seconds[-1].connections:3} connections  {_cores(watch)}"
    )
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1  # a longer line would not be drawn over
        print(line[:width].ljust(width), end="\r", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)


def _cores(watch: Watch) -> str:
    if len(watch.seconds) < 2:
        return ""
    before, now = watch.seconds[-2:]
    length = max(1e-3, now.at - before.at)
    parts = (("service", "service"), ("database", "PostgreSQL"), ("load", "load generator"))
    used = {short: (now.cpu_s.get(n, 0.0) - before.cpu_s.get(n, 0.0)) / length for short, n in parts}
    return "cores: " + " ".join(f"{short} {cores:.2f}" for short, cores in used.items())
