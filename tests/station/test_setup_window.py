"""The set-up in its window: entered, tried on the real service, kept; and the program that asks for it."""

import os
import time
from uuid import UUID

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from neurohub.contract.commands import StartStep
from station import settings
from station.assembly import Assembly
from station.flow.effects import Record
from station.flow.facts import Entered, Pressed
from station.link.link import OUTBOX
from station.link.opening import undelivered
from station.qt import QApplication
from station.screen import Tone
from station.settings import Settings
from station.setup.entries import Draft, Page
from station.setup.window import SetUpWindow
from station.view.letters import load_fonts
from support.databases import PASSWORD
from support.floor import new_id

LOOKS = {"language": "en", "theme": "light", "text": "normal", "sound": "on"}


@pytest.fixture(scope="module")
def application():
    made = QApplication.instance() or QApplication([])
    made.setStyle("Fusion")
    load_fonts()
    return made


@pytest.fixture
def window(application, tmp_path):
    made = SetUpWindow(tmp_path, Draft(settings=Settings(), looks=LOOKS, autostart=False))
    made.resize(1280, 720)
    made.show()
    yield made
    made.trials.close()
    made.close()


def until(application, condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it was not shown in time"
        application.processEvents()
        time.sleep(0.001)


def test_what_was_tried_is_kept_in_the_file(application, window, base, tmp_path):
    for name, text in (("server", base), ("station", "ST-03"), ("secret", PASSWORD)):
        window.take(Entered(name=name, text=text))
    assert window.press("F5")
    until(application, lambda: "server" in window.state.findings)
    assert window.state.findings["server"].tone is Tone.GOOD
    assert window.press("Return")
    assert window.state.page is Page.DEVICES
    assert not window.press("F12")
    window.press("Return")
    window.press("Return")
    assert window.draft is not None
    assert settings.read(tmp_path) == Settings(server=base, station="ST-03", secret=PASSWORD)


def test_a_folder_that_cannot_be_written_is_said_and_nothing_closes(application, window, tmp_path):
    (tmp_path / settings.NAME).mkdir()
    for name in ("server", "station", "secret"):
        window.take(Entered(name=name, text="http://127.0.0.1:9"))
    for key in ("next", "next", "save"):
        window.take(Pressed(key=key))
    assert window.state.failure
    assert window.isVisible()


def test_set_up_from_the_program_closes_it_and_takes_the_looks_along(application, tmp_path):
    chosen = Settings(server="http://127.0.0.1:9", station="ST-03", secret=PASSWORD)
    station = Assembly(chosen, tmp_path, looks=LOOKS)
    station.open()
    station.window.show()
    assert station.looks == LOOKS
    station.presenter.take(Pressed(key="text"))
    station.presenter.take(Pressed(key="set-up"))
    assert station.wants_set_up
    assert not station.window.isVisible()
    assert station.looks == LOOKS | {"text": "large"}
    unit = "WIP-KR01PSA2511001-001"
    for number in (1, 2):
        start = StartStep(event_id=UUID(new_id()), unit=unit, process=number, operator="worker")
        station.link.record(Record(event=start))
    station.close()
    assert undelivered(tmp_path / OUTBOX) == 2
    (tmp_path / OUTBOX).write_bytes(b"damaged")
    assert undelivered(tmp_path / OUTBOX) == undelivered(tmp_path / "none.db") == 0
