"""A plant's database is copied while it works, and comes back as it was at a moment; a damaged copy is found."""

from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

from neurohub.backup import catalogue, restore, take, verify
from neurohub.backup.problem import BackupError
from neurohub.embedded import account as accounts
from support import cluster

KEEP = timedelta(days=30)
_names = count(1)


class Plant:
    """A cluster with a ledger of what it was told to commit, and when."""

    def __init__(self, made: cluster.Cluster, folder: Path) -> None:
        self.made, self.folder = made, folder
        self.ledger: list[tuple[int, datetime]] = []
        self.connection = made.connect()
        self.connection.execute("create table event (id bigint primary key, note text)")
        self.heard: list[str] = []

    def commit(self, events: int) -> datetime:
        """Commit events one by one; return a moment after the last and before the next."""
        for _ in range(events):
            number = len(self.ledger) + 1
            self.connection.execute("insert into event values (%s, repeat('n', 200))", (number,))
            self.ledger.append((number, self.now()))
        return self.now()

    def now(self) -> datetime:
        return self.connection.execute("select clock_timestamp()").fetchone()[0]

    def take(self, *, increment: bool = False, beside: tuple[Path, ...] = ()) -> catalogue.Backup | None:
        order = take.Order(url=self.made.url(), folder=self.folder, beside=beside, keep=KEEP)
        return take.take(order, self.heard.append, increment=increment)

    def archive_now(self) -> None:
        cluster_facts = take.copies.read_cluster(self.made.url())
        order = take.Order(url=self.made.url(), folder=self.folder, beside=(), keep=KEEP)
        take._archive_now(order, cluster_facts, self.heard.append)

    def until(self, moment: datetime | None) -> list[int]:
        return [number for number, at in self.ledger if moment is None or at <= moment]

    def restored(self, moment: datetime | None, target: Path | None = None) -> list[int]:
        """Restore to `moment` and return the events that are there."""
        target = target or self.made.folder.parent / f"restored-{next(_names)}" / "data"
        target.parent.mkdir(mode=0o755, exist_ok=True)
        accounts.give(target.parent, accounts.choose(target.parent))
        order = restore.Order(folder=self.folder, target=target, moment=moment, archives=False)
        restore.restore(order, self.heard.append)
        found = cluster.Cluster(target.parent, self.made.programs)
        with cluster.running(found), found.connect() as connection:
            assert connection.execute("select pg_is_in_recovery()").fetchone() == (False,)
            return [row[0] for row in connection.execute("select id from event order by id")]


@pytest.fixture(scope="module")
def ground():
    with cluster.place() as made:
        yield made


@pytest.fixture(scope="module")
def plant(ground):
    folder = ground / "backups"
    take.prepare(folder)
    made = cluster.make(ground / "plant")
    settings = cluster.archiving(made.folder, catalogue.wal_of(folder))
    if made.programs != cluster.DEBIAN_PROGRAMS:
        settings["summarize_wal"] = "on"
    with cluster.running(made, settings):
        found = Plant(made, folder)
        yield found
        found.connection.close()


@pytest.fixture(scope="module")
def backed_up(plant):
    """Return the plant after a full backup, an increment, and commits before, between and after them, with moments."""
    moments = [plant.commit(20)]
    full = plant.take()
    moments += [plant.commit(20), plant.commit(20)]
    increment = plant.take(increment=True)
    moments += [plant.commit(20), plant.commit(20)]
    plant.commit(1)
    plant.archive_now()
    assert increment is None if full.version < 17 else increment.parent == full.name
    return plant, moments[1:]


def test_moment_between_backups_comes_back_exactly_as_committed(backed_up):
    plant, moments = backed_up
    assert plant.restored(moments[2]) == plant.until(moments[2])


@pytest.mark.long
def test_every_moment_and_the_newest_come_back_exactly_as_committed(backed_up):
    plant, moments = backed_up
    wanted = [*moments, None]
    assert [plant.restored(moment) for moment in wanted] == [plant.until(moment) for moment in wanted]


def test_backup_of_which_nothing_changed_is_whole(backed_up):
    plant, _ = backed_up
    known = catalogue.read_all(plant.folder)
    assert [list(verify.faults(plant.folder, known, each)) for each in known] == [[]] * len(known)


