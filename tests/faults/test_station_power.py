"""The station's outbox on a disk that loses its power at any write: nothing said to be saved is lost.

The disk is an SQLite VFS in memory (`support.crash_vfs`); the outbox is the station's own.
"""

from contextlib import suppress
from uuid import UUID

import apsw
import msgspec
import pytest

from neurohub.contract.commands import StartStep, sign, station_key
from station.flow.effects import Record
from station.link.opening import connect
from station.link.outbox import Mark, Outbox, decode
from support.crash_vfs import CrashVFS, Disk
from support.floor import new_id

FILE = "outbox.db"
KEY = station_key("the secret of a station")
COMMITS = 40


def _record(number):
    event = StartStep(
        event_id=UUID(new_id()),
        unit=f"WIP-KR01PSA2511001-{number % 100 + 1:03d}",
        process=number % 8 + 1,
        operator="worker",
    )
    return Record(event=event, digest="" if number % 3 else f"{number:064d}")


class Plant:
    """A station that works, loses power, and comes back; it writes down what it was told is saved."""

    def __init__(self, vfs, synchronous):
        self.disk = Disk()
        self.vfs = CrashVFS(vfs, self.disk)
        self.name, self.synchronous = vfs, synchronous
        with_history = self._open()
        for number in range(30):
            with_history.commit([_record(number)])
        with_history.close()
        for file in self.disk.now:
            self.disk.durable[file] = bytes(self.disk.now[file])
        self.start = self.disk.snapshot()

    def _open(self):
        return Outbox(connect(FILE, vfs=self.name, synchronous=self.synchronous), KEY)

    def work(self):
        """Work until the power goes; return the events that were acknowledged, and those accepted."""
        saved, accepted = [], set()
        with suppress(apsw.Error):
            outbox = self._open()
            try:
                for number in range(COMMITS):
                    saved += outbox.commit([_record(100 + number + more) for more in range(number % 3 + 1)])
                    if number % 4 == 3:
                        seqs = [one.seq for one in outbox.waiting()][:3]
                        outbox.mark([Mark(seq, "accepted") for seq in seqs])
                        accepted |= set(seqs)
                    if number == COMMITS // 2:
                        outbox._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
            finally:
                outbox.close()
        return saved, accepted

    def writes(self):
        """Return how many operations of the disk the whole work takes."""
        self.disk.restore(self.start, 0)
        saved, _ = self.work()
        assert len(saved) == sum(number % 3 + 1 for number in range(COMMITS))
        return self.disk.operations

    def cut(self, at, seed):
        """Work, cut the power at operation `at`, start again; return how many acknowledged events are lost."""
        self.disk.restore(self.start, seed)
        self.disk.cut_at = at
        saved, accepted = self.work()
        assert self.disk.is_dead
        self.disk.power_on()
        outbox = self._open()
        rows = {
            decode(body).event_id: (seq, state, body)
            for seq, state, body in outbox._connection.execute("select seq, state, body from event")
        }
        assert outbox._connection.pragma("integrity_check") == "ok"
        assert sorted(seq for seq, _, _ in rows.values()) == [*range(1, len(rows) + 1)]
        lost = [event for event in saved if rows.get(event.event_id, ("", "", b""))[2] != _encode(event)]
        known = {seq: state for seq, state, _ in rows.values()}
        lost += [seq for seq in accepted if known.get(seq) != "accepted"]
        for _, _, body in rows.values():
            event = decode(body)
            assert event.mac == sign(event, KEY)
        outbox.commit([_record(999)])
        outbox.close()
        return len(lost)


_encode = msgspec.json.Encoder().encode


def _cuts(plant, times):
    """Cut at every operation in turn, `times` cuts altogether; return how many cuts lost something."""
    last = plant.writes()
    assert last > 200
    points = [1 + (step * last) // times for step in range(times)] if times < last else None
    return sum(
        plant.cut(points[seed] if points else 1 + seed % (last - 1), seed) > 0 for seed in range(times)
    )


def test_two_hundred_power_cuts_lose_and_damage_nothing():
    assert _cuts(Plant("cut-short", "FULL"), 200) == 0


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_five_thousand_power_cuts_lose_and_damage_nothing():
    assert _cuts(Plant("cut-long", "FULL"), 5000) == 0


def test_this_proof_would_see_a_loss():
    """Without a sync at each commit there must be losses, or the disk of this test is too kind."""
    assert _cuts(Plant("cut-normal", "NORMAL"), 60) > 20
