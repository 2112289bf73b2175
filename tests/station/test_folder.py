"""The result folder: what it takes, how it is answered, and that nothing is lost on the way."""

import errno
import json
import os
import shutil
from datetime import timedelta

import pytest

from neurohub.contract.stations import DeviceState
from station.flow.facts import RigResult
from station.rig.drop import drop_bytes
from station.rig.example import encode
from station.rig.file import name_of
from support.folder import LOT, T0, BrokenDisk, passed, put, watched


def test_a_file_is_offered_and_goes_to_completed_once_it_is_settled(tmp_path):
    with watched(tmp_path / "rig") as rig:
        name = put(rig.root, passed())
        fact = rig.result()
        assert (fact.file, fact.unit, fact.process, fact.result) == (name, f"WIP-{LOT}-001", 3, "PASS")
        assert fact.process_data["temp_sensor"]["measured_temp"] == 60.2
        assert fact.occurred_at == T0
        assert rig.names("processing") == {name}  # nothing has it yet
        rig.folder.settle(fact.digest)
        rig.close()
        assert rig.names("completed") == {name}
        assert rig.names("pending") == rig.names("processing") == rig.names("error") == set()


def test_a_rejected_file_goes_to_error_with_the_reason(tmp_path):
    with watched(tmp_path / "rig") as rig:
        name = put(rig.root, passed())
        rig.folder.reject(rig.result().digest, "not_open", "unit is at PROC-002")
        refused = rig.refused()
        assert (refused.file, refused.reason, refused.detail) == (name, "not_open", "unit is at PROC-002")
        assert name in rig.names("error")


def test_the_reason_file_speaks_to_programs_and_to_people(tmp_path):
    with watched(tmp_path / "rig") as rig:
        content = json.loads(encode(passed()))
        content["process_data"]["temp_sensor"]["colour"] = "red"
        name = name_of(passed()).text()
        drop_bytes(rig.root, name, json.dumps(content).encode())
        refused = rig.refused()
        assert (refused.reason, refused.detail) == ("unknown_field", "process_data.temp_sensor.colour")
        reason = json.loads((rig.root / "error" / name.replace(".json", ".reason.json")).read_text("utf-8"))
        assert reason["file"] == name
        assert reason["problems"] == [
            {"reason": "unknown_field", "field": "process_data.temp_sensor.colour", "detail": ""}
        ]
        assert reason["en"][0].startswith("process_data.temp_sensor.colour: Unknown field.")
        assert reason["ko"][0].startswith("process_data.temp_sensor.colour: 알 수 없는 항목.")


def test_what_lies_in_processing_after_a_crash_is_offered_again(tmp_path):
    with watched(tmp_path / "rig") as rig:
        name = put(rig.root, passed())
        first = rig.result()
    with watched(tmp_path / "rig") as rig:
        assert rig.result() == first
        rig.folder.settle(first.digest)
        rig.close()
        assert rig.names("completed") == {name}


def test_the_same_file_again_is_a_duplicate(tmp_path):
    with watched(tmp_path / "rig") as rig:
        put(rig.root, passed())
        rig.folder.settle(rig.result().digest)
        name = put(rig.root, passed())
        assert (rig.refused().reason, rig.names("completed")) == ("duplicate", {name})


def test_another_result_of_the_same_second_counts(tmp_path):
    with watched(tmp_path / "rig") as rig:
        put(rig.root, passed())
        rig.folder.settle(rig.result().digest)
        content = json.loads(encode(passed()))
        content["process_data"]["temp_sensor"]["measured_temp"] = 60.3
        drop_bytes(rig.root, name_of(passed()).text(), json.dumps(content).encode())
        rig.folder.settle(rig.result().digest)
        rig.close()
        assert len(rig.names("completed")) == 2


def test_a_second_file_of_the_same_name_waits_until_the_first_is_answered(tmp_path):
    with watched(tmp_path / "rig") as rig:
        put(rig.root, passed())
        first = rig.result()
        name = put(rig.root, passed())
        other = put(rig.root, passed(2))
        assert rig.result().file == other  # rounds go on meanwhile
        assert rig.names("pending") == {name}
        rig.folder.settle(first.digest)
        assert rig.refused().reason == "duplicate"


def test_another_stations_process_is_refused(tmp_path):
    with watched(tmp_path / "rig", processes=(2, 3)) as rig:
        put(rig.root, passed(process=5))
        assert rig.refused().reason == "foreign_process"


def test_files_wait_until_the_station_knows_its_processes(tmp_path):
    with watched(tmp_path / "rig", processes=()) as rig:
        name = put(rig.root, passed())
        assert rig.said().state is DeviceState.OK
        assert rig.names("pending") == {name}
        rig.folder.assign([3])
        assert rig.result().file == name


def test_a_file_over_64_kb_is_refused_without_being_read_whole(tmp_path):
    with watched(tmp_path / "rig") as rig:
        drop_bytes(rig.root, name_of(passed()).text(), b'{"a": "' + bytes([65]) * 2_000_000 + b'"}')
        assert rig.refused().reason == "too_large"


def test_a_name_in_small_letters_is_the_same_name(tmp_path):
    with watched(tmp_path / "rig") as rig:
        name = name_of(passed()).text()
        drop_bytes(rig.root, name.lower(), encode(passed()))
        assert rig.result().file == name


