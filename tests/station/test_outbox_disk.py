"""The keeper of the outbox on a disk that is full, low or damaged: what is said to be saved is saved."""

from contextlib import closing

import apsw

from neurohub.contract.commands import sign, station_key
from station.flow.facts import Accepted, NotSaved, QueueSaid, Saved
from station.link.disk import BALLAST_BYTES, FULL_BYTES, LOW_BYTES, Disk
from station.link.keeper import DISK_FAILED, DISK_FULL, OutboxError
from station.link.opening import open_outbox
from station.link.outbox import Outbox
from support.fake_service import faking
from support.linking import linked, start, unit

PLENTY = LOW_BYTES * 2
NOBODY = "http://127.0.0.1:9"


def test_nothing_is_saved_on_a_full_disk_and_all_is_well_when_there_is_room_again(tmp_path):
    room = [PLENTY]
    disk = Disk(tmp_path, lambda: room[0])
    with linked(tmp_path, NOBODY, delivering=False, disk=disk) as one:
        one.record(start(unit(1)))
        one.posted.wait(Saved)
        room[0] = FULL_BYTES - 1
        one.record(start(unit(2)))
        assert one.posted.wait(NotSaved)[0].reason == DISK_FULL
        room[0] = PLENTY
        one.record(start(unit(2)))
        assert one.posted.wait(Saved, count=2)[1].event.station_seq == 2


def test_a_low_disk_is_said_before_it_is_full(tmp_path):
    disk = Disk(tmp_path, lambda: LOW_BYTES - 1)
    with linked(tmp_path, NOBODY, delivering=False, disk=disk) as one:
        one.record(start(unit(1)))
        one.posted.wait(Saved)
        assert one.posted.wait(QueueSaid)[0].disk_low


def test_the_ballast_is_real_and_not_taken_from_a_low_disk(tmp_path):
    room = [LOW_BYTES - 1]
    disk = Disk(tmp_path, lambda: room[0])
    disk.take_ballast()
    assert not list(tmp_path.iterdir())
    room[0] = PLENTY
    disk.take_ballast()
    assert (tmp_path / "ballast").stat().st_size == BALLAST_BYTES
    disk.drop_ballast()
    assert not list(tmp_path.iterdir())


def test_an_outbox_that_cannot_be_opened_is_said_with_each_scan_until_it_can(tmp_path):
    flaws = [apsw.CantOpenError("locked"), RuntimeError("The outbox is of a newer program")]

    def opened(path, key):
        if flaws:
            raise flaws[0]
        return open_outbox(path, key)

    with linked(tmp_path, NOBODY, delivering=False, opened=opened) as one:
        for times in (1, 2):
            one.record(start(unit(1)))
            assert one.posted.wait(NotSaved, count=times)[-1].reason == DISK_FAILED
            flaws.pop(0)
        one.record(start(unit(1)))
        one.posted.wait(NotSaved, Saved, count=3)
        one.record(start(unit(1)))
        one.posted.wait(Saved)


def _full_at(pages):
    """Return an opener of outboxes that cannot grow any more beyond `pages` pages."""

    def opened(path, key):
        outbox, aside = open_outbox(path, key)
        outbox._connection.pragma("max_page_count", pages[0])
        return outbox, aside

    return opened


def test_a_write_that_finds_the_disk_full_is_refused_whole_and_the_rest_is_there(tmp_path):
    pages = [30]
    with linked(tmp_path, NOBODY, delivering=False, opened=_full_at(pages)) as one:
        one.record(*(start(unit(number % 100 + 1)) for number in range(1000)))
        facts = one.posted.wait(Saved, NotSaved, count=1000)
        assert {fact.reason for fact in facts if isinstance(fact, NotSaved)} == {DISK_FULL}
        saved = [fact for fact in facts if isinstance(fact, Saved)]
        assert one.keeper.ask(Outbox.counts).depth == len(saved) > 0
        one.keeper.ask(lambda outbox: outbox._connection.pragma("max_page_count", 10_000))
        one.record(start(unit(1)))
        assert one.posted.wait(Saved, count=len(saved) + 1)[-1].event.station_seq == len(saved) + 1


