"""`just capacity`: a step load, its knee and law, and what each of the customer's deployments carries.

Takes a step-load report with `--from FILE`; else runs one, with a service of its own unless `--host` names one.
What it does not know itself goes to `just load`: `--duration 300`, `--connections 1024`, `--rate 12000`.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from bench import report
from bench.capacity_assumed import ASSUMED
from bench.capacity_measured import CannotPlanError, Measured, measured
from bench.capacity_model import Sizing, sizings
from bench.capacity_offers import KRW_PER_USD, SUMS, Sum
from bench.capacity_page import page
from bench.report import RESULTS, Machine, Report
from bench.usl import Knee, Law


class Capacity(Struct, frozen=True, kw_only=True):
    """The JSON file, for machines."""

    step_load: str
    normal_hour: str | None
    machine: Machine
    knee: Knee | None
    law: Law | None
    measured: Measured
    sizings: list[Sizing]
    krw_per_usd: float
    sums: tuple[Sum, ...]
    assumed: tuple[tuple[str, str], ...]


def main() -> int:
    given, others = _options()
    try:
        made = _read(given.report if given.report else _run(others), "step-load")
        normal = _read(given.normal, "normal-hour") if given.normal else None
        seen = measured(made, normal)
    except CannotPlanError as why:
        print(f"No capacity: {why}.", file=sys.stderr)
        return 1
    rows = sizings(seen)
    print(table(made, rows))
    print("\n".join(str(path) for path in write(made, normal, seen, rows)))
    return 0


def _options() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="just capacity", description=__doc__, allow_abbrev=False)
    parser.add_argument("--from", dest="report", type=Path, metavar="FILE", help="a step-load report, JSON")
    parser.add_argument(
        "--normal",
        type=Path,
        metavar="FILE",
        help="a normal-hour report: what a user's mix costs beside a scan",
    )
    given, others = parser.parse_known_args()
    if given.report and others:
        parser.error(f"nothing is run with --from, so nobody takes {' '.join(others)}")
    return given, others


def _run(others: list[str]) -> Path:
    """Run the step load; return its report. A run that did not hold leaves one too, which then says why."""
    where = [] if any(word.split("=")[0] in {"--host", "--up"} for word in others) else ["--up"]
    before = set(RESULTS.glob("step-load-*.json"))
    ended = subprocess.run(
        [sys.executable, "-m", "bench.load", *others, "--scenario", "step-load", *where], check=False
    )
    new = sorted(set(RESULTS.glob("step-load-*.json")) - before)
    if not new:
        raise CannotPlanError(f"the step load ended with {ended.returncode} and left no report; see above")
    return new[-1]


def _read(path: Path, scenario: str) -> Report:
    try:
        found = report.read(path)
    except FileNotFoundError:
        raise CannotPlanError(f"there is no {path}") from None
    except msgspec.MsgspecError as why:
        raise CannotPlanError(f"{path} is not a report of `just load`: {why}") from None
    if found.setting.scenario != scenario:
        raise CannotPlanError(f"{path} is a report of {found.setting.scenario}; a {scenario} is needed")
    return found


def table(made: Report, rows: list[Sizing]) -> str:
    """Return the sizing table for the terminal."""
    head = f"{'':28}{'workers':>8}{'connections':>12}{'KRW/month':>12}{'USD':>6}"
    lines = ["", f"{head}{'peak TPS':>10}{'users':>8}{'always TPS':>12}{'users':>8}{'mean ms':>9}"]
    for row in rows:
        money = ("-", "-") if row.usd is None or row.krw is None else (f"{row.krw:,.0f}", f"{row.usd:,.0f}")
        name, workers = row.offer.name.split()[-1], row.offer.instances * row.offer.workers
        lines.append(
            f"{name:28}{workers:>8}{f'{row.connections}..{row.connections_most}':>12}"
            f"{money[0]:>12}{money[1]:>6}{row.peak.tps:>10,.0f}{row.peak.users:>8,}{row.always.tps:>12,.0f}"
            f"{row.always.users:>8,}{row.mean_ms:>9.1f}"
        )
    k = made.knee
    assert k is not None
    lines += [
        "",
        f"knee at {k.connections} connections: {k.tps:,.0f}/s; the table is extrapolated from it",
        "",
    ]
    return "\n".join(lines)


def write(made: Report, normal: Report | None, seen: Measured, rows: list[Sizing]) -> list[Path]:
    """Write the JSON file and the page; return their paths."""
    RESULTS.mkdir(exist_ok=True)
    name = report.file_name(made).replace("step-load", "capacity", 1)
    kept = Capacity(
        step_load=report.file_name(made),
        normal_hour=report.file_name(normal) if normal else None,
        machine=made.setting.machine,
        knee=made.knee,
        law=made.law,
        measured=seen,
        sizings=rows,
        krw_per_usd=KRW_PER_USD,
        sums=SUMS,
        assumed=ASSUMED,
    )
    json, html = RESULTS / f"{name}.json", RESULTS / f"{name}.html"
    json.write_bytes(msgspec.json.encode(kept))
    html.write_text(page(made, normal, seen, rows), encoding="utf-8")
    return [json, html]


if __name__ == "__main__":
    sys.exit(main())
