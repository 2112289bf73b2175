"""What goes wrong is heard of: real faults of the real service, until Slack is told. How long it takes is printed.

The rules are the real ones but for `for`, which is shortened by HASTE; a scrape and an evaluation come every two
seconds here, and every 15 s in a plant.
"""

import sys
import tempfile
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import psycopg
import pytest
import yaml

from neurohub.embedded import postgres, valkey
from observability import generate
from observability.alerting import Receivers
from support import databases, service, sinks, watched
from support.floor import Floor
from support.servers import Servers

pytestmark = pytest.mark.long
HASTE = 12
EVERY = "2s"  # a database that has gone keeps its exporter for a second
STEPS_S = {"s": 1, "m": 60, "h": 3600}
READERS = 60
STATION_SILENT_S = 120


class Plant:
    """A service with servers of its own, watched, with Slack at the end of the line."""

    def __init__(self, ending: ExitStack, folder: Path) -> None:
        self.told = sinks.Told()
        self.database = ending.enter_context(ExitStack())
        self.redis = ending.enter_context(ExitStack())
        database_url = self.database.enter_context(postgres.running(folder / "postgres"))
        redis_url = self.redis.enter_context(valkey.running(folder / "valkey"))
        assert redis_url is not None
        databases.make_template(database_url)
        self.url = databases.with_name(database_url, "neurohub_template")
        self.metrics = service.free_port()
        self.base = ending.enter_context(
            service.running(
                self.url, redis_url, METRICS_PORT=str(self.metrics), NEUROHUB_LOG_LEVEL="CRITICAL"
            )
        )
        web = ending.enter_context(sinks.http(self.told))
        self.plan = ending.enter_context(
            watched.prometheus(
                folder / "watched",
                f"127.0.0.1:{self.metrics}",
                Servers(self.url, redis_url),
                Receivers(slack_url=f"http://{web}/slack"),
                rules=hastened(folder / "rules.yml"),
                every=EVERY,
            )
        )
        self.took: dict[str, float] = {}

    def now(self) -> tuple[float, int]:
        """Return the moment of a fault: when it is, and how many messages Slack has had before."""
        return time.monotonic(), len(self.told.heard.get("/slack", []))

    def hears(self, alert: str, within_s: float, fault: tuple[float, int]) -> None:
        """Wait until Slack has heard of `alert` after the fault; remember after how long."""
        begun, before = fault
        title = f'"title": "{alert}"'  # of one that is over it begins with a tick
        heard = lambda: any(title in one for one in self.told.heard.get("/slack", [])[before:])  # noqa: E731
        assert watched.until(heard, within_s), (alert, self.told.of("/slack"))
        self.took[alert] = time.monotonic() - begun


def hastened(path: Path) -> Path:
    """Write the rules with every `for` shortened."""
    made = yaml.safe_load((generate.GENERATED / generate.RULES).read_text(encoding="utf-8"))
    for group in made["groups"]:
        for rule in group["rules"]:
            if "for" in rule:
                rule["for"] = f"{int(rule['for'][:-1]) * STEPS_S[rule['for'][-1]] * 1000 // HASTE}ms"
    path.write_text(yaml.safe_dump(made, allow_unicode=True))
    return path


@pytest.fixture(scope="module")
def plant():
    # Not pytest's folder: PostgreSQL's own account has to reach its data, and a socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="nh-alerts-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with ExitStack() as ending:
            made = Plant(ending, folder)
            assert watched.until(lambda: bool(watched.ask(made.plan, "neurohub_workers")), 60)
            yield made
        sys.stdout.write("\n".join(f"{alert:28}{seconds:6.0f} s" for alert, seconds in made.took.items()))


def test_each_fault_is_heard_of_by_its_own_alert(plant) -> None:
    with closing(Floor(plant.base)) as floor:
        beat = {"version": "0.1.0", "queue_depth": 1, "oldest_unsent_s": 4.0}
        beat |= {"scanner": "OK", "printer": "OK", "folder": "OFF"}
        assert floor.post("/stations/heartbeat", beat, "ST-01").status_code == 200
    silent = plant.now()
    _workers_that_keep_dying(plant)
    _a_pool_that_is_full(plant)
    redis_gone = plant.now()
    plant.redis.close()
    plant.hears("NeuroHubRedisDown", 90, redis_gone)
    plant.hears("NeuroHubStationSilent", STATION_SILENT_S + 90, silent)
    database_gone = plant.now()
    plant.database.close()
    plant.hears("NeuroHubDatabaseDown", 90, database_gone)
    service_gone = plant.now()
    service.parent_of(plant.metrics).kill()
    plant.hears("NeuroHubDown", 90, service_gone)


def _workers_that_keep_dying(plant: Plant) -> None:
    """Kill both, five times: more than three starts for each worker in a quarter of an hour."""
    begun = plant.now()
    for _ in range(5):
        for worker in service.workers_of(plant.metrics):
            worker.kill()
        assert watched.until(lambda: _answers(plant.base), 60)
        time.sleep(
            6
        )  # a worker that lives shorter than 5.5 s ends the server, and what restarts that is not here
    plant.hears("NeuroHubWorkersCrash", 60, begun)


def _a_pool_that_is_full(plant: Plant) -> None:
    """Hold the table of LOTs, so that each who lists them keeps a connection until its own time is up."""
    with closing(Floor(plant.base)) as floor:
        headers = floor.headers("viewer")
    ended = threading.Event()

    def reads() -> None:
        while not ended.is_set():
            try:
                httpx.get(f"{plant.base}/api/v1/lots", headers=headers, timeout=20)
            except httpx.TransportError:
                time.sleep(0.1)

    readers = [threading.Thread(target=reads) for _ in range(READERS)]
    with psycopg.connect(plant.url) as connection:
        connection.execute("lock table neurohub.lot in access exclusive mode")
        begun = plant.now()
        for reader in readers:
            reader.start()
        try:
            plant.hears("NeuroHubPoolWaiting", 90, begun)
        finally:
            ended.set()
            connection.rollback()
    for reader in readers:
        reader.join(30)


def _answers(base: str) -> bool:
    try:
        return httpx.get(f"{base}/health", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
