"""The load laboratory runs as a person runs it: a service of its own, a plant, a load, a ledger, a report."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bench import report

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("scenario", ["saturation", "normal-hour"])
def test_short_run_holds_its_ledger_and_leaves_a_report(tmp_path, scenario):
    command = [sys.executable, "-m", "bench.load", "--up", "--scenario", scenario, "--duration", "2"]
    short = ["--warm-up", "1", "--users", "20", "--tps", "40", "--connections", "8", "--rate", "2000"]
    command += ["--results", str(tmp_path)]
    done = subprocess.run(
        [*command, *short],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert "lost 0, duplicated 0, invented 0, altered 0" in done.stdout, done.stdout + done.stderr
    (written,) = tmp_path.glob(f"{scenario}-*.json")
    seen = msgspec.json.decode(written.read_bytes(), type=report.Report)
    assert seen.facts["ledger_faults"] == 0
    assert seen.facts["errors"] == 0
    assert seen.facts["events_compared"] > 10
