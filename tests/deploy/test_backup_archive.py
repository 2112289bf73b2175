"""The log's archive: whole or not at all, never overwritten, a damaged segment never passed off as the end."""

import os
import subprocess

import pytest

from neurohub.backup import archive, files, replay
from neurohub.backup.catalogue import sha256_of
from neurohub.backup.problem import BackupError

SEGMENT = "000000010000000000000002"


def wal(*words):
    command = ["sh", str(replay.SCRIPT), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def kept(tmp_path):
    """Return the folder of an archive that holds one segment, and the segment."""
    folder, segment = tmp_path / "wal", tmp_path / SEGMENT
    folder.mkdir()
    segment.write_bytes(bytes(range(256)) * 4096)
    assert wal("put", segment, folder).returncode == 0
    return folder, segment


def test_segment_comes_back_as_it_was_and_twice_told_is_once_kept(kept, tmp_path):
    folder, segment = kept
    assert wal("put", segment, folder).returncode == 0
    assert len(list(folder.iterdir())) == 1
    assert wal("get", SEGMENT, tmp_path / "back", folder).returncode == 0
    assert (tmp_path / "back").read_bytes() == segment.read_bytes()


def test_other_content_under_the_same_name_is_refused(kept):
    folder, segment = kept
    segment.write_bytes(b"of another server")
    answer = wal("put", segment, folder)
    assert answer.returncode == 1
    assert "does another server archive here?" in answer.stderr
    assert list(archive.faults(folder, SEGMENT)) == []


def test_segment_that_is_not_there_is_the_end_of_the_log(kept, tmp_path):
    assert wal("get", "000000010000000000000003", tmp_path / "back", kept[0]).returncode == 1


@pytest.mark.parametrize("place", [0, 5, 9, 100, -1])
def test_flipped_byte_is_found_and_stops_a_restore(kept, tmp_path, place):
    folder, _ = kept
    (path,) = folder.iterdir()
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert len(list(archive.faults(folder, SEGMENT))) == 1
    assert wal("get", SEGMENT, tmp_path / "back", folder).returncode == 200


def test_archive_that_is_not_mounted_is_not_an_empty_one(tmp_path):
    (tmp_path / SEGMENT).write_bytes(b"log")
    assert wal("get", SEGMENT, tmp_path / "back", tmp_path / "away").returncode == 200
    assert wal("put", tmp_path / SEGMENT, tmp_path / "away").returncode not in {0}


def test_hole_in_the_log_is_found(kept, tmp_path):
    folder, segment = kept
    later = tmp_path / "000000010000000000000004"
    later.write_bytes(segment.read_bytes())
    wal("put", later, folder)
    (fault,) = archive.faults(folder, SEGMENT)
    assert "segment 3" in fault


def test_old_segments_go_and_histories_stay(kept, tmp_path):
    folder, segment = kept
    for name in ("0000000100000000000000FF", "000000010000000100000000", "00000002.history"):
        (tmp_path / name).write_bytes(segment.read_bytes())
        wal("put", tmp_path / name, folder)
    assert archive.forget_before(folder, "000000010000000100000000") == 2
    assert sorted(path.name[:24] for path in folder.iterdir()) == [
        "000000010000000100000000",
        "00000002.history-" + sha256_of(next(folder.glob("00000002*")))[:7],
    ]


def test_files_are_kept_once_and_come_back_without_destroying(tmp_path):
    settings, pool, root = tmp_path / "etc", tmp_path / "pool", tmp_path / "root"
    settings.mkdir()
    (settings / "a").write_text("one")
    (settings / "b").write_text("one")
    found = files.keep([settings], pool)
    assert len(list(pool.iterdir())) == 1
    there = root / str(settings / "a").lstrip("/")
    there.parent.mkdir(parents=True)
    there.write_text("of the new server")
    assert len(files.put_back(found, pool, root)) == 2
    assert (there.read_text(), there.with_name("a.before-restore").read_text()) == (
        "one",
        "of the new server",
    )
    (pool / found[0].sha256).write_text("two")
    assert len(list(files.faults(found, pool))) == 2


def test_file_that_is_to_be_kept_and_cannot_be_is_named(tmp_path):
    with pytest.raises(BackupError, match=r"gone is to be in the backup, and is not there"):
        files.keep([tmp_path / "gone"], tmp_path / "pool")
    (tmp_path / "pool" / f"part-{os.getpid()}").mkdir(parents=True)
    (tmp_path / "kept").write_text("one")
    with pytest.raises(
        BackupError, match=r"kept is to be in the backup, and cannot be copied: Is a directory"
    ):
        files.keep([tmp_path / "kept"], tmp_path / "pool")
