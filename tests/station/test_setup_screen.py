"""The first start on a real screen: set up by typing and keys alone, and the service hears from the station."""

import os
import subprocess
import sys
import time
import tomllib

import pytest

from support import screen
from support.databases import PASSWORD

PROGRAM = ("search", "--onlyvisible", "--name", "^NeuroHub( [0-9.]+)?$")  # not the panel of virtual devices


def types(display, text):
    """Type as a person does: slower than a scanner."""
    screen.keys(display, "type", "--delay", "80", text)
    time.sleep(0.2)


@pytest.mark.long
def test_a_pc_is_set_up_by_keyboard_and_begins_to_work(base, floor, tmp_path):
    before = floor.get("/stations/ST-08", "manager").json()["last_seen_at"]
    with screen.running() as display:
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        environment |= {"XDG_RUNTIME_DIR": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
        command = [sys.executable, "-m", "station", "--data-dir", str(tmp_path)]
        program = subprocess.Popen(command, env=environment)
        try:
            number = screen.window(display)
            screen.keys(display, "windowfocus", "--sync", number)
            for text in (base, "", "ST-08", PASSWORD):
                types(display, text)
                screen.keys(display, "key", "Tab")
            for key in ("F5", "Return", "Return", "Return"):
                screen.keys(display, "key", key)
                time.sleep(0.5)
            deadline = time.monotonic() + 30
            while floor.get("/stations/ST-08", "manager").json()["last_seen_at"] == before:
                assert time.monotonic() < deadline, "the service did not hear from the station"
                time.sleep(0.2)
        finally:
            program.terminate()
            program.wait(20)
    kept = tomllib.loads((tmp_path / "station.toml").read_text(encoding="utf-8"))
    assert (kept["server"], kept["station"]) == (base, "ST-08")
    assert not (tmp_path / "config").exists()


@pytest.mark.long
def test_a_manager_sets_up_from_the_work_and_the_work_begins_anew(tmp_path):
    log = tmp_path / "log" / "station.log"

    def opened():
        return log.read_text(encoding="utf-8").count("station.opened") if log.exists() else 0

    with screen.running() as display:
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        environment |= {"XDG_RUNTIME_DIR": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
        command = [sys.executable, "-m", "station", "--simulate", "--data-dir", str(tmp_path)]
        program = subprocess.Popen(command, env=environment)
        try:
            deadline = time.monotonic() + 60
            while opened() < 2:
                assert time.monotonic() < deadline, "the work did not begin anew"
                screen.keys(display, *PROGRAM, "windowfocus")
                screen.scan(display, "BADGE-MANAGER")
                for key in ("F10", "3", "7", "Escape"):
                    time.sleep(0.5)
                    screen.keys(display, "key", key)
        finally:
            program.terminate()
            program.wait(20)
