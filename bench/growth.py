"""`just growth`: does an answer take longer when the tables are large? Two services side by side are asked the same.

Each starts empty and gets its past by `grow`, a small and a large one; then they are asked in turns, one request at
a time. The exit code is 1 when the p50 of an endpoint is more than 1.2 times that with the small past.
"""

import argparse
import random
import sys
from collections import defaultdict
from contextlib import ExitStack, closing
from datetime import UTC, datetime

from bench import grow, growth_report, service
from bench.api import RefusedError
from bench.growth_floor import Floor, WrongAnswerError
from bench.report import machine

WARM_UP_ROUNDS = 24  # long enough for every statement to be planned as it will be from then on
Taken = dict[str, list[list[float]]]


def main() -> int:
    options = _options()
    try:
        with ExitStack() as stack:
            return run(options, stack)
    except (RefusedError, WrongAnswerError) as error:
        raise SystemExit(f"The comparison ended: {error}") from None
    except KeyboardInterrupt:
        raise SystemExit("Stopped; nothing was written") from None


def run(options: argparse.Namespace, stack: ExitStack) -> int:
    """Grow two services, ask both in turns, report; return the exit code."""
    setting = machine()
    sizes, floors = [], []
    for steps in (options.start, options.to):
        target = stack.enter_context(service.started())
        grown = grow.grow(target.database_url, steps)
        tell(f"{grown.steps:,} steps in {grown.seconds:.0f} s ({grown.steps / grown.seconds:,.0f}/s)")
        sizes.append(grown)
        floors.append(Floor(target, options.samples + WARM_UP_ROUNDS, random.Random(options.seed)))
    for floor in floors:  # only now: a connection that idles while the other grows is closed
        floor.connect()
        stack.enter_context(closing(floor))
    taken = measure(floors[0], floors[1], options.samples)
    made = growth_report.report(datetime.now(UTC).isoformat(timespec="seconds"), setting, sizes, taken)
    print(growth_report.table(made))
    print(f"\n{growth_report.write(made)}")
    return 0 if made.held else 1


def measure(small: Floor, large: Floor, rounds: int) -> Taken:
    """Return the seconds of each endpoint, of the small and of the large; who goes first changes by the round."""
    taken: Taken = defaultdict(lambda: [[], []])
    for number in range(WARM_UP_ROUNDS + rounds):
        if number % 50 == 0:
            tell(f"round {number} of {WARM_UP_ROUNDS + rounds}")
        for pieces in zip(small.round(number), large.round(number), strict=True):
            for side in (0, 1) if number % 2 else (1, 0):
                for name, took_s in pieces[side]():
                    if number >= WARM_UP_ROUNDS:
                        taken[name][side].append(took_s)
    return dict(taken)


def tell(text: str) -> None:
    """Show progress on the terminal."""
    print(f"growth: {text}", file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="just growth", description=__doc__)
    parser.add_argument(
        "--start", type=int, default=10_000, help="steps of the small past; 10,000 when not said"
    )
    parser.add_argument("--to", type=int, default=1_000_000, help="of the large; 1,000,000 when not said")
    parser.add_argument("--samples", type=int, default=240, help="rounds, each asks everything once; 240")
    parser.add_argument("--seed", type=int, default=1, help="of everything drawn by chance")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
