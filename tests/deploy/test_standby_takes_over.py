"""The primary is lost as in a power cut, the standby is promoted: the service goes on, nothing acknowledged is lost."""

import threading
import time

import psutil
import psycopg
import pytest

from support import cluster, service
from support import standby as standbys
from support.floor import Floor, new_id
from support.standby import PLANT, two_hosts, wait_for

UNITS = 100
ANSWER_MAX_S = 8.0
BACK_WITHIN_S = 10.0


class Scans(threading.Thread):
    """Stations that start process 1 of unit after unit, each until it is acknowledged; they write down what was."""

    def __init__(self, base: str, units: list[str]) -> None:
        super().__init__(name="scans")
        self.floor, self.units = Floor(base), units
        self.floor.token("ST-01")
        self.acknowledged: dict[str, float] = {}
        self.slowest_s = 0.0
        self.refused = 0

    def run(self) -> None:
        for unit in self.units:
            body = {"event_id": new_id(), "unit": unit, "process": 1, "operator": "worker"}
            while not self._sent(body):
                time.sleep(0.05)  # a station waits, too

    def _sent(self, body: dict) -> bool:
        began = time.monotonic()
        answer = self.floor.post("/process/start", body, "ST-01")
        now = time.monotonic()
        self.slowest_s = max(self.slowest_s, now - began)
        if answer.status_code == 201:
            self.acknowledged[body["event_id"]] = now
            return True
        assert answer.status_code == 503, answer.text
        self.refused += 1
        return False


@pytest.fixture
def pair():
    with standbys.pair() as made:
        yield made


@pytest.mark.parametrize("unpromoted_s", [0.0, pytest.param(30.0, marks=pytest.mark.long)])
def test_service_goes_on_at_the_promoted_standby_and_nothing_acknowledged_is_lost(pair, unpromoted_s):
    primary, process, standby, _ = pair
    url = two_hosts(primary, standby)
    with service.running(url, None, workers=1) as base:
        floor = Floor(base)
        lot = floor.lot(UNITS)
        scans = Scans(base, [f"WIP-{lot}-{number:03d}" for number in range(1, UNITS + 1)])
        scans.start()
        while len(scans.acknowledged) < UNITS // 3:
            time.sleep(0.01)
        cluster.kill(process)
        time.sleep(unpromoted_s)  # until a person has come
        before = set(scans.acknowledged)
        with standby.connect() as connection:
            connection.execute("select pg_promote()")
        promoted_at = time.monotonic()
        scans.join(60)
        floor.close()
        scans.floor.close()
    after = [at for event, at in scans.acknowledged.items() if event not in before]
    with standby.connect(PLANT) as connection:
        kept = {str(row[0]) for row in connection.execute("select event_id from neurohub.history")}
    assert len(scans.acknowledged) == UNITS
    assert scans.acknowledged.keys() == kept  # lost 0, invented 0
    assert scans.refused > 0  # the fault was felt
    assert min(after) - promoted_at < BACK_WITHIN_S
    assert scans.slowest_s < ANSWER_MAX_S


@pytest.mark.long
def test_old_primary_that_comes_back_alone_acknowledges_nothing(pair):
    primary, process, standby, _ = pair
    cluster.kill(process)
    with standby.connect() as connection:
        connection.execute("select pg_promote()")
    with cluster.running(primary), primary.connect(PLANT) as connection:
        writing = threading.Thread(target=_write_in_vain, args=(connection,))
        writing.start()
        wait_for("select exists (select from pg_stat_activity where wait_event = 'SyncRep')", primary)
        assert writing.is_alive()
        with primary.connect() as other:
            other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"
            )
        writing.join(30)


def _write_in_vain(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute("create table written_by_a_dead_primary ()")


@pytest.mark.long
def test_asynchronous_standby_lacks_just_what_it_had_not_received(pair):
    """The negative control: the same failover without waiting for the standby does lose what was acknowledged."""
    primary, process, standby, _ = pair
    with primary.connect() as connection:
        connection.execute("alter system set synchronous_standby_names = ''")
        connection.execute("select pg_reload_conf()")
        connection.execute("create table event (id integer)")
        connection.execute("insert into event values (1)")
        lsn = connection.execute("select pg_current_wal_lsn()").fetchone()[0]
        wait_for(f"select pg_last_wal_replay_lsn() >= '{lsn}'", standby)
        with standby.connect() as asked:
            pid = asked.execute("select pid from pg_stat_wal_receiver").fetchone()[0]
        receiver = psutil.Process(pid)
        receiver.suspend()
        connection.execute("insert into event values (2)")
    cluster.kill(process)
    receiver.kill()  # and with it what the network had brought; the standby starts its servers anew
    wait_for("select not exists (select from pg_stat_wal_receiver)", standby)
    with standby.connect() as connection:
        connection.execute("select pg_promote()")
        assert connection.execute("select id from event").fetchall() == [(1,)]
