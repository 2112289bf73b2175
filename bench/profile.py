"""`just profile`: a flame graph of the busiest worker while a scenario runs, by py-spy, from outside.

Starts a service of its own, puts `bench.load` on it and samples one worker in the middle of the run. What it shows
is where a worker's time goes; the time it waits for PostgreSQL or for a core is not in it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil

from bench import service

RESULTS: Final = Path(__file__).parent / "results"
PREPARE_S: Final = 60.0  # seeding and signing in may take so long
SETTLE_S: Final = 4.0
RATE_HZ: Final = 250


def main() -> int:
    """Profile as asked; return the exit code of the load run."""
    asked = _options()
    program = _py_spy()
    RESULTS.mkdir(exist_ok=True)
    picture = RESULTS / f"profile-{asked.scenario}-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.svg"
    with service.started() as target:
        load = subprocess.Popen(_load_command(target, asked), env=_load_environment(target))
        try:
            worker = _busiest_worker(target.host, load)
            command = [program, "record", "--pid", str(worker), "--duration", str(asked.seconds)]
            command += ["--rate", str(RATE_HZ), "--format", "flamegraph", "--output", str(picture)]
            subprocess.run(command, check=True)
            code = load.wait()
        finally:
            if load.poll() is None:
                load.kill()
                load.wait()
    print(f"\n{picture}")
    return code


def _py_spy() -> str:
    program = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if program is None:
        raise SystemExit("py-spy is not installed: run `just setup`")
    return program


def _load_command(target: service.Target, asked: argparse.Namespace) -> list[str]:
    length = str(asked.seconds + 2 * SETTLE_S)
    command = [sys.executable, "-m", "bench.load", "--scenario", asked.scenario, "--duration", length]
    return [
        *command,
        *("--host", target.host, "--metrics", target.metrics_url, "--database-url", target.database_url),
    ]


def _load_environment(target: service.Target) -> dict[str, str]:
    return os.environ | {"NEUROHUB_LOAD_ADMIN_PASSWORD": target.admin.secret}


def _busiest_worker(host: str, load: subprocess.Popen[bytes]) -> int:
    """Wait until the load is on, then return the worker that used most CPU in the last seconds."""
    workers = _workers(int(urlsplit(host).port or 0))
    begun = time.monotonic()
    while time.monotonic() - begun < PREPARE_S:
        before = [sum(worker.cpu_times()[:2]) for worker in workers]
        time.sleep(SETTLE_S)
        used = [sum(worker.cpu_times()[:2]) - spent for worker, spent in zip(workers, before, strict=True)]
        if max(used) > 0.2 * SETTLE_S:
            return int(workers[used.index(max(used))].pid)
        if load.poll() is not None:
            raise SystemExit("The load run ended before it was profiled; what it said is above")
    raise SystemExit(f"No worker was busy within {PREPARE_S:.0f} s")


def _workers(port: int) -> list[psutil.Process]:
    """Return the processes below the one that listens on `port`."""
    listening = {
        c.pid for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port == port
    }
    found = [psutil.Process(pid) for pid in listening if pid is not None]
    return [*found, *(child for process in found for child in process.children(recursive=True))]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="just profile", description="A flame graph of a worker under load.")
    parser.add_argument("--scenario", default="saturation", help="as of `just load --list`")
    parser.add_argument("--seconds", type=int, default=10, help="how long to sample")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
