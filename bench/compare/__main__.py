"""`just bench-compare`: the service beside itself without coalescing, beside pgbench, and beside a FastAPI service.

In turns (a b c d a b c d ...), each turn on a fresh copy of a prepared database on one PostgreSQL server, with
the same work: starts and completions of units nobody else touches. Prints the ratios; exit code 0 when every
answer was a success and every ledger agrees, whatever the ratios are.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import service
from bench.api import RefusedError
from bench.compare import report
from bench.compare.contract import ContractError
from bench.compare.measure import Laboratory, Measured, Pace, Turn
from bench.compare.plant import tell
from bench.compare.report import CONTENDERS
from bench.compare.servers import Databases, install_peers, peer_versions
from bench.compare.turns import Turns, prepare
from bench.report import machine


def main() -> int:
    """Run as asked; what can be helped ends the run in one sentence."""
    options = _options()
    try:
        with ExitStack() as stack:
            return run(options, stack)
    except (RefusedError, ContractError) as error:
        raise SystemExit(f"The comparison ended: {error}") from None
    except KeyboardInterrupt:
        raise SystemExit("Stopped; nothing was written") from None


def run(options: argparse.Namespace, stack: ExitStack) -> int:
    """Prepare, measure in turns, report; return the exit code."""
    keys = [key for key in CONTENDERS if key in options.only.split(",")]
    if "d" in keys:
        install_peers()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="neurohub-compare-")))
    folder.chmod(0o755)  # PostgreSQL's own account has to reach what is below
    url = options.database_url or stack.enter_context(service.started()).database_url
    databases = Databases(url)
    stack.callback(databases.close)
    pace = Pace(
        warm_up_s=options.warm_up,
        duration_s=options.duration,
        connections=options.connections,
        clients=options.clients,
        drivers=options.drivers,
        workers=options.workers,
    )
    setting = report.Setting(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        pace=pace,
        postgresql=databases.settings(),
        peer=peer_versions(),
        machine=machine(),
    )
    plant, turns = prepare(stack, databases, pace, folder, keys)
    lab = Laboratory(databases, plant, pace, folder)
    measured = list(_measure(lab, turns, options.rounds))
    made = report.report(setting, measured)
    print(report.table(made))
    print(f"\n{report.write(made)}")
    return 0 if made.is_sound else 1


def _measure(lab: Laboratory, turns: Turns, rounds: int) -> Iterator[Measured]:
    began_at = time.monotonic()
    for number in range(1, rounds + 1):
        for place, (key, turn) in enumerate(turns.items()):
            title = f"round {number}/{rounds}  {CONTENDERS[key]}"
            folder = lab.folder / f"{number}{key}"
            folder.mkdir()
            measured = turn(lab, Turn(key, number, "", folder, title))
            done = (number - 1) * len(turns) + place + 1
            left_s = (time.monotonic() - began_at) / done * (rounds * len(turns) - done)
            tell(
                f"{title:44} {measured.events_per_s:13,.0f}/s  p99 {measured.p99_ms:.0f} ms  ({left_s:.0f} s left)"
            )
            yield measured


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="just bench-compare", description="Measure side by side, in turns.")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contender")
    parser.add_argument("--warm-up", type=float, default=4.0, help="seconds before each measurement")
    parser.add_argument("--duration", type=float, default=12.0, help="seconds measured")
    parser.add_argument("--connections", type=int, default=100, help="of the HTTP driver")
    parser.add_argument("--clients", type=int, default=50, help="connections of pgbench")
    parser.add_argument("--drivers", type=int, default=1, help="processes of the HTTP driver")
    parser.add_argument("--workers", type=int, default=2, help="of the service and of the peer")
    parser.add_argument("--only", default=",".join(CONTENDERS), help="the contenders, e.g. a,c")
    parser.add_argument(
        "--database-url",
        default=os.environ.get("DATABASE_URL"),
        help="superuser of a PostgreSQL on this machine; without it (and DATABASE_URL) one is started",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