@pytest.mark.parametrize(
    "name", ["a.json.tmp", "~a.json", "a.json.part", ".a.json", "Thumbs.db", "notes.txt"]
)
def test_temporary_and_foreign_files_are_left_alone(tmp_path, name):
    with watched(tmp_path / "rig") as rig:
        drop_bytes(rig.root, name, b"{}")
        put(rig.root, passed())
        rig.folder.settle(rig.result().digest)
        rig.close()
        assert {path.name for path in (rig.root / "pending").iterdir()} == {name}


def test_a_cp949_file_is_read(tmp_path):
    with watched(tmp_path / "rig") as rig:
        content = json.loads(encode(passed(process=8)))
        content["process_data"]["visual_defects"][0]["note"] = "뒷면 긁힘"
        drop_bytes(
            rig.root,
            name_of(passed(process=8)).text(),
            json.dumps(content, ensure_ascii=False).encode("cp949"),
        )
        assert rig.result().process_data["visual_defects"][0]["note"] == "뒷면 긁힘"


def test_a_deleted_folder_is_made_again_and_goes_on(tmp_path):
    with watched(tmp_path / "rig") as rig:
        assert rig.said().state is DeviceState.OK
        # Away at one blow: it would be made again while one still deletes.
        shutil.rmtree(rig.root.rename(tmp_path / "deleted"))
        assert rig.said().state is DeviceState.MISSING
        assert rig.said().state is DeviceState.OK
        name = put(rig.root, passed())
        assert rig.result().file == name


def test_a_share_that_is_away_is_said_and_comes_back(tmp_path):
    share, away = tmp_path / "share", tmp_path / "away"
    share.mkdir()
    with watched(share / "rig") as rig:
        assert rig.said().state is DeviceState.OK
        share.rename(away)
        assert rig.said().state is DeviceState.MISSING
        assert not share.exists()  # it is not made up locally
        away.rename(share)
        assert rig.said().state is DeviceState.OK
        name = put(rig.root, passed())
        assert rig.result().file == name


@pytest.mark.parametrize(
    ("error", "state"), [(errno.EROFS, DeviceState.READ_ONLY), (errno.EACCES, DeviceState.READ_ONLY)]
)
def test_a_read_only_folder_is_said_and_its_files_wait(tmp_path, error, state):
    disk = BrokenDisk()
    with watched(tmp_path / "rig", disk=disk) as rig:
        assert rig.said().state is DeviceState.OK
        disk.broken = error
        name = put(rig.root, passed())
        assert rig.said().state is state
        assert rig.names("pending") == {name}
        disk.broken = 0
        assert rig.said().state is DeviceState.OK
        assert rig.result().file == name


def test_a_full_disk_is_said_and_good_results_still_pass(tmp_path):
    disk = BrokenDisk()
    with watched(tmp_path / "rig", disk=disk) as rig:
        assert rig.said().state is DeviceState.OK
        disk.broken = errno.ENOSPC
        bad = drop_bytes(rig.root, "nonsense.json", b"{}").name
        assert rig.said().state is DeviceState.FULL
        good = put(rig.root, passed())
        rig.folder.settle(rig.result().digest)
        assert rig.names("processing") >= {bad}
        disk.broken = 0
        assert rig.said().state is DeviceState.OK
        rig.close()
        assert good in rig.names("completed")
        assert bad in rig.names("error")


def test_an_answer_that_the_disk_refuses_is_carried_out_later(tmp_path):
    disk = BrokenDisk()
    with watched(tmp_path / "rig", disk=disk) as rig:
        name = put(rig.root, passed())
        fact = rig.result()
        rig.said()
        disk.broken = errno.EROFS
        rig.folder.settle(fact.digest)
        assert rig.said().state is DeviceState.READ_ONLY
        assert rig.names("processing") == {name}
        disk.broken = 0
        assert rig.said().state is DeviceState.OK
        rig.close()
        assert rig.names("completed") == {name}


def test_a_network_drop_is_said_and_comes_back(tmp_path):
    disk = BrokenDisk()
    with watched(tmp_path / "rig", disk=disk) as rig:
        assert rig.said().state is DeviceState.OK
        disk.away = True
        assert rig.said().state is DeviceState.MISSING
        name = put(rig.root, passed())
        disk.away = False
        assert rig.said().state is DeviceState.OK
        assert rig.result().file == name


def test_handled_files_are_kept_90_days(tmp_path):
    root = tmp_path / "rig"
    old, young = (T0 - timedelta(days=days) for days in (91, 89))
    for folder in ("pending", "completed", "error"):
        (root / folder).mkdir(parents=True)
        for name, at in (("old.txt", old), ("young.txt", young)):
            path = root / folder / name
            path.write_text("x")
            os.utime(path, (at.timestamp(), at.timestamp()))
    with watched(root, now=lambda: T0) as rig:
        rig.said()
        assert rig.names("completed") == rig.names("error") == {"young.txt"}
        assert rig.names("pending") == {"old.txt", "young.txt"}  # never handled, never deleted


def test_a_settled_old_file_is_kept_from_the_day_it_was_settled(tmp_path):
    with watched(tmp_path / "rig") as rig:
        name = put(rig.root, passed())
        os.utime(rig.root / "pending" / name, (0, 0))
        rig.folder.settle(rig.result().digest)
        rig.close()
        assert (rig.root / "completed" / name).stat().st_mtime > T0.timestamp()


def test_an_answer_to_an_unknown_digest_is_nothing(tmp_path):
    with watched(tmp_path / "rig") as rig:
        rig.folder.settle("0" * 64)
        rig.folder.reject("1" * 64, "duplicate")
        put(rig.root, passed())
        assert isinstance(rig.result(), RigResult)
