"""`just load`: a normal hour of the plant against a running service, measured, judged, checked by the ledger.

This process seeds, watches and reports; the users are in generator processes (`bench.generator`).
Exit code 0 only when every limit of `slo` held.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

import msgspec
from msgspec import Struct

from bench import ledger, report, seed, service, slo
from bench.api import RefusedError
from bench.generator_words import Tick
from bench.measures import Measures, measure
from bench.plan import Key, Plan, shares
from bench.users.samples import Recording
from bench.watch import Watch

READY_TIMEOUT_S: Final = 120
END_TIMEOUT_S: Final = 90


class Generator(Struct):
    """A generator process with the last it said."""

    process: subprocess.Popen[str]
    number: int
    last: Tick = Tick(users=0, requests=0, errors=0, total_ms=0.0)
    is_ready: bool = False

    def listen(self) -> None:
        """Take what it says until it ends. Runs in a thread of its own."""
        for line in _output(self.process):
            said = json.loads(line)
            if "ready" in said:
                self.is_ready = True
            else:
                self.last = msgspec.convert(said, Tick)

    def say(self, word: str) -> None:
        """Give the word to go or to stop."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()


def _output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def main() -> int:
    """Run as asked; what the service refused while it was prepared ends the run in one line."""
    try:
        return _main(_options())
    except RefusedError as refused:
        raise SystemExit(f"The run could not be prepared: {refused}") from None


def _main(options: argparse.Namespace) -> int:
    if options.up:
        with service.started() as target:
            return run(options, target)
    admin = Key(options.admin, options.admin_password) if options.admin_password else None
    return run(options, service.existing(options.host, options.database_url, admin))


def run(options: argparse.Namespace, target: service.Target) -> int:
    """Seed, load, compare and report; return the exit code."""
    at, machine = datetime.now(UTC).isoformat(timespec="seconds"), report.machine()
    plan = seed.prepare(target.host, target.admin, _empty_plan(options, target))
    watch = Watch(target.host, target.database_url)
    with tempfile.TemporaryDirectory(prefix="neurohub-bench-") as name:
        folder = Path(name)
        begin, end = _work(plan, options.processes, folder, watch)
        measures, lots = _gather(folder, options.processes, watch, begin, end)
        findings = _compare(folder, target.database_url, lots)
    setting = report.Setting(
        at=at,
        host=target.host,
        users=plan.users,
        tps_target=plan.tps,
        warm_up_s=plan.warm_up_s,
        duration_s=plan.duration_s,
        generators=options.processes,
        seed=plan.seed,
        postgresql=watch.server_version(),
        machine=machine,
    )
    watch.close()
    verdicts = slo.judge(_facts(plan, measures, findings))
    made = report.Report(setting=setting, measures=measures, findings=findings, verdicts=verdicts)
    print(report.table(made))
    print(f"\n{report.write(made)}")
    return 0 if made.ok else 1


def _facts(plan: Plan, measures: Measures, findings: ledger.Findings) -> slo.Facts:
    return slo.Facts(
        tps=measures.tps,
        tps_target=plan.tps,
        mean_ms=measures.all.mean_ms,
        errors=sum(measures.errors.values()),
        connections_max=measures.connections_max,
        ledger_faults=findings.faults,
        events_compared=findings.acknowledged,
    )


def _empty_plan(options: argparse.Namespace, target: service.Target) -> Plan:
    return Plan(
        host=target.host,
        users=options.users,
        tps=options.tps,
        seed=options.seed,
        warm_up_s=options.warm_up,
        duration_s=options.duration,
        managers=[],
        workers=[],
        sections=[],
        units=[],
        empty_lots=[],
        places=[],
        firmware=seed.FIRMWARE,
    )


