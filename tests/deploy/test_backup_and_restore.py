"""A plant's database is copied while it works, and comes back as it was at a moment; a damaged copy is found."""

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from neurohub.backup import catalogue, restore, take
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


def test_each_moment_comes_back_exactly_as_committed(plant):
    plant.commit(20)
    full = plant.take()
    moments = [plant.commit(20)]
    increment = plant.take(increment=True)
    moments.append(plant.commit(20))
    plant.commit(1)
    plant.archive_now()
    assert full.kind == "full"
    assert increment is None if full.version < 17 else increment.parent == full.name
    assert [plant.restored(moment) for moment in moments] == [plant.until(moment) for moment in moments]
    assert plant.restored(None) == plant.until(None)
