"""When a file counts as complete: pure, scan by scan."""

import pytest

from station.device.folder_disk import Seen
from station.device.folder_sightings import UNFINISHED_S, Sightings, is_result


def test_a_file_is_ripe_in_the_second_scan_that_sees_it_the_same():
    sightings = Sightings()
    assert sightings.ripe([seen(10)], 0.0, whole) == []
    assert sightings.ripe([seen(10)], 1.0, whole) == [seen(10)]


def test_a_file_that_grows_or_changes_is_not_ripe():
    sightings = Sightings()
    sightings.ripe([seen(10)], 0.0, whole)
    assert sightings.ripe([seen(20)], 1.0, whole) == []
    assert sightings.ripe([seen(20, mtime=2)], 2.0, whole) == []
    assert sightings.ripe([seen(20, mtime=2)], 3.0, whole) == [seen(20, mtime=2)]


def test_an_empty_file_is_never_ripe():
    sightings = Sightings()
    assert [sightings.ripe([seen(0)], float(second), whole) for second in range(100)] == [[]] * 100


def test_a_file_that_ends_in_the_middle_has_ten_seconds_for_its_writer():
    sightings = Sightings()
    ripe = [sightings.ripe([seen(10)], float(second), half) for second in range(12)]
    assert [bool(files) for files in ripe] == [second >= UNFINISHED_S for second in range(12)]


def test_a_slow_writer_that_goes_on_is_waited_for():
    sightings = Sightings()
    for second in range(60):
        assert sightings.ripe([seen(10 + second // 8)], float(second), half) == []


def test_the_oldest_file_comes_first():
    sightings = Sightings()
    files = [seen(1, "b.json", 7), seen(1, "a.json", 7), seen(1, "c.json", 3)]
    sightings.ripe(files, 0.0, whole)
    assert [file.name for file in sightings.ripe(files, 1.0, whole)] == ["c.json", "a.json", "b.json"]


def test_a_file_that_went_away_starts_anew():
    sightings = Sightings()
    sightings.ripe([seen(10)], 0.0, whole)
    sightings.ripe([], 1.0, whole)
    assert sightings.ripe([seen(10)], 2.0, whole) == []


@pytest.mark.parametrize(
    ("name", "meant"), [("a.json", True), ("A.JSON", True), ("~a.json", False), ("a.json.tmp", False)]
)
def test_only_json_files_are_meant_for_the_station(name, meant):
    assert is_result(name) is meant


def seen(size: int, name: str = "a.json", mtime: int = 1) -> Seen:
    return Seen(name, size, mtime)


def whole(_: str) -> bool:
    return True


def half(_: str) -> bool:
    return False
