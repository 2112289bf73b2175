"""The presenter: facts in, effects out, screens drawn. The only place where threads meet the flow.

Facts of any thread are taken in the order they were posted, the window's own at once; `advance` runs in the window's
thread alone. Many that came together (500 answers to one request) are taken a few at a time, so that scans and keys
come in between, and drawn once. Composed by `assembly`.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from station import flow
from station.flow.effects import Effect
from station.flow.facts import Fact, Ticked
from station.flow.state import State
from station.qt import QObject, Qt, QTimer, pyqtSignal, pyqtSlot
from station.screen import Screen

TICK_MS: Final = 250
TURN_S: Final = 0.005  # for facts that were posted; then keys and drawing have theirs

Does = Mapping[type[Effect], Callable[[Any], object]]
Hears = Mapping[type[Fact], Callable[[Any], object]]


def utc_now() -> datetime:
    return datetime.now(UTC)


def _nobody(_: Screen) -> None:
    raise RuntimeError("drawn before the beginning")


class Presenter(QObject):
    """`does` carries out each kind of effect; `hears` is told of facts after the flow, for devices and the link."""

    _posted = pyqtSignal()

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__()
        self.state: State | None = None
        self._now = now
        self._draw: Callable[[Screen], None] = _nobody
        self._does: Does = {}
        self._hears: Hears = {}
        self._inbox: deque[Fact] = deque()
        self._is_woken = False
        self._waking = threading.Lock()
        self._posted.connect(self._take_posted, Qt.QueuedConnection)  # type: ignore[call-arg]  # unknown to the stubs
        self._going_on = QTimer(self)
        self._going_on.setSingleShot(True)
        self._going_on.timeout.connect(self._take_posted)
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.timeout.connect(self._show)
        self._ticking = QTimer(self)
        self._ticking.timeout.connect(lambda: self.take(Ticked(now=self._now())))

    def begin(self, state: State, draw: Callable[[Screen], None], does: Does, hears: Hears) -> None:
        """Draw `state` and let the clock run; facts posted before are taken once Qt's loop runs."""
        self.state, self._draw, self._does, self._hears = state, draw, does, hears
        self._show()
        self._ticking.start(TICK_MS)

    def stop(self) -> None:
        self._ticking.stop()
        self._drawing.stop()
        self._going_on.stop()
        self._posted.disconnect()

    def post(self, fact: Fact) -> None:
        """Take `fact` soon; from any thread."""
        with self._waking:
            self._inbox.append(fact)
            is_woken, self._is_woken = self._is_woken, True
        if not is_woken:
            self._posted.emit()

    @pyqtSlot()
    def _take_posted(self) -> None:
        """Take what was posted, the rest of it after whatever else the window has to do."""
        until_s = time.perf_counter() + TURN_S
        while time.perf_counter() < until_s:
            with self._waking:
                if not self._inbox:
                    self._is_woken = False
                    return
                fact = self._inbox.popleft()
            self.take(fact)
        self._going_on.start(0)

    def take(self, fact: Fact) -> None:
        """Take `fact` now; from the window's thread."""
        if self.state is None:
            raise RuntimeError(f"{type(fact).__name__} before the beginning")
        before = self.state
        effects: list[Effect] = []
        for one in (fact,) if isinstance(fact, Ticked) else (Ticked(now=self._now()), fact):
            self.state, wanted = flow.advance(self.state, one)
            effects += wanted
        for effect in effects:
            self._does[type(effect)](effect)
        if type(fact) in self._hears:
            self._hears[type(fact)](fact)
        if self.state is not before and not self._drawing.isActive():
            self._drawing.start(0)

    def _show(self) -> None:
        if self.state is not None:
            self._draw(flow.show(self.state))
