"""A station killed with -9 in the midst of its scans: what it said was saved is there after the next start."""

import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from neurohub.contract.commands import station_key
from station.link.opening import open_outbox
from station.link.outbox import decode
from support.linking import SECRET

TESTS = Path(__file__).parents[1]


def _kill_one(folder, chance):
    """Let a station scan, kill it after some scans, and return how many of them its outbox does not have."""
    path = [str(TESTS), str(TESTS.parent)]
    program = f"import sys; sys.path[:0] = {path}; from support.station_scans import main; main()"
    after = chance.randrange(1, 200)
    said = []
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as station:
        for line in station.stdout:
            said.append(line.strip())
            if len(said) == after:
                station.kill()  # what it says until it is dead still counts
    assert len(said) >= after
    said = [line for line in said if len(line) == 36]  # the last may be half a line
    outbox, aside = open_outbox(folder / "outbox.db", station_key(SECRET))
    assert aside is None
    with closing(outbox):
        waiting = list(outbox.waiting())
    assert [one.seq for one in waiting] == [*range(1, len(waiting) + 1)]
    there = {str(decode(one.body).event_id) for one in waiting}
    return len(set(said) - there), len(said)


def _kill(folder, times):
    """Kill the same station again and again; return how many acknowledged scans were lost, and how many there were."""
    chance = random.Random(times)
    found = [_kill_one(folder, chance) for _ in range(times)]
    return sum(lost for lost, _ in found), sum(said for _, said in found)


def test_a_station_killed_three_times_has_every_scan_it_acknowledged(tmp_path):
    lost, said = _kill(tmp_path, 3)
    assert lost == 0
    assert said > 3


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_station_killed_two_hundred_times_has_every_scan_it_acknowledged(tmp_path):
    lost, said = _kill(tmp_path, 200)
    assert lost == 0
    assert said > 200
    print(f"{said} acknowledged")  # noqa: T201
