"""Scenes: every state that an operator meets, by name, as a screen. Played into the real flow; nothing is drawn here.

Who calls it: `pictures`, and the tests that hold all texts to their boxes.
"""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from neurohub.contract.enums import Result, UnitStatus
from neurohub.contract.printing import JobStatus, LabelKind
from neurohub.contract.problems import Code
from neurohub.contract.stations import DeviceState
from neurohub.contract.views import Judged
from station import flow
from station.device.addresses import Port
from station.device.settings import DeviceSettings
from station.flow import facts as f
from station.flow.state import Line
from station.scenes.played import SERIAL, UNIT, Played
from station.screen import Screen, Sheet, Tone
from station.settings import Settings
from station.setup import flow as set_up
from station.setup.entries import Draft, Page

_DUE_3: Final = {"due_process": 3, "due_stations": ["ST-03"]}


def _server(state: f.ServerState) -> Callable[[Played], None]:
    return lambda it: it.hears(f.ServerSaid(state=state))


def _newer(it: Played) -> None:
    it.works(5)
    it.opens(5, newest="1.5.0")


def _kept(it: Played) -> None:
    it.starts(2)
    it.presses("sign-out")


def _parts(it: Played) -> None:
    it.starts(2)
    it.scans("SMA-2511-A07")
    it.waits(1500)


def _measures(it: Played) -> None:
    it.starts(6)
    it.hears(f.GaugeRead(value=12.9, unit="kgf"))


def _firmware(it: Played) -> None:
    it.starts(4)
    it.hears(f.FirmwareSaid(model="PSA", version="v1.2.3", progress=0.62))


def _label(it: Played) -> None:
    it.starts(7)
    it.hears(_job(JobStatus.PRINTED))


def _job(status: JobStatus, detail: str = "") -> f.JobSaid:
    return f.JobSaid(job=7, kind=LabelKind.SERIAL, code=SERIAL, printer="ZT-01", status=status, detail=detail)


def _overdue(it: Played) -> None:
    it.starts(3)
    it.waits(95)


def _incomplete(it: Played) -> None:
    it.starts(2)
    it.presses("pass")


def _saved(it: Played) -> None:
    it.starts(1)
    it.hears(f.ServerSaid(state=f.ServerState.OFFLINE))
    it.hears(f.QueueSaid(depth=12, oldest_s=754, refused=0))
    it.presses("pass")
    it.is_saved()


def _passes(it: Played) -> None:
    it.starts(1)
    it.presses("pass")
    it.is_accepted(passed_process=1, due_process=2)


def _measured(it: Played) -> None:
    it.starts(3)
    it.hears(f.GaugeRead(value=60.2, unit="C"))
    it.presses("yes", "pass")
    it.is_accepted(_SENSORS, passed_process=3, due_process=4)


_SENSORS: Final = (
    Judged(name="temp_sensor.measured_temp", value=60.2, unit="degC", low=59.0, high=61.0, ok=True),
    Judged(name="tof_sensor.i2c_communication", value=True, unit="", low=None, high=None, ok=True),
)


def _finished(it: Played) -> None:
    it.works(8)
    it.scans(SERIAL)
    it.is_accepted(open_process=8)
    it.presses("pass")
    it.is_accepted(passed_process=8, due_process=None, status=UnitStatus.PASSED, serial_number=SERIAL)


def _ends(result: str, **unit: Any) -> Callable[[Played], None]:
    def play(it: Played) -> None:
        it.starts(5)
        it.presses(*(("fail", "defect:ASSEMBLY_ERROR") if result == Result.FAIL else (result.lower(),)))
        it.is_accepted(due_process=5, **unit)

    return play


def _refused(code: Code, **facts: Any) -> Callable[[Played], None]:
    def play(it: Played) -> None:
        it.works(5)
        it.scans(UNIT)
        it.is_refused(code, **facts)

    return play


def _late(it: Played) -> None:
    """A refusal that arrives while the next unit is in work."""
    _passes(it)
    event = it.event
    it.scans(f"{UNIT[:-3]}008")
    it.is_accepted(open_process=1)
    refused = f.Refused(event=event, code=Code.LOT_NOT_ACTIVE, detail="", facts={})
    it.hears(refused)


def _trouble(it: Played) -> None:
    it.starts(7)
    it.hears(f.DeviceSaid(device=f.Device.PRINTER, state=DeviceState.PAPER_OUT))
    it.hears(f.DeviceSaid(device=f.Device.SCANNER, state=DeviceState.MISSING))
    it.hears(f.ServerSaid(state=f.ServerState.OFFLINE))
    it.hears(f.QueueSaid(depth=208, oldest_s=9000, refused=2, disk_low=True))


def _sheet(key: str, *processes: int) -> Callable[[Played], None]:
    def play(it: Played) -> None:
        it.works(*(processes or (5,)))
        it.presses(key)

    return play


def _defects(it: Played) -> None:
    it.starts(2)
    it.presses("fail")


