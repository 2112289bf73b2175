"""The real servers: start, settings, stop, and what is left when their parent is killed."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from neurohub.embedded import postgres, valkey
from neurohub.embedded.problem import EmbeddedError

RUN = """
import sys
from pathlib import Path
from neurohub.embedded import postgres
with postgres.running(Path(sys.argv[1]), "a-password") as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def pid_of(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_postgresql_is_durable_utf8_and_private(open_folder: Path) -> None:
    with postgres.running(open_folder) as url, psycopg.connect(url) as connection:
        names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "server_encoding")
        found = [connection.execute("select current_setting(%s)", (name,)).fetchone() for name in names]
        assert found == [("on",), ("on",), ("on",), ("on",), ("UTF8",)]
        assert connection.execute("select current_setting('listen_addresses')").fetchone() == ("",)
        if os.geteuid() == 0:
            assert psutil.Process(pid_of(open_folder)).username() != "root"
        wrong = url.replace(url.split(":")[2].split("@")[0], "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
    assert not (open_folder / "postgres" / "postmaster.pid").exists()


def test_data_survives_a_restart(open_folder: Path) -> None:
    with postgres.running(open_folder, "a-password") as url, psycopg.connect(url) as connection:
        connection.execute("create table kept as select 1 as one")
    with postgres.running(open_folder, "a-password") as url, psycopg.connect(url) as connection:
        assert connection.execute("select one from kept").fetchone() == (1,)


def test_an_interrupted_initdb_is_made_anew(open_folder: Path) -> None:
    (open_folder / "postgres.new").mkdir()
    (open_folder / "postgres.new" / "PG_VERSION").write_text("18\n")
    with postgres.running(open_folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not (open_folder / "postgres.new").exists()


def test_a_start_that_fails_shows_the_end_of_the_log(open_folder: Path) -> None:
    with postgres.running(open_folder, "a-password"):
        pass
    (open_folder / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match="no_such_setting"), postgres.running(open_folder, "a-password"):
        pass


def test_postgresql_ends_with_its_killed_parent(open_folder: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", RUN, str(open_folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    assert parent.stdout.readline().startswith(b"postgresql://")
    server = psutil.Process(pid_of(open_folder))
    parent.kill()
    parent.communicate()
    psutil.wait_procs([server], timeout=20)
    assert not server.is_running()


def test_a_postgresql_that_outlived_its_parent_is_stopped_by_the_next_start(open_folder: Path) -> None:
    place = postgres.prepare(open_folder, "a-password")
    left = postgres._start(place)
    assert postgres.stop_stale(place.data)
    left.wait(20)
    with postgres.running(open_folder, "a-password") as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_recycled_pid_in_the_pid_file_is_no_obstacle(open_folder: Path) -> None:
    with postgres.running(open_folder, "a-password"):
        pass
    (open_folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{open_folder}\n")
    with postgres.running(open_folder, "a-password") as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_valkey_is_a_bounded_cache_on_a_socket(open_folder: Path) -> None:
    with valkey.running(open_folder) as url:
        assert url is not None
        with redis.Redis.from_url(url, decode_responses=True) as client:
            assert client.ping()
            policy = client.config_get("maxmemory-policy")["maxmemory-policy"]
            assert policy == "allkeys-lru"
            pid = int(client.info()["process_id"])
    assert not psutil.pid_exists(pid)


def test_servers_do_not_see_ctrl_c(open_folder: Path) -> None:
    with valkey.running(open_folder) as url:
        assert url is not None
        with redis.Redis.from_url(url) as client:
            pid = int(client.info()["process_id"])
        assert os.getpgid(pid) != os.getpgrp()
