"""The seat before the station's real window: keys of a scanner go in by Qt's own way, the screen is read back.

The window needs no screen here; `support.screen` has one. `manned` opens a station at a service that a test spoils.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt5.QtTest import QTest

from neurohub.contract.stations import Briefing, HeartbeatView
from station.assembly import VERSION, Assembly
from station.device.settings import DeviceSettings
from station.qt import QApplication, QEvent, QKeyEvent, QLineEdit, Qt
from station.screen import Screen
from station.settings import Settings
from station.view.letters import load_fonts
from support.fake_service import ServiceStub, faking
from support.linking import SECRET
from support.operator import briefing

SHOWN_S = 10.0
BADGE = "BADGE-LEE"
PX = (1280, 800)


@cache
def application() -> QApplication:
    """Return the one application of this process; it stays to the end."""
    made = QApplication.instance() or QApplication([])
    made.setStyle("Fusion")
    load_fonts()
    return made


class Seat:
    """Whoever sits before `station`: scans, presses, looks."""

    def __init__(self, station: Assembly) -> None:
        self.station, self.window = station, station.window
        self._at_ms = 0

    @property
    def screen(self) -> Screen:
        """What is drawn just now."""
        shown = self.window._screen
        assert shown is not None
        return shown

    def until(self, holds: Callable[[], object], within_s: float = SHOWN_S) -> None:
        """Let the window live until `holds`."""
        deadline = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < deadline, f"it was not shown in time: {self.screen}"
            QApplication.processEvents()
            time.sleep(0.001)

    def scan(self, text: str, end: int = Qt.Key_Return, window: Any = None) -> None:
        """Send the keys of a scan to a native window, as the system does; `end` 0: the scan breaks off."""
        self.pull_trigger()
        for letter in text:
            self.key(letter, window)
        if end:
            self.press(end, window)

    def pull_trigger(self) -> None:
        """Begin a scan: the keys from here on are 2 ms apart, by the clock of the keyboard."""
        self._at_ms = round(time.monotonic() * 1000)

    def key(self, letter: str, window: Any = None) -> None:
        """Press the next key of a scan, be it Hangul, with Shift held as scanners do for capitals."""
        self._send(Qt.Key_Shift, "", window)
        self._send(ord(letter), letter, window)

    def write(self, line: QLineEdit, text: str) -> None:
        """Type `text` into a field by hand: 200 ms between two keys, by the clock of the keyboard."""
        self.click(line)
        for letter in text:
            self._at_ms += 200
            self._send(ord(letter), letter, None)
        self.until(lambda: line.text() == text)

    def press(self, key: int, window: Any = None) -> None:
        """Press a key by hand, or the one that ends a scan."""
        self._send(key, {Qt.Key_Return: "\r", Qt.Key_Tab: "\t"}.get(key, ""), window)

    def _send(self, key: int, text: str, window: Any) -> None:
        self._at_ms += 1
        event = QKeyEvent(QEvent.KeyPress, key, Qt.NoModifier, text)
        event.setTimestamp(self._at_ms)
        QApplication.sendEvent((window or self.window).windowHandle(), event)

    def click(self, line: QLineEdit) -> None:
        """Put the cursor into a field."""
        self.window.activateWindow()
        QTest.mouseClick(line, Qt.LeftButton)
        self.until(lambda: QApplication.focusWidget() is line)

    def field(self, kind: type[QLineEdit] = QLineEdit) -> QLineEdit:
        """Return the first field of `kind` that can be seen."""
        return next(line for line in self.window.findChildren(kind) if line.isVisible())

    def chip(self, key: str) -> str:
        """Return what the chip `key` says."""
        return next((chip.word for chip in self.screen.chips if chip.key == key), "")

    def sign_in(self, badge: str = BADGE) -> None:
        self.until(lambda: self.station.presenter.state.briefing is not None)  # type: ignore[union-attr]
        self.scan(badge)
        self.until(lambda: self.screen.operator != "")


@contextmanager
def seated(
    folder: Path, server: str, station: str = "ST-01", secret: str = SECRET, **devices: Any
) -> Iterator[Seat]:
    """Open a station in its window; `devices` as in its settings file."""
    application()
    settings = Settings(server=server, station=station, secret=secret, devices=DeviceSettings(**devices))
    made = Assembly(settings, folder)
    made.open()
    made.window.resize(*PX)
    made.window.show()
    try:
        yield Seat(made)
    finally:
        made.close()
        made.window.close()
        made.window.deleteLater()
        QApplication.processEvents()


@contextmanager
def served() -> Iterator[ServiceStub]:
    """Yield a fake service that briefs a station of process 1."""
    with faking() as (fake, _):
        brief(fake)
        yield fake


def told(*processes: int) -> Briefing:
    """Return the briefing of a station of `processes` whose program is the newest."""
    return replace(briefing(*processes), newest_version=VERSION)


def brief(fake: ServiceStub, said: Briefing | None = None) -> None:
    """Let `fake` know heartbeats and a briefing: process 1 alone, unless another is `said`."""
    body = msgspec.json.encode(said or told(1))
    fake.routes["/stations/briefing"] = (200, {"etag": '"1"'}, body)

    def beat(_: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        view = HeartbeatView(server_time=datetime.now(UTC), newest_version=VERSION)
        return 200, {}, msgspec.json.encode(view)

    fake.routes["/stations/heartbeat"] = (200, {}, beat)