def test_what_was_delivered_is_written_down_by_throwing_off_the_ballast(tmp_path):
    with linked(tmp_path, NOBODY, delivering=False) as one:
        one.record(start(unit(1)))
        one.posted.wait(Saved)
        assert (tmp_path / "ballast").exists()
        refusals = [apsw.FullError("disk is full")]

        def work(outbox):
            if refusals:
                raise refusals.pop()
            return outbox.counts().depth

        assert one.keeper.ask(work) == 1
        assert not (tmp_path / "ballast").exists()


def _spoil(path, begin, size=200):
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(b"\xa5" * size)


def test_a_damaged_outbox_is_moved_aside_and_what_can_be_read_of_it_is_delivered(tmp_path):
    with linked(tmp_path, NOBODY, delivering=False) as one:
        one.record(*(start(unit(number % 100 + 1)) for number in range(200)))
        saved = {fact.event.event_id for fact in one.posted.wait(Saved, count=200)}
    size = (tmp_path / "outbox.db").stat().st_size
    _spoil(tmp_path / "outbox.db", size // 2 // 4096 * 4096, 4096)
    with faking() as (fake, url), linked(tmp_path, url) as again:
        said = again.posted.wait(QueueSaid)[0]
        (aside,) = [path for path in tmp_path.glob("outbox.db.damaged-*") if path.suffix != ".db-wal"]
        assert said.moved_aside == aside.name
        assert aside.stat().st_size >= size
        again.record(start(unit(1)))
        again.posted.wait(Accepted)
        new = again.posted.wait(Saved)[0].event
    assert new.station_seq == 201
    delivered = set(fake.effects) - {str(new.event_id)}
    assert len(delivered & {str(event_id) for event_id in saved}) > 100


def test_a_waiting_event_that_was_spoiled_by_hand_holds_up_nobody(tmp_path):
    with linked(tmp_path, NOBODY, delivering=False) as one:
        one.record(start(unit(1)), start(unit(2)))
        one.posted.wait(Saved, count=2)
        one.keeper.ask(lambda outbox: outbox._rows("update event set body = x'7b' where seq = 1"))
    with faking() as (fake, url), linked(tmp_path, url) as again:
        again.posted.wait(Accepted)
        assert again.posted.wait(QueueSaid)[0].moved_aside
    assert [event["unit"] for event in fake.effects.values()] == [unit(2)]


def test_what_waits_is_signed_anew_when_the_station_has_a_new_secret(tmp_path):
    with linked(tmp_path, NOBODY, delivering=False) as one:
        one.record(start(unit(1)))
        one.posted.wait(Saved)
    with faking() as (fake, url), linked(tmp_path, url, secret="a new secret") as again:
        event = again.posted.wait(Accepted)[0].event
        assert event.mac == sign(event, station_key("a new secret"))
    assert [sent["mac"] for sent in fake.effects.values()] == [event.mac]


def test_a_file_that_is_no_database_is_moved_aside(tmp_path):
    (tmp_path / "outbox.db").write_bytes(b"not a database, and long enough to be taken for one" * 100)
    with linked(tmp_path, NOBODY, delivering=False) as one:
        one.record(start(unit(1)))
        one.posted.wait(Saved)
    (aside,) = tmp_path.glob("outbox.db.damaged-*")
    assert aside.read_bytes().startswith(b"not a database")


def test_an_outbox_that_is_open_elsewhere_takes_nothing_until_it_is_free(tmp_path):
    with linked(tmp_path, NOBODY, delivering=False) as first:
        first.record(start(unit(1)))
        first.posted.wait(Saved)
        with linked(tmp_path, NOBODY, delivering=False) as second:
            second.record(start(unit(2)))
            assert second.posted.wait(NotSaved)[0].reason == DISK_FAILED
            try:
                second.keeper.ask(Outbox.counts)
            except OutboxError:
                pass
            else:
                raise AssertionError("two programs share an outbox")
    with closing(open_outbox(tmp_path / "outbox.db", b"k")[0]) as outbox:
        assert outbox.counts().depth == 1
