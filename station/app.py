"""`neurohub-station`: the program of a station PC. Keeps a second one out, sets up, runs the window.

The composition root; `assembly` puts the parts together. A bug ends in the log and in a dialog, not in a dead window.
"""

import argparse
import gc
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec
import structlog

from station import autostart, log, sample, settings
from station.assembly import Assembly
from station.flow.facts import Briefed
from station.flow.state import Choices
from station.link.link import OUTBOX
from station.link.opening import undelivered
from station.qt import QApplication, QLockFile, QMessageBox
from station.settings import Settings, SettingsError
from station.setup.entries import LOOKS, Draft
from station.setup.window import SetUpWindow
from station.trial import Panel, Virtual
from station.view.keyboard import Keyboard
from station.view.letters import load_fonts

LOCK_WAIT_MS: Final = 200
TRIAL_PX: Final = (1280, 800)  # with the panel of virtual devices below
_log = structlog.get_logger(__name__)


def main() -> int:
    """Run until the window is closed; return the exit code."""
    asked = _options()
    folder: Path = asked.data_dir or settings.data_folder()
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    log.begin(folder)
    sys.excepthook = _report
    threading.excepthook = _log_thread
    lock = QLockFile(str(folder / "station.lock"))
    if not lock.tryLock(LOCK_WAIT_MS):
        return _refuse(
            "이미 실행 중입니다. 다른 창을 확인하세요.\nThe station is running already: look for its window."
        )
    load_fonts()
    try:
        return run(application, folder, asked)
    except SettingsError as error:
        return _refuse(str(error))


def run(application: QApplication, folder: Path, asked: argparse.Namespace) -> int:
    """Set up where that is needed or wished for, then work, over and over until the window is closed for good."""
    chosen = chosen_settings(folder, asked)
    wants_set_up = asked.setup or not (chosen.is_complete or asked.simulate)
    looks: dict[str, str] = {}  # of the operator who asked for the set-up
    while True:
        changed = set_up(application, folder, looks) if wants_set_up else {}
        chosen = settings.read(folder)
        if not (chosen.is_complete or asked.simulate):
            return 0
        station = _assembled(chosen, folder, changed, simulate=asked.simulate)
        code = work(application, station)
        if not station.wants_set_up:
            return code
        wants_set_up, looks = True, station.looks


def work(application: QApplication, station: Assembly) -> int:
    """Show the station until its window is closed."""
    station.open()
    panel = Panel(station.virtual) if station.virtual is not None else None
    if panel is None:
        station.window.showMaximized()
    else:
        station.window.resize(*TRIAL_PX)
        station.window.show()
        panel.move(0, TRIAL_PX[1] + 40)
        panel.show()
        station.window.activateWindow()
    keep_what_is_there()
    try:
        return application.exec_()
    finally:
        if panel is not None:
            panel.close()
        station.close()


def _assembled(chosen: Settings, folder: Path, looks: dict[str, str], *, simulate: bool) -> Assembly:
    """Put a station together; a trial without a service has a made-up plant, and an outbox that is never sent."""
    if not simulate:
        return Assembly(chosen, folder, looks=looks)
    is_alone = not chosen.is_complete
    if is_alone:
        chosen, folder = Settings(station="TRIAL", secret="trial"), folder / "trial"  # noqa: S106
    results = Path(chosen.devices.result_folder or folder / "results")
    devices = msgspec.structs.replace(chosen.devices, result_folder=str(results))
    station = Assembly(msgspec.structs.replace(chosen, devices=devices), folder, Virtual(results), looks)
    if is_alone:
        station.presenter.post(Briefed(briefing=sample.briefing()))
    return station


def keep_what_is_there() -> None:
    """Let collections of garbage look at new objects alone: one that looks at all stops the window for 60 ms."""
    gc.collect()
    gc.freeze()


def set_up(application: QApplication, folder: Path, looks: dict[str, str]) -> dict[str, str]:
    """Show the set-up until it is closed; return the looks that were changed in it."""
    before = Draft(
        settings=settings.read(folder),
        looks={name: str(getattr(Choices(), name)) for name in LOOKS} | looks,
        autostart=autostart.is_on(),
    )
    window = SetUpWindow(folder, before, undelivered(folder / OUTBOX))
    keyboard = Keyboard(window.take, window.press)
    application.installEventFilter(keyboard)
    window.showMaximized()
    application.exec_()
    application.removeEventFilter(keyboard)
    window.trials.close()
    after = window.draft or before
    if after is not before:
        _start_with_the_pc(folder, on=after.autostart)
    return {name: value for name, value in after.looks.items() if value != before.looks[name]}


def _start_with_the_pc(folder: Path, *, on: bool) -> None:
    try:
        autostart.turn(folder, on=on)
    except OSError as error:
        _log.warning("autostart.failed", error=str(error))  # no reason not to work


def chosen_settings(folder: Path, asked: argparse.Namespace) -> Settings:
    """Return the settings of the file; what the command line names is written into it first."""
    given = {name: getattr(asked, name) for name in ("server", "station", "secret") if getattr(asked, name)}
    if given:
        settings.save(folder, msgspec.structs.replace(settings.read(folder), **given))
    return settings.read(folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="neurohub-station", description="The operator station of NeuroHub.")
    parser.add_argument("--server", help="address of the service, e.g. https://mes.plant:443; is kept")
    parser.add_argument("--station", help="code of this station, e.g. ST-01; is kept")
    parser.add_argument("--secret", help="secret of this station, shown once when it is made; is kept")
    parser.add_argument(
        "--data-dir", type=Path, help=f"settings, outbox and log; else {settings.data_folder()}"
    )
    parser.add_argument("--setup", action="store_true", help="set up this PC first, then work")
    parser.add_argument("--simulate", action="store_true", help="virtual scanner, rig, gauge and printer")
    parser.add_argument("--version", action="version", version=version("neurohub"))
    return parser.parse_args()


def _refuse(words: str) -> int:
    _log.error("station.not_started", reason=words)
    if sys.stderr is not None:
        sys.stderr.write(words + "\n")
    if QApplication.platformName() != "offscreen":
        QMessageBox.critical(None, "NeuroHub", words)
    return 1


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what nobody expected, and say so; what was scanned is in the outbox either way."""
    _log.error("station.bug", exc_info=(kind, error, trace))
    if QApplication.instance() is not None and QApplication.platformName() != "offscreen":
        QMessageBox.warning(
            None,
            "NeuroHub",
            "프로그램 오류가 기록되었습니다. 스캔한 작업은 저장되어 있습니다.\n"
            f"A fault of the program was logged; what was scanned is saved.\n\n{kind.__name__}: {error}",
        )


def _log_thread(hook: threading.ExceptHookArgs) -> None:
    """Log what nobody expected in a thread of a device or the link; a dialog belongs to the window's thread."""
    _log.error("station.bug", thread=getattr(hook.thread, "name", ""), exc_info=hook.exc_value)


if __name__ == "__main__":
    raise SystemExit(main())
