"""Looking things up in the briefing: people, processes, defect codes, stations. No decision, no words of its own."""

from datetime import date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from neurohub.contract.enums import Locale, Role
from neurohub.contract.master import DefectCodeView, ProcessView
from neurohub.contract.printing import LabelKind
from neurohub.contract.stations import BriefedLimit, BriefedPerson, badge_sha256
from station.flow.state import State

_PLANT_TIME: Final = "Asia/Seoul"


def person_of_badge(state: State, scanned: str) -> BriefedPerson | None:
    if not scanned.isascii():
        return None
    digest = badge_sha256(scanned)
    people = state.briefing.people if state.briefing else []
    return next((person for person in people if person.badge_sha256 == digest), None)


def person(state: State, username: str) -> BriefedPerson | None:
    people = state.briefing.people if state.briefing else []
    return next((person for person in people if person.username == username), None)


def may_set_up(state: State) -> bool:
    """Tell whether who works here may set up this PC; until the first briefing nobody can be known, and anybody may."""
    who = person(state, state.operator)
    return state.briefing is None or (who is not None and who.role in {Role.MANAGER, Role.ADMIN})


def processes(state: State) -> list[int]:
    """Return the processes of this station, in order."""
    return sorted(state.briefing.station.processes) if state.briefing else []


def process_of(state: State, number: int, model: str = "") -> ProcessView | None:
    """Return the process as it is for `model`, else as it stands for all."""
    found = [p for p in (state.briefing.processes if state.briefing else []) if p.process == number]
    return min((p for p in found if p.model in {None, model}), key=lambda p: p.model is None, default=None)


def scans_serial(state: State, number: int) -> bool:
    process = process_of(state, number)
    return process is not None and process.scan.upper() == "SERIAL"


def can_repair(state: State, number: int, model: str) -> bool:
    process = process_of(state, number, model)
    return process is not None and process.rework


def defects(state: State, number: int) -> list[DefectCodeView]:
    known = state.briefing.defect_codes if state.briefing else []
    return [defect for defect in known if defect.process == number and defect.active]


def limits(state: State, number: int, model: str) -> dict[str, BriefedLimit]:
    """Return the limits of a process for `model` by the name of the measurement."""
    told = state.briefing.limits if state.briefing else []
    return {limit.name: limit for limit in told if (limit.process, limit.model) == (number, model)}


def equipment(state: State, number: int) -> str:
    """Return the one machine of this process on this line, or nothing where it is not known which was used."""
    briefing = state.briefing
    if briefing is None:
        return ""
    here = [
        e.code for e in briefing.equipment if e.active and e.process == number and e.line == briefing.line
    ]
    return here[0] if len(here) == 1 else ""


def printer(state: State) -> str:
    """Return the printer of serial labels at this station, or nothing where none is known."""
    printers = state.briefing.printers if state.briefing else []
    fit = [
        p.code
        for p in printers
        if p.active and LabelKind.SERIAL in p.kinds and p.station in {None, state.station}
    ]
    return next(iter(fit), "")


def stations_of(state: State, number: int | None) -> list[str]:
    """Return the codes of the stations of this line where a process is done."""
    known = state.briefing.stations if state.briefing else []
    return [station.code for station in known if number in station.processes]


def process_name(state: State, number: int, language: Locale) -> str:
    process = process_of(state, number)
    if process is None:
        return ""
    return process.name_ko if language is Locale.KOREAN else process.name_en


def defect_name(defect: DefectCodeView, language: Locale) -> str:
    return defect.name_ko if language is Locale.KOREAN else defect.name_en


def local(state: State, instant: datetime) -> datetime:
    """Return `instant` on the clock of the plant."""
    return instant.astimezone(_zone(state.briefing.timezone if state.briefing else _PLANT_TIME))


def day_of(state: State, instant: datetime) -> date:
    return local(state, instant).date()


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # the zone is not known on this machine
        return ZoneInfo(_PLANT_TIME)
