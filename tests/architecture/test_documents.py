"""What the documents say is so: settings, recipes, links, versions. And nothing in them is of one machine."""

import json
import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from tree import ROOT

from neurohub.settings import Settings, key_of

READMES = [ROOT / "README.md", ROOT / "README.ko.md"]
LOCKS = sorted(ROOT.glob("requirements*.txt"))
ROOMS = ("src", "station", "bench", "observability", "deploy")
DOCUMENTS = sorted(
    {
        *ROOT.glob("*.md"),
        *(path for room in ROOMS for path in (ROOT / room).rglob("*.md") if "node_modules" not in path.parts),
    }
)
MACHINE_PATH = re.compile(r"(?<![\w.~}])/(work|root|home|tmp)/")


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_setting_is_documented(path: Path) -> None:
    rows = set(re.findall(r"^\| `([A-Z0-9_]+)`", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
    keys = {key_of(field.name) for field in msgspec.structs.fields(Settings)}
    assert keys - rows == set()


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_recipe_a_reader_is_told_of_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    told = set(re.findall(r"(?:bootstrap\.py|`just) ([a-z][a-z-]*)", text))
    recipes = set(re.findall(r"^([a-z][a-z-]*)[^:=\n]*:(?!=)", _text("justfile"), flags=re.MULTILINE))
    assert told
    assert told - recipes == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8"))
    inside = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in inside if not (path.parent / link).exists()] == []


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, ROOT / "justfile", ROOT / ".ci" / "run"], ids=lambda path: path.name
)
def test_documents_name_no_path_of_one_machine(path: Path) -> None:
    assert MACHINE_PATH.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_locks_pin_by_hash_and_carry_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pinned = re.findall(r"^(\S+)==\S+(?: ;.*)? \\\n {4}--hash=sha256:[0-9a-f]{64}", text, flags=re.MULTILINE)
    named = re.findall(r"^[A-Za-z0-9]\S*", text, flags=re.MULTILINE)
    assert len(pinned) == len(named) > 0
    assert re.findall(r"https?:|file:|--(?:index|extra|find)[-\w]*", text) == []


@pytest.mark.parametrize("name", ["src/dashboard/package-lock.json", "tests/labels/package-lock.json"])
def test_locks_of_npm_pin_by_hash_and_carry_no_address(name: str) -> None:
    packages = json.loads(_text(name))["packages"]
    assert len(packages) > 1
    assert [
        path for path, package in packages.items() if path and not package["integrity"].startswith("sha512-")
    ] == []
    assert re.findall(r"[a-z+]+://\S+", _text(name)) == []


def test_locks_agree_on_every_version() -> None:
    service, everything = (_versions(name) for name in ("requirements.txt", "requirements-dev.txt"))
    assert service <= everything


def test_locks_know_every_dependency() -> None:
    table = tomllib.loads(_text("pyproject.toml"))
    asked = [*table["project"]["dependencies"], *table["project"]["optional-dependencies"]["embedded"]]
    asked += [*table["dependency-groups"]["dev"], *table["dependency-groups"]["bench"]]
    names = {re.split(r"[\[<>=!; ]", text)[0].lower() for text in asked}
    assert names <= {line.partition("==")[0] for line in _versions("requirements-dev.txt")}


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_every_folder_of_the_layout_is_there_or_said_to_come(path: Path) -> None:
    parts = path.read_text(encoding="utf-8").split("\n## ")
    (layout,) = (part for part in parts if part.startswith(("Layout\n", "구성\n")))
    rows = re.findall(r"^\| [\[`]([a-z/]+)\b.* \| (.*) \|$", layout, flags=re.MULTILINE)
    absent = [said for folder, said in rows if not (ROOT / folder).exists()]
    assert len(rows) >= 5
    assert [said for said in absent if not re.search("to come|준비 중", said)] == []


def test_changelog_names_the_version() -> None:
    version = tomllib.loads(_text("pyproject.toml"))["project"]["version"]
    assert f"## [{version}]" in _text("CHANGELOG.md") or "## [Unreleased]" in _text("CHANGELOG.md")


def test_every_decision_has_its_own_number_and_says_when_to_revisit_it() -> None:
    records = sorted((ROOT / "src" / "decisions").glob("*.md"))
    assert len({int(path.name[:4]) for path in records}) == len(records) > 0
    assert [path.name for path in records if "revisit" not in path.read_text(encoding="utf-8").lower()] == []


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _versions(name: str) -> set[str]:
    return {line.partition(" ")[0] for line in _text(name).splitlines() if "==" in line}
