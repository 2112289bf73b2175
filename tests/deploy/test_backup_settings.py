"""The database server's settings for the plant, taken by PostgreSQL itself; the timers' units, by systemd."""

import os
import re
import subprocess

import pytest

from neurohub import cli_backup
from neurohub.backup import replay
from support import bundles, cluster

TREE = bundles.ONPREM / "postgresql" / "root"
SETTINGS = TREE / "etc/postgresql/15/main/conf.d/neurohub.conf"
HBA = TREE / "etc/postgresql/15/main/neurohub.hba.conf"
UNITS = TREE / "etc/systemd/system"
# The customer's numbers and ours (operations.md, reliability.md), as PostgreSQL shows them.
NUMBERS = {
    "max_connections": "100",
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "archive_mode": "on",
    "archive_timeout": "1min",
    "max_slot_wal_keep_size": "20GB",
    "password_encryption": "scram-sha-256",
}


@pytest.fixture(scope="module")
def server():
    """Yield a server of these settings; only its places differ."""
    with cluster.place() as ground:
        made = cluster.make(ground / "server")
        ours = made.folder / "neurohub.conf"
        ours.write_text(SETTINGS.read_text())
        hba = made.folder / "hba.conf"
        hba.write_text("local all neurohub trust\n" + HBA.read_text())
        for path in (ours, hba):
            path.chmod(0o644)
        with (made.data / "postgresql.conf").open("a") as file:
            file.write(f"include '{ours}'\n")
        given = {"hba_file": str(hba), "archive_command": "true"}
        with cluster.running(made, given, own=True):
            yield made


def test_postgresql_takes_every_setting_and_shows_the_plants_numbers(server):
    with server.connect() as connection:
        wrong = connection.execute(
            "select name, error from pg_file_settings where error is not null and name <> 'hba_file'"
        ).fetchall()
        shown = {name: connection.execute(f"show {name}").fetchone()[0] for name in NUMBERS}
    assert wrong == []
    assert shown == NUMBERS


def test_postgresql_takes_every_line_of_who_may_come_in(server):
    with server.connect() as connection:
        wrong = connection.execute(
            "select line_number, error from pg_hba_file_rules where error not like '%SSL%'"
        )
        assert wrong.fetchall() == []
        over_network = connection.execute(
            "select distinct type, auth_method from pg_hba_file_rules where address not in ('127.0.0.1')"
        ).fetchall()
    assert over_network == [("hostssl", "scram-sha-256")]


def test_memory_of_50_connections_stays_within_the_8_gb():
    text = SETTINGS.read_text()
    megabytes = {name: _mb(text, name) for name in ("shared_buffers", "work_mem", "maintenance_work_mem")}
    workers = 3  # autovacuum_max_workers
    assert (
        "MemoryMax=8G"
        in (bundles.ONPREM / "root/etc/systemd/system/postgresql@.service.d/neurohub.conf").read_text()
    )
    most = (
        megabytes["shared_buffers"] + 50 * megabytes["work_mem"] + workers * megabytes["maintenance_work_mem"]
    )
    assert most < 8 * 1024


def _mb(text: str, name: str) -> int:
    found = re.search(rf"^{name} = '(\d+)(MB|GB)'", text, re.MULTILINE)
    return int(found[1]) * {"MB": 1, "GB": 1024}[found[2]]


def test_archive_goes_where_the_backups_look_for_it():
    unit = (UNITS / "neurohub-backup.service").read_text()
    (folder,) = re.findall(r"NEUROHUB_BACKUP_DIR=(\S+)", unit)
    assert f'put "%p" {folder}/wal' in SETTINGS.read_text()
    assert (TREE / "usr/lib/neurohub/wal.sh").resolve() == replay.SCRIPT


def test_backup_is_daily_at_two_in_korea_and_kept_thirty_days():
    assert "OnCalendar=*-*-* 02:00:00 Asia/Seoul" in (UNITS / "neurohub-backup.timer").read_text()
    assert "--keep-days 30" in (UNITS / "neurohub-backup.service").read_text()


def test_systemd_takes_the_units_without_a_word(tmp_path):
    for path in UNITS.glob("*"):
        if path.is_file():
            text = path.read_text().replace("/opt/neurohub/current/venv/bin/neurohub", "/bin/true")
            (tmp_path / path.name).write_text(text)
    judged = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (judged.returncode, judged.stderr) == (0, "")


def test_units_ask_for_words_that_the_command_knows():
    for name in ("neurohub-backup", "neurohub-backup-drill"):
        text = (UNITS / f"{name}.service").read_text().replace("\\\n", " ")
        (line,) = re.findall(r"^ExecStart=\S+/neurohub (.*)$", text, re.MULTILINE)
        words = line.split()
        command = {each.name: each for each in cli_backup.COMMANDS}[words[0]]
        known = {word for option in command.params for word in option.opts}
        assert {word for word in words if word.startswith("--")} <= known
