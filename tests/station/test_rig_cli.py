"""The `neurohub-rig` command as a vendor uses it, and the writer that a vendor copies."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import station.rig
from station.rig import schema, simulate
from station.rig.cli import main
from support.folder import answered

EXAMPLES = Path(station.rig.__file__).parent / "examples"
VALID = sorted(str(path) for path in (EXAMPLES / "valid").glob("*.json"))
UNIT = "WIP-KR01PSA2511001-001"


def test_check_is_content_with_good_files():
    told = run("check", "--language", "en", *VALID)
    assert told.exit_code == 0
    assert f"{len(VALID)}/{len(VALID)} fits the contract" in told.output


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "process_data.temp_sensor.tol: Unknown field. The contract has no such field."),
        ("ko", "process_data.temp_sensor.tol: 알 수 없는 항목. 규격에 없는 항목입니다."),
    ],
)
def test_check_names_the_field_in_words(language, words):
    (path,) = (EXAMPLES / "invalid" / "unknown_field").glob("*.json")
    told = run("check", "--language", language, str(path), VALID[0])
    assert told.exit_code == 1
    assert words in told.output


def test_check_says_when_a_file_is_not_utf8(tmp_path):
    content = json.loads(Path(VALID[0]).read_bytes())
    content["process_data"]["visual_defects"][0]["note"] = "긁힘"
    path = tmp_path / Path(VALID[0]).name
    path.write_bytes(json.dumps(content, ensure_ascii=False).encode("cp949"))
    told = run("check", "--language", "en", str(path))
    assert (told.exit_code, "CP949" in told.output) == (0, True)


def test_schema_is_printed_or_written(tmp_path):
    assert run("schema", "--process", "3").output == schema.text(3)
    assert run("schema", "--out", str(tmp_path)).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"PROC-00{n}.json" for n in range(1, 9)]


@pytest.mark.parametrize("process", range(1, 9))
def test_new_makes_a_file_that_check_takes(tmp_path, process):
    assert run("new", "--process", str(process), "--folder", str(tmp_path)).exit_code == 0
    (path,) = (tmp_path / "pending").iterdir()
    assert run("check", str(path)).exit_code == 0


def test_new_refuses_what_is_no_unit():
    told = run("new", "--process", "3", "--unit", "WIP-KR01PSA2511001-101")
    assert (told.exit_code, "is not a unit" in told.output) == (2, True)


def test_fields_and_reasons_are_told():
    assert "센서" in run("fields", "--process", "3", "--language", "ko").output
    assert "`half_written`" in run("reasons", "--language", "en").output


def test_a_simulated_rig_tells_what_became_of_its_files(tmp_path):
    with answered(tmp_path / "rig"):
        told = simulated(tmp_path / "rig", "--units", f"{UNIT}+20", "--rate", "100/s", "--broken", "20")
    assert told.exit_code == 0
    assert "written 20, completed 16, error 4, waiting 0" in told.output


def test_a_simulated_rig_tells_of_files_that_nobody_takes(tmp_path):
    told = simulated(tmp_path, "--units", f"{UNIT}+3", "--rate", "1000/s", "--wait", "0")
    assert (told.exit_code, "waiting 3" in told.output) == (1, True)


@pytest.mark.parametrize(
    ("units", "rate"), [("nonsense", "1/s"), (f"{UNIT}+101", "1/s"), (UNIT, "fast"), (UNIT, "0/s")]
)
def test_a_simulated_rig_refuses_what_it_does_not_understand(tmp_path, units, rate):
    assert simulated(tmp_path, "--units", units, "--rate", rate).exit_code == 2


def test_units_come_from_a_file_too(tmp_path):
    (tmp_path / "units.txt").write_text(f"{UNIT}\nKR01PSA25110010002\n")
    assert simulate.units(f"@{tmp_path / 'units.txt'}") == [UNIT, "WIP-KR01PSA2511001-002"]


def test_bad_files_are_spread_evenly():
    assert [sum(simulate._falls(n, percent) for n in range(100)) for percent in (0, 1, 7, 50, 100)] == [
        0,
        1,
        7,
        50,
        100,
    ]


def test_the_python_writer_needs_nothing_and_is_accepted(tmp_path):
    (tmp_path / "pending").mkdir()
    command = [sys.executable, "-I", "-S", str(EXAMPLES / "report_result.py"), str(tmp_path)]
    path = Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
    assert run("check", str(path)).exit_code == 0
    assert [entry.name for entry in (tmp_path / "pending").iterdir()] == [path.name]


def run(*arguments: str):
    return CliRunner().invoke(main, arguments)


def simulated(folder: Path, *arguments: str):
    return run("simulate", "--process", "3", "--folder", str(folder), *arguments)
