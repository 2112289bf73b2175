"""`neurohub-station`: the program of a station PC. Reads the settings, keeps a second one out, runs the window.

The composition root; `assembly` puts the parts together. A bug ends in the log and in a dialog, not in a dead window.
"""

import argparse
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec
import structlog

from station import log, settings
from station.assembly import Assembly
from station.qt import QApplication, QLockFile, QMessageBox
from station.settings import Settings, SettingsError
from station.trial import Panel, Virtual
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
    try:
        chosen = chosen_settings(folder, asked)
    except SettingsError as error:
        return _refuse(str(error))
    if not chosen.is_complete:
        path = folder / settings.NAME
        return _refuse(
            f"서버, 스테이션 코드, 비밀키를 입력하세요:\nWrite server, station and secret into\n{path}\n\n"
            "neurohub-station --server URL --station CODE --secret SECRET"
        )
    load_fonts()
    return run(application, chosen, folder, simulate=asked.simulate)


def run(application: QApplication, chosen: Settings, folder: Path, *, simulate: bool) -> int:
    """Show the station until its window is closed."""
    virtual = None
    if simulate:
        results = Path(chosen.devices.result_folder or folder / "results")
        chosen = msgspec.structs.replace(
            chosen, devices=msgspec.structs.replace(chosen.devices, result_folder=str(results))
        )
        virtual = Virtual(results)
    station = Assembly(chosen, folder, virtual)
    station.open()
    panel = Panel(virtual) if virtual is not None else None
    if panel is None:
        station.window.showMaximized()
    else:
        station.window.resize(*TRIAL_PX)
        station.window.show()
        panel.move(0, TRIAL_PX[1] + 40)
        panel.show()
        station.window.activateWindow()
    try:
        return application.exec_()
    finally:
        station.close()


def chosen_settings(folder: Path, asked: argparse.Namespace) -> Settings:
    """Return the settings of the file; what the command line names is written into it first."""
    settings.read(folder)
    given = {name: getattr(asked, name) for name in ("server", "station", "secret") if getattr(asked, name)}
    if given:
        settings.change(folder, **given)
    return settings.read(folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="neurohub-station", description="The operator station of NeuroHub.")
    parser.add_argument("--server", help="address of the service, e.g. https://mes.plant:443; is kept")
    parser.add_argument("--station", help="code of this station, e.g. ST-01; is kept")
    parser.add_argument("--secret", help="secret of this station, shown once when it is made; is kept")
    parser.add_argument(
        "--data-dir", type=Path, help=f"settings, outbox and log; else {settings.data_folder()}"
    )
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
