"""Terraform itself reads deploy/aws, plans it against a made-up provider, and its own assertions hold."""

import json
import shutil
from pathlib import Path

import pytest

from support import terraform


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder, prepared without reaching for anything outside this machine."""
    copy = tmp_path_factory.mktemp("aws") / "aws"
    shutil.copytree(terraform.FOLDER, copy, ignore=shutil.ignore_patterns(".terraform*"))
    done = terraform.run(
        "init", "-backend=false", f"-plugin-dir={terraform.plugins()}", "-no-color", folder=copy
    )
    assert done.returncode == 0, done.stderr
    return copy


def passed(folder: Path, *words: str) -> int:
    """Return how many runs passed; none may have failed."""
    done = terraform.run("test", "-no-color", "-json", *words, folder=folder)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [line["@message"] for line in said if line["@level"] == "error"]
    assert wrong == []
    assert done.returncode == 0, done.stderr
    (summary,) = [line["test_summary"] for line in said if line.get("type") == "test_summary"]
    return int(summary["passed"])


def test_the_files_are_in_terraforms_own_form() -> None:
    done = terraform.run("fmt", "-check", "-recursive")
    assert (done.returncode, done.stdout) == (0, "")


def test_machines_their_settings_and_rights_are_planned_as_asserted(folder: Path) -> None:
    """Where text says least: policies and settings are computed. The whole folder is planned, so it is valid."""
    assert passed(folder, "-filter=service.tftest.hcl") == 1


@pytest.mark.long
def test_every_assertion_holds(folder: Path) -> None:
    assert passed(folder) == 6


@pytest.mark.long
def test_a_number_that_changes_is_noticed(folder: Path, tmp_path: Path) -> None:
    """The proof that the assertions can fail at all: one number for each of the files that assert."""
    changed = tmp_path / "changed"
    shutil.copytree(folder, changed, symlinks=True)
    for name, was, is_now in (
        ("database.tf", '"17:00-17:30"', '"02:00-02:30"'),
        ("network.tf", '"10.0.20.0/24"', '"10.0.30.0/24"'),
        ("instances.tf", "instances_most   = 4", "instances_most   = 5"),
        ("alarms.tf", "percent = 5,", "percent = 50,"),
    ):
        text = (changed / name).read_text()
        assert was in text
        (changed / name).write_text(text.replace(was, is_now))
    done = terraform.run("test", "-no-color", folder=changed)
    assert done.returncode != 0
    for said in ("taken at 02:00 in Seoul", "private subnet of the data", "four at most", "5xx 5 %"):
        assert said in done.stdout + done.stderr
