"""Installing the station: from the wheel in an empty home, and frozen. Everyday is what would break either."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import screen

ROOT = Path(__file__).parents[2]
FROZEN = ROOT / "deploy" / "station"


def left_out() -> list[str]:
    """Return the libraries that the frozen station goes without."""
    tree = ast.parse((FROZEN / "neurohub-station.spec").read_text(encoding="utf-8"))
    named = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "excludes"]
    found: list[str] = next(ast.literal_eval(one.value) for one in named if "granian" in ast.unparse(one))
    return found


def test_the_program_needs_nothing_that_the_frozen_one_goes_without():
    words = "import sys, station.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=ROOT)
    assert left_out()
    assert set(left_out()) & set(done.stdout.split()) == set()


def test_a_version_is_said_without_a_screen():
    environment = {
        name: text for name, text in os.environ.items() if name not in {"DISPLAY", "QT_QPA_PLATFORM"}
    }
    command = [sys.executable, "-m", "station", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    assert done.stdout.startswith("0.")


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_wheel_installs_into_an_empty_home_and_shows_the_set_up(tmp_path):
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "build", "--quiet", "--wheel", "-o", tmp_path, ROOT], check=True)
    (wheel,) = tmp_path.glob("neurohub-*.whl")
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("XDG_", "VIRTUAL_ENV"))}
    environment = kept | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    install = [
        uv,
        "tool",
        "install",
        "--quiet",
        "--python",
        sys.executable,
        f"neurohub[station] @ {wheel.as_uri()}",
    ]
    subprocess.run(install, check=True, env=environment)
    program = home / ".local" / "bin" / "neurohub-station"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, env=environment)
    assert said.stdout.startswith("0.")
    _shows_a_window([program], environment)
    assert 'server = ""' in next(home.rglob("station.toml")).read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_frozen_program_shows_its_window(tmp_path):
    subprocess.run([sys.executable, FROZEN / "freeze.py", tmp_path / "dist"], check=True)
    program = tmp_path / "dist" / "neurohub-station" / "neurohub-station"
    _shows_a_window([program, "--simulate", "--data-dir", tmp_path], dict(os.environ))
    assert "station.opened" in (tmp_path / "log" / "station.log").read_text(encoding="utf-8")


def _shows_a_window(command, environment):
    with screen.running() as display:
        wanted = environment | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        program = subprocess.Popen(command, env=wanted)
        try:
            assert screen.window(display)
        finally:
            program.terminate()
            program.wait(20)
