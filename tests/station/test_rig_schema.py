"""The committed schemas and pages are what the code says, and a foreign validator agrees with our checker."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import station.rig
from neurohub.contract.enums import Result
from station.rig import fields, reading, schema, words
from station.rig.example import encode, example
from station.rig.file import name_of, process_number

ROOM = Path(station.rig.__file__).parent
NOW = datetime(2025, 11, 17, 9, 30, tzinfo=UTC)
PROCESSES = range(1, 9)
PAGES = [("en", ROOM / "README.md"), ("ko", ROOM / "README.ko.md")]
SEEN_BY_A_SCHEMA = {"unknown_field", "missing_field", "wrong_value"}
INVALID = [
    path
    for path in sorted((ROOM / "examples/invalid").glob("*/*.json"))
    if path.parent.name in SEEN_BY_A_SCHEMA
]


@pytest.mark.parametrize("process", PROCESSES)
def test_the_committed_schema_is_what_the_contract_says(process):
    assert schema.path_of(process).read_text("utf-8") == schema.text(process)


@pytest.mark.parametrize("process", PROCESSES)
def test_a_schema_is_one_by_its_own_standard(process):
    Draft202012Validator.check_schema(schema.schema(process))


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize("result", list(Result))
def test_a_foreign_validator_takes_the_examples(process, result):
    completion = example(process, "WIP-KR01PSA2511001-001", result, NOW)
    assert complaints(process, json.loads(encode(completion))) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.parent.name)
def test_a_foreign_validator_refuses_what_a_schema_can_see(path):
    assert complaints(3, json.loads(path.read_bytes())) != []


@pytest.mark.parametrize("process", PROCESSES)
def test_checker_and_validator_agree_on_every_field_left_out_of_a_pass(process):
    completion = example(process, "WIP-KR01PSA2511001-001", Result.PASS, NOW)
    for name in completion.process_data:
        content = json.loads(encode(completion))
        del content["process_data"][name]
        found = reading.read(name_of(completion).text(), json.dumps(content).encode(), NOW)
        assert bool(found.problems) is bool(complaints(process, content)), name


@pytest.mark.parametrize("process", PROCESSES)
def test_every_field_of_the_contract_is_explained(process):
    undescribed = [
        f"{name}.{field}"
        for name, part in schema.schema(process)["$defs"].items()
        for field, its in part.get("properties", {}).items()
        if name != "DefectReport" and "description" not in its and "items" not in its and "$ref" not in its
    ]
    assert undescribed == []


@pytest.mark.parametrize(("language", "path"), PAGES, ids=["en", "ko"])
def test_a_page_explains_every_field_and_every_reason(language, path):
    lines = path.read_text("utf-8").splitlines()
    told = [line for process in range(9) for line in fields.table(process, language)] + words.table(language)
    assert [line for line in told if line not in lines] == []


@pytest.mark.parametrize(("language", "path"), PAGES, ids=["en", "ko"])
def test_the_file_that_a_page_shows_is_accepted(language, path):
    shown = path.read_text("utf-8").partition("```json\n")[2].partition("\n```")[0]
    unit, process = json.loads(shown)["unit"], process_number(json.loads(shown)["process"])
    name = f"{unit}_PROC-00{process}_20251117093000.json"
    assert name in path.read_text("utf-8")
    assert reading.read(name, shown.encode(), NOW).problems == ()


def complaints(process: int, content: dict) -> list[str]:
    validator = Draft202012Validator(schema.schema(process))
    return [error.message for error in validator.iter_errors(content)]
