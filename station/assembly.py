"""A whole station, put together: link, devices, sounds, presenter, window. Knows who hears what; decides nothing.

Composed and closed by the app, and by the tests that drive the real thing.
"""

import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
import structlog

from neurohub.contract.commands import StartStep
from neurohub.contract.stations import DeviceState
from station import card, flow
from station.device.folder import ResultFolder
from station.device.gauge import SerialGauge
from station.device.printing import Printing
from station.device.scanner import SerialScanner
from station.flow import effects, facts
from station.flow.facts import Post
from station.link.labels import RefusedError
from station.link.link import Link, LinkConfig
from station.presenter import Does, Hears, Presenter, utc_now
from station.qt import QApplication, QDesktopServices, QUrl
from station.settings import Settings
from station.setup.entries import LOOKS
from station.sound import Player
from station.trial import Part, Virtual
from station.view.keyboard import Keyboard
from station.view.window import Window

VERSION: Final = version("neurohub")
CARD: Final = "command-card.html"
LABEL_PROCESS: Final = 7
VIRTUAL: Final = frozenset({facts.Device.SCANNER, facts.Device.GAUGE})  # they say themselves how they are
_log = structlog.get_logger(__name__)


class Assembly:
    """`open` shows the window and starts everything; `close` commits what was recorded, and ends all threads."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        virtual: Virtual | None = None,
        looks: Mapping[str, str] | None = None,
    ) -> None:
        self._settings, self._folder, self.virtual = settings, folder, virtual
        self._looks = looks or {}  # chosen in the set-up just now
        self.wants_set_up = False  # why the window was closed
        self.presenter = Presenter()
        post = self.presenter.post
        self.window = Window(self.presenter.take)
        self.window.setWindowTitle(f"NeuroHub {VERSION}")
        self.keyboard = Keyboard(self.presenter.take, self.window.press)
        self.link = Link(_config(settings, folder), post)
        self.folder = _result_folder(settings, post)
        self.printing = Printing(
            self.link, RefusedError, folder / "labels.json", post, baud=settings.devices.printer_baud
        )
        self._player = Player()
        self._parts: list[Part] = [self._player, *self._devices(), self.printing]
        self._ends = ExitStack()

    def open(self) -> None:
        """Begin where the station stopped; the window is shown before any device answers."""
        self.link.start()
        self._ends.callback(self.link.close)
        for name, value in self._looks.items():
            self.link.keep(effects.Keep(name=name, value=value))
        kept = self.link.recall()
        seed = secrets.token_bytes(16)
        state = flow.start(
            now=utc_now(), seed=seed, kept=kept, station=self._settings.station, version=VERSION
        )
        self.presenter.begin(state, self.window.draw, self._does(), self._hears())
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self.keyboard)
            self._ends.callback(application.removeEventFilter, self.keyboard)
        for part in self._parts:
            part.start()
            self._ends.callback(part.close)
        self._say_what_is_absent()
        _log.info("station.opened", version=VERSION, station=self._settings.station)

    def close(self) -> None:
        self.presenter.stop()
        self._ends.close()
        if self.virtual is not None:
            self.virtual.close()
        _log.info("station.closed")

    @property
    def looks(self) -> dict[str, str]:
        """How the operator likes the screen, by the names of the choices."""
        state = self.presenter.state
        choices = msgspec.structs.asdict(state.choices) if state else {}
        return {name: str(choices[name]) for name in LOOKS if name in choices}

    def _does(self) -> Does:
        return {
            effects.Record: self.link.record,
            effects.Play: lambda effect: self._player.play(effect.sound),
            effects.SignIn: self.link.sign_in,
            effects.Reprint: self._reprint,
            effects.Report: self.link.report,
            effects.Retry: self.link.retry,
            effects.Settle: self.link.settle,
            effects.ReadHistory: self.link.read_history,
            effects.Keep: self.link.keep,
            effects.Leave: lambda _: self.window.close(),
            effects.SetUp: self._leave_for_set_up,
            effects.MakeCard: self._make_card,
        }

    def _hears(self) -> Hears:
        return {
            facts.DeviceSaid: self.link.device_said,
            facts.Saved: self._saved,
            facts.Accepted: self._accepted,
            facts.Briefed: self._briefed,
        }

    def _leave_for_set_up(self, _: effects.SetUp) -> None:
        self.wants_set_up = True
        self.window.close()

    def _make_card(self, _: effects.MakeCard) -> None:
        """Write the card of this station into its data folder, and let the system show it: it can print it, too."""
        state = self.presenter.state
        path = self._folder / CARD
        path.write_text(card.page(state.briefing if state else None), encoding="utf-8")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _saved(self, fact: facts.Saved) -> None:
        """Let a rig's file go only now that its result is on the disk, be it from before."""
        if fact.digest and self.folder is not None:
            self.folder.settle(fact.digest)

    def _accepted(self, fact: facts.Accepted) -> None:
        if isinstance(fact.event, StartStep) and fact.event.process == LABEL_PROCESS:
            self.printing.hurry()

    def _reprint(self, asked: effects.Reprint) -> None:
        self.link.order_reprint(asked)
        self.printing.hurry()

    def _briefed(self, fact: facts.Briefed) -> None:
        briefing = fact.briefing
        if self.folder is not None:
            self.folder.assign(briefing.station.processes)
        own = [one for one in briefing.printers if one.active and one.station == briefing.station.code]
        known = {one.code: one.address for one in own}
        if self.virtual is not None:
            self.printing.assign(self.virtual.printers(known))
        else:
            self.printing.assign(known | self._settings.devices.printers)

    def _devices(self) -> list[Part]:
        wanted, post = self._settings.devices, self.presenter.post
        found: list[Part] = [self.folder] if self.folder is not None else []
        if self.virtual is not None:
            return [*found, *self.virtual.parts(post)]
        if wanted.scanner:
            found.append(SerialScanner(wanted.scanner, wanted.scanner_baud, post))
        if wanted.gauge:
            found.append(SerialGauge(wanted.gauge, wanted.gauge_baud, wanted.gauge_pattern, post))
        return found

    def _say_what_is_absent(self) -> None:
        """A scanner that types cannot be seen: it counts as there; other devices that are not set are off."""
        wanted = self._settings.devices
        for device, is_set, state in (
            (facts.Device.SCANNER, wanted.scanner, DeviceState.OK),
            (facts.Device.GAUGE, wanted.gauge, DeviceState.OFF),
            (facts.Device.FOLDER, wanted.result_folder, DeviceState.OFF),
        ):
            if not is_set and not (self.virtual is not None and device in VIRTUAL):
                self.presenter.post(facts.DeviceSaid(device=device, state=state))


def _result_folder(settings: Settings, post: Post) -> ResultFolder | None:
    path = settings.devices.result_folder
    return ResultFolder(Path(path), post) if path else None


def _config(settings: Settings, folder: Path) -> LinkConfig:
    firmware = settings.devices.firmware_folder
    return LinkConfig(
        server=settings.server,
        station=settings.station,
        secret=settings.secret,
        folder=folder,
        version=VERSION,
        certificate=Path(settings.certificate) if settings.certificate else None,
        firmware_folder=Path(firmware) if firmware else None,
    )