def _history(it: Played) -> None:
    _passes(it)
    it.presses("history")
    it.hears(f.HistorySaid(rows=it.rows()))


def _listed(it: Played) -> None:
    _passes(it)
    it.hears(f.QueueSaid(depth=0, oldest_s=None, refused=9))
    it.presses("refused")
    it.hears(f.HistorySaid(rows=it.rows("refused", Code.PREVIOUS_PROCESS_NOT_COMPLETED)))


def _password(it: Played) -> None:
    it.opens(5)
    it.presses("sign-in")


def _came_out(it: Played) -> None:
    it.starts(7)
    it.hears(_job(JobStatus.UNKNOWN, DeviceState.SILENT))
    it.presses("label")


def _reprint(it: Played) -> None:
    it.starts(7)
    it.presses("reprint")


def _choose(it: Played) -> None:
    it.opens(2, 5)
    it.scans("BADGE-MANAGER")


def _pack(it: Played) -> None:
    it.works(8)
    it.scans(SERIAL)
    it.is_accepted(open_process=8)


SCENES: Final[dict[str, Callable[[Played], None]]] = {
    "connecting": lambda _: None,
    "no-server": _server(f.ServerState.OFFLINE),
    "not-registered": _server(f.ServerState.REFUSES),
    "sign-in": lambda it: it.opens(5),
    "processes": _choose,
    "ready": lambda it: it.works(1),
    "newer": _newer,
    "kept": _kept,
    "work": lambda it: it.starts(1),
    "parts": _parts,
    "sensor": lambda it: it.starts(3),
    "overdue": _overdue,
    "firmware": _firmware,
    "tests": _measures,
    "label": _label,
    "packing": _pack,
    "incomplete": _incomplete,
    "saved": _saved,
    "pass": _passes,
    "measured": _measured,
    "finished": _finished,
    "failed": _ends(Result.FAIL, status=UnitStatus.DEFECTED),
    "scrapped": _ends(Result.FAIL, status=UnitStatus.SCRAPPED),
    "rework": _ends(Result.REWORK),
    "error": _ends(Result.ERROR),
    "refused": _refused(Code.PREVIOUS_PROCESS_NOT_COMPLETED, **_DUE_3),
    "elsewhere": _refused(Code.ALREADY_STARTED, open_station="ST-04"),
    "unknown": _refused(Code.UNIT_NOT_FOUND),
    "late": _late,
    "trouble": _trouble,
    "menu": _sheet("menu"),
    "defect": _defects,
    "history": _history,
    "listed": _listed,
    "settings": _sheet("settings", 2, 5),
    "password": _password,
    "came-out": _came_out,
    "reprint": _reprint,
    "diagnostics": _sheet("diagnostics"),
    "help": _sheet("help"),
}


def screen_of(scene: str, language: str, theme: str, text: str = "normal") -> Screen:
    """Return the screen of a scene as an operator of this language sees it, at half past nine of a Monday."""
    played = Played({"language": language, "theme": theme, "text": text})
    SCENES[scene](played)
    if played.state.choices.language != language:
        played.presses("language")
    return flow.show(played.state)


def set_up_of(page: Page, language: str, theme: str, text: str = "normal") -> Sheet:
    """Return a page of the set-up as it stands after a trial."""
    looks = {"language": language, "theme": theme, "text": text, "sound": "on"}
    settings = Settings(
        server="https://mes.plant",
        station="ST-03",
        secret="secret",  # noqa: S106  (of nobody)
        devices=DeviceSettings(
            gauge="1A86:7523", result_folder="C:/rig/results", firmware_folder="C:/firmware"
        ),
    )
    state = set_up.begin(Draft(settings=settings, looks=looks, autostart=True), _PORTS)
    state = replace(state, page=page)
    for name, tone, key, facts in _FOUND:
        tried = set_up.Tried(name=name, finding=set_up.Finding(tone, Line(key, facts)))
        state, _ = set_up.advance(state, tried)
    return set_up.show(state)


_PORTS: Final = (Port("0C2E:0CAA", "COM4 Honeywell"), Port("1A86:7523", "COM5 USB Serial"))
_SILENT: Final = {"how": "device.SILENT", "todo": "device.SILENT.do"}
_FOUND: Final[tuple[tuple[str, Tone, str, dict[str, str]], ...]] = (
    ("server", Tone.GOOD, "trial.server.well", {"text": "ST-03 · KR01 · 3"}),
    ("certificate", Tone.BAD, "trial.server.untrusted", {}),
    ("secret", Tone.BAD, "trial.server.credentials", {}),
    ("scanner", Tone.GOOD, "trial.scanner.read", {"text": UNIT}),
    ("gauge", Tone.WORK, "trial.gauge.waits", {}),
    ("result_folder", Tone.GOOD, "trial.folder.well", {}),
    ("firmware_folder", Tone.BAD, "trial.folder.absent", {}),
    ("printer", Tone.BAD, "trial.printer.ill", _SILENT),
    ("sound", Tone.WORK, "trial.sound.played", {}),
)
