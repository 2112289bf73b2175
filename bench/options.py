"""The command line of `just load`, and what it makes of a scenario's own figures. Who calls it: `load`."""

import argparse
import os
from pathlib import Path

from bench import export, service
from bench.report import RESULTS
from bench.scenarios import SCENARIOS
from bench.scenarios.shape import Asked, Scenario


def options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="just load", description="Load a running service and judge it.")
    say = parser.add_argument
    say("--scenario", choices=sorted(SCENARIOS), default="normal-hour", metavar="NAME", help="see --list")
    say("--list", action="store_true", help="list the scenarios and what each claims")
    say("--ui", action="store_true", help="locust's own page on 127.0.0.1:8089 with the same users")
    say("--up", action="store_true", help="start a service of its own for the run")
    say("--host", help=f"the service; without it {service.DEFAULT_HOST}")
    say("--duration", type=float, help="seconds judged; without it the scenario's own")
    say("--full", action="store_true", help="the length the plant has, e.g. 40 minutes of a shift start")
    say("--warm-up", type=float, help="seconds before, not judged")
    say("--users", type=int, help="most users at once")
    say("--tps", type=float, help="transactions a second of all users, undos not counted")
    say("--connections", type=int, help="of the raw driver")
    say("--in-flight", type=int, help="most requests of an overload on their way at once")
    say(
        "--rate",
        type=float,
        help="of the raw driver: arrivals, or the most it is expected to reach, a second",
    )
    say("--processes", type=int, default=1, help="generator processes")
    say("--seed", type=int, default=1, help="of everything drawn by chance")
    say("--results", type=Path, default=RESULTS, metavar="DIR", help="where the report goes")
    say("--metrics", help=f"the service's Prometheus page; without it {service.DEFAULT_METRICS}")
    say("--export", type=int, default=export.PORT, help="port of the run's own Prometheus page; 0 is none")
    say("--database-url", help="for the ledger; without it DATABASE_URL, else what `up` left")
    say("--admin", default="admin", help="who prepares the plant")
    say("--admin-password", default=os.environ.get("NEUROHUB_LOAD_ADMIN_PASSWORD"))
    return parser.parse_args()


def asked_for(given: argparse.Namespace, scenario: Scenario) -> Asked:
    """Return the figures of the run: what was asked, else the scenario's."""
    own = scenario.full_s if given.full and scenario.full_s else scenario.seconds
    return Asked(
        seconds=_or(given.duration, own),
        warm_up_s=_or(given.warm_up, scenario.warm_up_s),
        users=int(_or(given.users, scenario.users)),
        tps=_or(given.tps, scenario.tps),
        connections=int(_or(given.connections, scenario.connections)),
        in_flight=int(_or(given.in_flight, scenario.in_flight)),
        rate=_or(given.rate, scenario.rate),
    )


def _or(given: float | None, own: float) -> float:
    return own if given is None else given
