"""The page "the server burned", walked: a plant at work, its server gone, the newest state on another one."""

import os
import re
import shutil
import time
from contextlib import ExitStack

import httpx
import pytest

from neurohub import cli_backup
from neurohub.backup import catalogue
from support import bundles, cluster, command, databases, service
from support.floor import Floor, new_id

PAGES = ("the-server-burned.md", "the-server-burned.ko.md")
METRIC = "neurohub_backup_last_success_timestamp_seconds"
DATABASE = "neurohub_template"


@pytest.mark.parametrize("page", PAGES)
def test_page_uses_words_that_the_command_knows(page):
    text = (bundles.ONPREM / page).read_text(encoding="utf-8")
    known = {
        each.name: {word for option in each.params for word in option.opts} for each in cli_backup.COMMANDS
    }
    told = re.findall(r"neurohub (backup|restore|verify-backup)\b([^`\n]*)", text)
    assert {word for word, _ in told} == set(known)
    assert [
        (word, option)
        for word, rest in told
        for option in re.findall(r"--[a-z-]+", rest)
        if option not in known[word]
    ] == []


def test_pages_in_both_languages_say_the_same_commands():
    blocks = [
        re.findall(
            r"^(?:sudo|export|curl)[^#\n]*", (bundles.ONPREM / page).read_text(encoding="utf-8"), re.MULTILINE
        )
        for page in PAGES
    ]
    first, second = ([line.strip() for line in each] for each in blocks)
    assert first == second


class Ground:
    """What burns (server, firmware, settings) and what does not (backups)."""

    def __init__(self, folder):
        self.folder = folder
        self.backups, self.metrics = folder / "backups", folder / "metrics"
        self.firmware, self.settings = folder / "burns" / "firmware", folder / "burns" / "etc"
        for each in (self.metrics, self.firmware, self.settings):
            each.mkdir(parents=True)
        (self.firmware / "PSA-v1.0.0.bin").write_bytes(b"firmware" * 1000)
        (self.settings / "neurohub.env").write_text("SECRET_KEY=of the plant\n")

    def run(self, *words, url: str = ""):
        environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ} | {
            "NEUROHUB_BACKUP_DIR": str(self.backups),
            "NEUROHUB_BACKUP_METRICS": str(self.metrics),
            "NEUROHUB_DATA_DIR": str(self.folder / "data"),
            "FIRMWARE_DIR": str(self.firmware),
        }
        done = command.run(environment | ({"DATABASE_URL": url} if url else {}), *map(str, words))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def metric(self, name: str = METRIC) -> float:
        (found,) = re.findall(
            rf"^{name} (\d+)$", "".join(p.read_text() for p in self.metrics.glob("*.prom")), re.M
        )
        return float(found)


@pytest.fixture
def ground():
    with cluster.place() as folder:
        yield Ground(folder)


def scan(base: str, count: int) -> dict[str, dict]:
    """Start units; return the commands that were acknowledged, by event."""
    floor = Floor(base)
    lot = floor.lot(count)
    acknowledged = {}
    for number in range(1, count + 1):
        body = {"event_id": new_id(), "unit": f"WIP-{lot}-{number:03d}", "process": 1, "operator": "worker"}
        assert floor.post("/process/start", body, "ST-01").status_code == 201
        acknowledged[body["event_id"]] = body
    floor.close()
    return acknowledged


def events(made: cluster.Cluster) -> set[str]:
    with made.connect(DATABASE) as connection:
        return {str(row[0]) for row in connection.execute("select event_id from neurohub.history")}


def work_and_burn(ground: Ground) -> tuple[dict[str, dict], set[str], str]:
    """Run a plant with backups until its server is gone; return what it acknowledged, what by a moment, the moment."""
    made = cluster.make(ground.folder / "plant")
    ground.run("backup", "--prepare")
    settings = cluster.archiving(made.folder, catalogue.wal_of(ground.backups))
    if made.programs != cluster.DEBIAN_PROGRAMS:
        settings["summarize_wal"] = "on"
    with ExitStack() as burning:
        process = burning.enter_context(cluster.running(made, settings))
        databases.make_template(made.url())
        base = burning.enter_context(service.running(made.url(DATABASE), None, workers=1))
        acknowledged = scan(base, 10)
        began = time.time()
        assert "is whole" in ground.run("backup", "--also", ground.settings, url=made.url(DATABASE))
        assert ground.metric() >= began - 1
        acknowledged |= scan(base, 10)
        with made.connect() as connection:
            moment = connection.execute("select clock_timestamp()").fetchone()[0].isoformat()
        by_then = set(acknowledged)
        acknowledged |= scan(base, 10)
        assert "archived up to" in ground.run("backup", "--increment", url=made.url(DATABASE))
        cluster.kill(process)
    shutil.rmtree(made.folder)
    shutil.rmtree(ground.folder / "burns")
    return acknowledged, by_then, moment


@pytest.mark.long
def test_after_the_fire_another_server_has_every_acknowledged_scan(ground):
    acknowledged, by_then, moment = work_and_burn(ground)
    assert "whole" in ground.run("verify-backup")
    new = cluster.Cluster(ground.folder / "new", cluster.programs(ground.folder))
    new.folder.mkdir(mode=0o755)
    cluster.accounts.give(new.folder, cluster.accounts.choose(ground.folder / "none"))
    said = ground.run("restore", "--into", new.data, "--files-into", "/")
    assert "the last event in it: received" in said
    assert (ground.firmware / "PSA-v1.0.0.bin").read_bytes() == b"firmware" * 1000
    assert (ground.settings / "neurohub.env").read_text() == "SECRET_KEY=of the plant\n"
    settings = cluster.archiving(new.folder, catalogue.wal_of(ground.backups))
    with cluster.running(new, settings):
        assert events(new) == acknowledged.keys()  # lost 0, invented 0
        with service.running(new.url(DATABASE), None, workers=1) as base:
            assert httpx.get(f"{base}/health").status_code == 200
            repeated = Floor(base)
            answer = repeated.post("/process/start", next(iter(acknowledged.values())), "ST-01")
            repeated.close()
            assert answer.headers["idempotent-replay"] == "true"
            acknowledged |= scan(base, 5)
        assert "is whole" in ground.run("backup", url=new.url(DATABASE))  # 6: begin anew
    assert "Restored and looked at" in ground.run("verify-backup", "--drill")
    assert ground.metric("neurohub_backup_drill_last_success_timestamp_seconds") > 0
    other = cluster.Cluster(ground.folder / "other", new.programs)
    other.folder.mkdir(mode=0o755)
    cluster.accounts.give(other.folder, cluster.accounts.choose(ground.folder / "none"))
    ground.run("restore", "--into", other.data, "--to", moment, "--timeline", "1")
    with cluster.running(other):
        assert events(other) == by_then
