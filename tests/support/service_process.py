"""The service that a test spoils, as a process of its own: it takes no time of the station's process.

Started as `python -m support.service_process`; says its URL, and ends with its standard input. Each event of a unit
whose number ends in 5 is refused.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neurohub.contract.problems import Code, Problem
from support.fake_service import ServiceStub, faking
from support.seat import brief


@contextmanager
def running() -> Iterator[str]:
    """Yield the base URL of one."""
    command = [sys.executable, "-m", "support.service_process"]
    tests = Path(__file__).parents[1]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tests
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(10)


def refuse_some(fake: ServiceStub) -> None:
    answer = fake.answer

    def judge(event):
        if not event.get("unit", "").endswith("5"):
            return answer(event)
        problem = Problem(Code.UNIT_NOT_FOUND, "not there", {"unit": event["unit"]})
        return problem.http_status, json.loads(problem.body())

    fake.answer = judge


if __name__ == "__main__":
    with faking() as (stub, url):
        brief(stub)
        refuse_some(stub)
        print(url, flush=True)  # noqa: T201
        sys.stdin.read()