@contextmanager
def flipped(path: Path, place: int):
    """Flip one bit of a file for a while."""
    content = path.read_bytes()
    changed = bytearray(content)
    changed[place % len(content)] ^= 1 << (place % 8)
    path.write_bytes(changed)
    yield
    path.write_bytes(content)


def is_found(folder: Path) -> bool:
    try:
        known = catalogue.read_all(folder)
        return any(list(verify.faults(folder, known, each)) for each in known)
    except BackupError:
        return True


KINDS = ("base/1/[0-9]*", "global/pg_control", "pg_wal/0*", "backup_label", "backup_manifest", "PG_VERSION")


@pytest.mark.parametrize("kind", KINDS)
def test_flipped_bit_in_a_copy_is_found(backed_up, kind):
    plant, _ = backed_up
    (full, *_) = catalogue.read_all(plant.folder)
    path = max(catalogue.data_of(plant.folder, full).glob(kind), key=lambda each: each.stat().st_size)
    with flipped(path, 4321):
        assert is_found(plant.folder)


@pytest.mark.long
def test_flipped_bit_anywhere_in_a_backup_is_found_twenty_times_of_twenty(backed_up):
    plant, _ = backed_up
    draw = Random(2026)
    places = sorted(
        path
        for path in plant.folder.rglob("*")
        if path.is_file() and path.stat().st_size and path.name not in {"lock", "current_logfiles"}
    )
    places = [path for path in places if "programs" not in path.parts]
    missed = []
    for path in draw.sample(places, 20):
        with flipped(path, draw.randrange(path.stat().st_size)):
            if not is_found(plant.folder):
                missed.append(path)
    assert missed == []


def test_damaged_backup_is_not_restored(backed_up, ground):
    plant, moments = backed_up
    (full, *_) = catalogue.read_all(plant.folder)
    order = restore.Order(folder=plant.folder, target=ground / "never", moment=moments[0])
    with flipped(catalogue.data_of(plant.folder, full) / "PG_VERSION", 0), pytest.raises(BackupError) as told:
        restore.restore(order, plant.heard.append)
    assert "The backup is damaged; name an earlier time" in str(told.value)
    assert not order.target.exists()


def test_restore_never_writes_over_a_database_that_runs_or_that_lies_there(backed_up, ground):
    plant, _ = backed_up
    running = restore.Order(folder=plant.folder, target=plant.made.data, moment=None)
    with pytest.raises(BackupError, match=r"A database runs in .* Nothing was changed; stop it first"):
        restore.restore(running, plant.heard.append)
    lying = ground / "lying"
    lying.mkdir()
    (lying / "PG_VERSION").write_text("15")
    with pytest.raises(BackupError, match=r"is not empty. Nothing was changed; move it away"):
        restore.restore(restore.Order(folder=plant.folder, target=lying, moment=None), plant.heard.append)


def test_moment_before_the_first_backup_says_which_is_the_oldest(backed_up):
    plant, moments = backed_up
    order = restore.Order(folder=plant.folder, target=Path("/nowhere"), moment=moments[0] - timedelta(days=1))
    with pytest.raises(BackupError, match=r"The oldest backup is of .*; name a later time"):
        restore.restore(order, plant.heard.append)


@pytest.mark.long
def test_moment_that_the_archive_does_not_reach_says_so_and_leaves_nothing(backed_up, ground):
    plant, _ = backed_up
    later = plant.now() + timedelta(days=1)
    order = restore.Order(folder=plant.folder, target=ground / "too-late", moment=later, archives=False)
    with pytest.raises(BackupError, match=r"The archive of the log ends before .* leave --to out"):
        restore.restore(order, plant.heard.append)
    assert not order.target.exists()


def test_folder_of_another_database_is_refused(backed_up, tmp_path):
    plant, _ = backed_up
    (full, *_) = catalogue.read_all(plant.folder)
    (tmp_path / "part").mkdir()
    catalogue.write(tmp_path / "part", structs.replace(full, system_id="7"))
    order = take.Order(url=plant.made.url(), folder=tmp_path, beside=(), keep=KEEP)
    with pytest.raises(BackupError, match=r"holds the backups of another database"):
        take.take(order, plant.heard.append, increment=False)


def test_two_backups_at_once_are_one_too_many(backed_up):
    plant, _ = backed_up
    with catalogue.locked(plant.folder), pytest.raises(BackupError, match=r"Another backup is being made"):
        plant.take()
