"""The result folder and the real outbox: a file leaves only for `completed/`, and counts once, whatever is killed."""

import hashlib
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import apsw

from station.flow.effects import Record
from station.flow.facts import RigResult
from station.rig.example import encode
from support.folder import WAIT_S, passed, put, watched
from support.folder_station import FolderStation, event_of

AT_FIRST = 20
KILLED_AFTER = (1, 10, 30)  # results saved in one life; a new file comes for each


def test_kill_9_between_folder_and_outbox_loses_nothing_and_doubles_nothing(tmp_path):
    root, outbox = tmp_path / "rig", tmp_path / "outbox.db"
    written = Rig(root)
    for _ in range(AT_FIRST):
        written.one_more()
    for saved in KILLED_AFTER:
        live_and_be_killed(written, outbox, saved)
    assert 0 < len(left(root)) < len(written.digests)  # the kills came in the middle of the work
    live_to_the_end(root, outbox)
    assert {path.name for path in (root / "completed").iterdir()} == written.digests.keys()
    assert recorded(outbox) == sorted(written.digests.values())
    assert list((root / "error").iterdir()) == []


def test_a_file_that_the_outbox_has_from_before_a_crash_is_let_go(tmp_path):
    root, outbox = tmp_path / "rig", tmp_path / "outbox.db"
    name = put(root, passed())
    with watched(root) as rig:
        fact: RigResult = rig.result()
    before = FolderStation(root, outbox)
    before.keeper.start(lambda _: None)
    before.keeper.record(Record(event=event_of(fact), digest=fact.digest))
    before.keeper.close()
    live_to_the_end(root, outbox)
    assert {path.name for path in (root / "completed").iterdir()} == {name}
    assert recorded(outbox) == [fact.digest]


class Rig:
    """Writes one result after the other, each of its own second, and remembers them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.digests: dict[str, str] = {}

    def one_more(self) -> None:
        completion = passed(1 + len(self.digests) % 100, seconds=len(self.digests))
        self.digests[put(self.root, completion)] = hashlib.sha256(encode(completion)).hexdigest()


def live_and_be_killed(rig: Rig, outbox: Path, saved: int) -> None:
    """Run a station in a process of its own and kill it without warning once it has saved so many results."""
    command = [sys.executable, "-m", "support.folder_station", str(rig.root), str(outbox)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=Path(__file__).parents[1]
    ) as station:
        assert station.stderr is not None
        lines = (line for line in station.stderr if line == b"saved\n")
        for _ in range(saved):
            next(lines)
            rig.one_more()
        station.kill()


def live_to_the_end(root: Path, outbox: Path) -> None:
    """Run a station until it has saved all that is left, and close it."""
    station = FolderStation(root, outbox)
    remaining = len(left(root))
    station.start()
    assert all(station.saved.acquire(timeout=WAIT_S) for _ in range(remaining))
    station.folder.close()
    station.keeper.close()


def left(root: Path) -> list[Path]:
    return [*(root / "pending").iterdir(), *(root / "processing").glob("*.json")]


def recorded(outbox: Path) -> list[str]:
    with closing(apsw.Connection(str(outbox))) as connection:
        return [row[0] for row in connection.execute("select digest from event order by digest")]
