"""`just load --ui`: locust's own web page on the loopback, with the users of a scenario; the ledger check after.

How many users there are is decided on the page, so nothing but the ledger and the errors is judged.
Who calls it: `load`.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

from bench.plan import Plan
from bench.ui_words import FOLDER_KEY, PLAN_KEY, WORKERS_KEY

HOST: Final = "127.0.0.1"
PORT: Final = 8089
MASTER_PORT: Final = 5557
END_TIMEOUT_S: Final = 60
_LOCUSTFILE: Final = Path(__file__).with_name("locustfile.py")


def show(plan: Plan, processes: int, folder: Path) -> None:
    """Serve the page until Ctrl-C; with more than one process by locust's master and so many workers."""
    file = folder / "plan.json"
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.encode(plan))
    root = str(_LOCUSTFILE.parents[1])
    environment = os.environ | {
        PLAN_KEY: str(file),
        FOLDER_KEY: str(folder),
        WORKERS_KEY: str(processes),
        "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH")))),
    }
    shared = ["--locustfile", str(_LOCUSTFILE), "--host", plan.host, "--loglevel", "WARNING"]
    page = ["--web-host", HOST, "--web-port", str(PORT), "--users", str(plan.users), "--spawn-rate", "20"]
    commands = [[*shared, *page, "--stop-timeout", "30"]]
    if processes > 1:
        commands[0] += ["--master", "--master-bind-host", HOST, "--master-bind-port", str(MASTER_PORT)]
        worker = [*shared, "--worker", "--master-host", HOST, "--master-port", str(MASTER_PORT)]
        commands += [worker] * processes
    started = [subprocess.Popen([sys.executable, "-m", "locust", *c], env=environment) for c in commands]
    print(f"locust's page: http://{HOST}:{PORT} (Ctrl-C ends it and checks the ledger)", file=sys.stderr)
    try:
        started[0].wait()
    except KeyboardInterrupt:
        pass
    finally:
        _end(started)


def _end(started: "list[subprocess.Popen[bytes]]") -> None:
    """End the workers first, so that they hand over what they have."""
    for process in reversed(started):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
