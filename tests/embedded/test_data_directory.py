"""What a local service needs of its data directory, and what it says when that is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from neurohub.embedded import data_directory, postgres
from neurohub.embedded.problem import EmbeddedError

HOLD = """
import sys
from pathlib import Path
from neurohub.embedded import data_directory
with data_directory.locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[bytes]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder


def let_go(holder: subprocess.Popen[bytes]) -> None:
    holder.communicate()


def test_a_second_holder_is_refused_naming_the_first(tmp_path: Path) -> None:
    first = hold(tmp_path)
    try:
        assert data_directory.holder(tmp_path) == first.pid
        refused = pytest.raises(EmbeddedError, match=rf"pid {first.pid}.*neurohub down")
        with refused, data_directory.locked(tmp_path):
            pass
    finally:
        let_go(first)


def test_a_killed_holder_leaves_the_directory_free(tmp_path: Path) -> None:
    first = hold(tmp_path)
    first.kill()
    first.communicate()
    assert data_directory.holder(tmp_path) is None
    with data_directory.locked(tmp_path):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_what_a_killed_up_wrote_is_not_taken_for_a_running_one(tmp_path: Path) -> None:
    running = data_directory.Running(pid=1, database_url="x", redis_url=None, address="y")
    data_directory.write_running(tmp_path, running)
    assert data_directory.read_running(tmp_path) is None
    with data_directory.locked(tmp_path):
        data_directory.write_running(tmp_path, running)
    assert not (tmp_path / "run.json").exists()


def test_down_ends_the_holder(tmp_path: Path) -> None:
    first = hold(tmp_path)
    assert data_directory.stop(tmp_path, 10) == first.pid
    first.communicate()
    assert data_directory.holder(tmp_path) is None
    assert data_directory.stop(tmp_path) is None


def test_a_nearly_full_disk_is_refused(tmp_path: Path) -> None:
    data_directory.check_disk(tmp_path, data_directory.DISK_MIN_BYTES)
    with pytest.raises(EmbeddedError, match="has 499 MB left"):
        data_directory.check_disk(tmp_path, data_directory.DISK_MIN_BYTES - 1)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EmbeddedError, match=r"cannot be written.*NEUROHUB_DATA_DIR"):
        data_directory.prepare(tmp_path / "file" / "below")


def test_a_secret_is_made_once_kept_private_and_replaced_by_a_given_one(tmp_path: Path) -> None:
    made = data_directory.secret(tmp_path, "secret_key")
    assert len(made) >= 32
    assert data_directory.secret(tmp_path, "secret_key") == made
    assert (tmp_path / "secrets" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert data_directory.secret(tmp_path, "secret_key", "given by the plant") == "given by the plant"
    assert data_directory.secret(tmp_path, "secret_key") == "given by the plant"


def test_reset_deletes_its_own_files_and_no_others(tmp_path: Path) -> None:
    data_directory.secret(tmp_path, "secret_key")
    (tmp_path / "logs").mkdir()
    (tmp_path / "photos").mkdir()
    data_directory.reset(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", "photos"]


def test_a_directory_in_use_is_not_reset(tmp_path: Path) -> None:
    data_directory.secret(tmp_path, "secret_key")
    first = hold(tmp_path)
    try:
        with pytest.raises(EmbeddedError, match="already running"):
            data_directory.reset(tmp_path)
    finally:
        let_go(first)
    assert (tmp_path / "secrets" / "secret_key").exists()


def test_a_cluster_that_is_not_whole_is_refused_and_left_alone(open_folder: Path) -> None:
    (open_folder / "postgres").mkdir()
    (open_folder / "postgres" / "base").touch()
    with pytest.raises(EmbeddedError, match=r"did not finish.*neurohub reset"):
        postgres.prepare(open_folder, "a password")
    assert (open_folder / "postgres" / "base").exists()