def _work(plan: Plan, processes: int, folder: Path, watch: Watch) -> tuple[float, float]:
    """Let the generators work; return begin and end of the measured window."""
    with _generators(plan, processes, folder) as generators:
        _wait_ready(generators)
        for generator in generators:
            generator.say("go")
        begin = time.time() + plan.warm_up_s
        end = begin + plan.duration_s
        before = Tick(users=0, requests=0, errors=0, total_ms=0.0)
        while (now := time.time()) < end:
            watch.look()
            before = _show(generators, before, watch, "warm-up" if now < begin else f"{now - begin:4.0f} s")
            if any(g.process.poll() is not None for g in generators):
                raise SystemExit("A generator ended before its time; what it said is above")
            time.sleep(max(0.0, min(now + 1, end) - time.time()))
        watch.look()
        print(file=sys.stderr)
        for generator in generators:
            generator.say("stop")
        for generator in generators:
            generator.process.wait(END_TIMEOUT_S)
    return begin, end


@contextmanager
def _generators(plan: Plan, processes: int, folder: Path) -> Iterator[list[Generator]]:
    generators = []
    try:
        for number, share in enumerate(shares(plan, processes)):
            file = folder / f"plan-{number}.json"
            file.touch(mode=0o600)
            file.write_bytes(msgspec.json.encode(share))
            command = [sys.executable, "-m", "bench.generator", str(file), str(folder), str(number)]
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[1],
            )
            generator = Generator(process, number)
            threading.Thread(target=generator.listen, daemon=True).start()
            generators.append(generator)
        yield generators
    finally:
        for generator in generators:
            if generator.process.poll() is None:
                generator.process.kill()
                generator.process.wait()


def _wait_ready(generators: list[Generator]) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not all(g.is_ready for g in generators):
        if any(g.process.poll() is not None for g in generators) or time.monotonic() > deadline:
            raise SystemExit("A generator did not get ready; what it said is above")
        time.sleep(0.05)


def _show(generators: list[Generator], before: Tick, watch: Watch, phase: str) -> Tick:
    """Draw the progress line over the last one; return the totals it was drawn from."""
    total = Tick(
        users=sum(g.last.users for g in generators),
        requests=sum(g.last.requests for g in generators),
        errors=sum(g.last.errors for g in generators),
        total_ms=sum(g.last.total_ms for g in generators),
    )
    requests = total.requests - before.requests
    mean_ms = (total.total_ms - before.total_ms) / requests if requests else 0.0
    line = (
        f"{phase:>8} | users {total.users:4} | requests/s {requests:5} | mean {mean_ms:7.2f} ms"
        f" | errors {total.errors:4} | connections {watch.seconds[-1].connections:3}"
    )
    print(line, end="\r" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)
    return total


def _gather(
    folder: Path, processes: int, watch: Watch, begin: float, end: float
) -> tuple[Measures, list[str]]:
    decoder = msgspec.msgpack.Decoder(tuple[Recording, list[str]])
    handed = [decoder.decode((folder / f"samples-{n}.msgpack").read_bytes()) for n in range(processes)]
    measures = measure([recording for recording, _ in handed], watch.seconds, begin, end)
    return measures, sorted({lot for _, lots in handed for lot in lots})


def _compare(folder: Path, database_url: str, lots: list[str]) -> ledger.Findings:
    entries = list(ledger.read(sorted(folder.glob("ledger-*.jsonl"))))
    ids = list({entry.event_id for entry in entries})
    return ledger.compare(entries, ledger.recorded(database_url, lots, ids))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="just load", description="Load a running service and judge it.")
    parser.add_argument("--host", help=f"the service; without it {service.DEFAULT_HOST}")
    parser.add_argument("--up", action="store_true", help="start a service of its own for the run")
    parser.add_argument("--users", type=int, default=200, help="70 %% operators, 30 %% managers")
    parser.add_argument("--tps", type=float, default=500.0, help="transactions a second, undos not counted")
    parser.add_argument("--duration", type=float, default=60.0, help="seconds measured")
    parser.add_argument(
        "--warm-up", type=float, default=10.0, help="seconds before, users arrive in the first half"
    )
    parser.add_argument("--processes", type=int, default=1, help="generator processes")
    parser.add_argument("--seed", type=int, default=1, help="of everything drawn by chance")
    parser.add_argument("--database-url", help="for the ledger; without it DATABASE_URL, else what `up` left")
    parser.add_argument("--admin", default="admin", help="who prepares the plant")
    parser.add_argument("--admin-password", default=os.environ.get("NEUROHUB_LOAD_ADMIN_PASSWORD"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
