"""Trials: the real parts, as they are entered, before they are kept. Each says below its field how it went.

Blocks in threads of its own. Not a test of the plant: nothing is recorded, printed or sent but a question.
"""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import structlog
from msgspec.structs import replace

from neurohub.contract.problems import Code
from neurohub.contract.stations import Briefing, DeviceState
from station.device.gauge import SerialGauge
from station.device.printer import Printer
from station.device.scanner import SerialScanner
from station.flow.facts import Post, ServerState
from station.flow.state import Line
from station.link.labels import RefusedError, read
from station.link.service import Service, UnreachableError
from station.screen import Tone
from station.settings import Settings
from station.setup.entries import Page
from station.setup.flow import Finding, Tried, Try
from station.sound import Player

TIMEOUT_S: Final = 6.0
_WHY: Final = {
    Code.BAD_CREDENTIALS: ("secret", "trial.server.credentials"),
    "certificate": ("certificate", "trial.server.untrusted"),
    "not_the_service": ("server", "trial.server.stranger"),
}
_log = structlog.get_logger(__name__)


class _Device(Protocol):
    def start(self) -> None: ...
    def close(self) -> None: ...


class Trials:
    """`start` tries a page; scanner and gauge stay open until the next trial, for they wait for somebody."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._open: list[_Device] = []
        self._number = 0

    def start(self, asked: Try) -> None:
        self.close()
        self._number = asked.number
        if asked.page is Page.SERVER:
            self._run(lambda: server(asked.settings))
        elif asked.page is Page.DEVICES:
            self._devices(asked.settings)
        else:
            self._run(sound)

    def close(self) -> None:
        for device in self._open:
            device.close()
        self._open = []

    def _devices(self, settings: Settings) -> None:
        devices = settings.devices
        if devices.scanner:
            self._open.append(SerialScanner(devices.scanner, devices.scanner_baud, self._post))
        else:
            self._run(lambda: _tried("scanner", Tone.WORK, "trial.scanner.types"))
        if devices.gauge:
            self._open.append(
                SerialGauge(devices.gauge, devices.gauge_baud, devices.gauge_pattern, self._post)
            )
        for device in self._open:
            device.start()
        for name in ("result_folder", "firmware_folder"):
            path: str = getattr(devices, name)
            if path:
                self._run(lambda name=name, path=path: folder(name, Path(path)))  # type: ignore[misc]
        self._run(lambda: printers(settings))

    def _run(self, trial: Callable[[], Tried]) -> None:
        number = self._number

        def tell() -> None:
            self._post(replace(trial(), number=number))

        threading.Thread(target=tell, name="trial", daemon=True).start()


def server(settings: Settings) -> Tried:
    """Sign in as the station and ask for its briefing."""
    found = _briefing(settings)
    if isinstance(found, Tried):
        return found
    here = found.station
    numbers = ", ".join(str(number) for number in here.processes)
    return _tried("server", Tone.GOOD, "trial.server.well", text=f"{here.name} · {found.line} · {numbers}")


def _briefing(settings: Settings) -> Briefing | Tried:
    """Return what the service tells the station, or what is wrong at the field it is about."""
    heard: list[str] = []

    def said(_: ServerState, detail: str) -> None:
        heard.append(detail)

    certificate = Path(settings.certificate) if settings.certificate else None
    try:
        service = Service(
            settings.server, settings.station, settings.secret, said, certificate, timeout_s=TIMEOUT_S
        )
    except OSError:  # SSLError is one
        return _tried("certificate", Tone.BAD, "trial.server.certificate")
    try:
        return read(service.request("GET", "/stations/briefing"), Briefing)
    except (UnreachableError, RefusedError) as error:
        detail = heard[-1] if heard else ""
        name, key = _WHY.get(detail, ("server", "trial.server.nobody"))
        _log.info("trial.no_service", detail=detail, error=str(error))
        return _tried(name, Tone.BAD, key)
    finally:
        service.close()


def printers(settings: Settings) -> Tried:
    """Ask the printers of this station how they are: the one that is entered, else those that the service names."""
    addresses = list(settings.devices.printers.values())
    if not addresses:
        found = _briefing(settings)
        if isinstance(found, Tried):
            return _tried("printer", Tone.WARN, "trial.printer.unknown")
        addresses = [
            one.address for one in found.printers if one.station == found.station.code and one.active
        ]
    if not addresses:
        return _tried("printer", Tone.WORK, "trial.printer.none")
    tried = [_printer(address, settings.devices.printer_baud) for address in addresses]
    return next((one for one in tried if one.finding.tone is Tone.BAD), tried[0])


def folder(name: str, path: Path) -> Tried:
    """Look whether files can be written there and taken away again."""
    if not path.is_dir():
        return _tried(name, Tone.BAD, "trial.folder.absent")
    try:
        with tempfile.NamedTemporaryFile(dir=path, prefix=".trial-", suffix=".tmp"):
            pass
    except OSError:
        return _tried(name, Tone.BAD, "trial.folder.read_only")
    return _tried(name, Tone.GOOD, "trial.folder.well")


def _printer(address: str, baud: int) -> Tried:
    asked = Printer(address, baud)
    state = asked.ask().state
    asked.close()
    if state is DeviceState.OK:
        return _tried("printer", Tone.GOOD, "trial.printer.well", text=address)
    words = {"how": f"device.{state}", "todo": f"device.{state}.do"}
    return _tried("printer", Tone.BAD, "trial.printer.ill", **words)


def sound() -> Tried:
    """Play what is heard at work, one after the other."""
    player = Player()
    if not player.is_there:
        return _tried("sound", Tone.BAD, "trial.sound.absent")
    player.demonstrate()
    return _tried("sound", Tone.WORK, "trial.sound.played")


def _tried(name: str, tone: Tone, key: str, **facts: str) -> Tried:
    return Tried(name=name, finding=Finding(tone, Line(key, facts)))
