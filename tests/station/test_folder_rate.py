"""Many files: each found, handled, none lost; some in a hurry every day, 1,000 at the customer's pace when asked."""

import threading
import time
from pathlib import Path

import pytest

from neurohub.contract.enums import Result
from station.device.folder import POLL_S, ResultFolder
from station.flow.facts import Fact, RigFileRefused, RigResult
from station.rig.drop import drop, drop_bytes
from station.rig.example import example
from support.folder import T0

FOUND_MAX_S = 5.0


class Station:
    """Answers each result at once, and notes when it was found."""

    def __init__(self, root: Path, files: int, poll_s: float) -> None:
        self.files = files
        self.found_s: dict[str, float] = {}
        self.refused: dict[str, str] = {}
        self.all = threading.Event()
        self.folder = ResultFolder(root, self.post, poll_s=poll_s)
        self.folder.assign([3])

    def post(self, fact: Fact) -> None:
        if isinstance(fact, RigResult):
            self.found_s[fact.file] = time.monotonic()
            self.folder.settle(fact.digest)
        elif isinstance(fact, RigFileRefused):
            self.found_s[fact.file] = time.monotonic()
            self.refused[fact.file] = fact.reason
        if len(self.found_s) == self.files:
            self.all.set()


def test_three_hundred_files_at_a_hundred_a_second_are_all_handled(tmp_path):
    assert slowest_s(tmp_path / "rig", 300, every_s=0.01, poll_s=0.1) < FOUND_MAX_S


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_thousand_files_at_a_hundred_a_minute_are_each_found_within_five_seconds(tmp_path):
    assert slowest_s(tmp_path / "rig", 1000, every_s=0.6, poll_s=POLL_S) < FOUND_MAX_S


def slowest_s(root: Path, files: int, every_s: float, poll_s: float) -> float:
    """Drop files, every tenth of them broken, and return the longest time from complete to found."""
    station = Station(root, files, poll_s)
    station.folder.start()
    complete_s: dict[str, float] = {}
    start_s, pace = time.monotonic(), threading.Event()
    for number in range(files):
        pace.wait(max(0.0, start_s + number * every_s - time.monotonic()))
        complete_s[write(root, number)] = time.monotonic()
    assert station.all.wait(30)
    station.folder.close()
    assert {
        path.name for path in (root / "completed").iterdir()
    } == complete_s.keys() - station.refused.keys()
    assert set(station.refused.values()) == {"broken_json"}
    assert len(station.refused) == files // 10
    assert not list((root / "pending").iterdir())
    return max(station.found_s[name] - at_s for name, at_s in complete_s.items())


def write(root: Path, number: int) -> str:
    completion = example(3, f"WIP-KR01PSA2511{1 + number // 100:03d}-{1 + number % 100:03d}", Result.PASS, T0)
    path = (
        drop(root, completion) if number % 10 else drop_bytes(root, f"broken-{number}.json", b"{ no json }")
    )
    return path.name
