"""What each process asks the operator for when it is completed by hand: data, in the order of the work.

Names are those the service uses for the same thing in its refusals. What a rig or a scan brings is asked for
here too: a rig may be away. Limits are not here; the service judges.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from station.screen import FieldKind


class Scan(StrEnum):
    """What a scan may put into a field: a component lot, the unit's own LOT, its serial, any text."""

    COMPONENT = "component"
    LOT = "lot"
    SERIAL = "serial"
    TEXT = "text"


class Ask(Struct, frozen=True, kw_only=True):
    """One field. `good`: what a PASS says where the operator says nothing; a choice must be it for a PASS."""

    name: str
    kind: FieldKind = FieldKind.TEXT
    unit: str = ""
    good: str = ""
    choices: tuple[str, ...] = ()
    required: bool = True
    scan: Scan | None = None
    shown: bool = True


def _verdict(name: str, good: str = "PASS", bad: str = "FAIL") -> Ask:
    return Ask(name=name, kind=FieldKind.CHOICE, good=good, choices=(good, bad))


def _flaw(kind: str) -> Ask:
    severities = ("none", "minor", "major", "critical")
    return Ask(name=f"visual_defects.{kind}", kind=FieldKind.CHOICE, good="none", choices=severities)


def nominal(point: str) -> tuple[str, str]:
    """Return temperature and displacement that a test point is named after; empty where its name does not say."""
    named = _NOMINAL.fullmatch(point)
    return (named[1], named[2]) if named else ("", "")


def _point(point: str) -> tuple[Ask, ...]:
    number, (temperature, displacement) = FieldKind.NUMBER, nominal(point)
    return (
        Ask(name=f"{point}.measured_force", kind=number, unit="kgf"),
        Ask(name=f"{point}.temperature", kind=number, unit="degC", good=temperature),
        Ask(name=f"{point}.displacement", kind=number, unit="mm", good=displacement),
    )


_NOMINAL: Final = re.compile(r"T([0-9]{1,3})_P([0-9]{1,3})", re.ASCII)
POINTS: Final = ("T38_P170", "T50_P180", "T52_P200")  # where the plant has not told its own
FLAWS: Final = ("scratch", "dirt", "dent", "other")
_MINUTES: Final = Ask(name="assembly_time", kind=FieldKind.NUMBER, unit="min")
_DURATION: Final = Ask(
    name="test_duration_seconds", kind=FieldKind.NUMBER, unit="s", required=False, shown=False
)


def performance(points: Sequence[str]) -> tuple[Ask, ...]:
    """Return what process 6 asks for where these are the test points of the model."""
    return (*(ask for point in points for ask in _point(point)), _DURATION)


ASKS: Final[dict[int, tuple[Ask, ...]]] = {
    1: (Ask(name="lot_number_engraved", scan=Scan.LOT), _verdict("marking_result")),
    2: (
        Ask(name="sma_spring_lot", scan=Scan.COMPONENT),
        Ask(name="busbar_lot", scan=Scan.COMPONENT),
        _MINUTES,
        _verdict("visual_inspection"),
    ),
    3: (
        Ask(name="temp_sensor.measured_temp", kind=FieldKind.NUMBER, unit="degC"),
        Ask(name="tof_sensor.i2c_communication", kind=FieldKind.CHOICE, choices=("true", "false")),
    ),
    4: (
        Ask(name="board_serial", scan=Scan.TEXT),
        Ask(name="firmware_version"),
        _verdict("upload_result", "SUCCESS"),
    ),
    5: (
        Ask(name="link_lot", scan=Scan.COMPONENT, required=False),
        _MINUTES,
        _verdict("cable_connection", "OK"),
        _verdict("final_visual_check"),
    ),
    6: performance(POINTS),
    7: (
        Ask(name="verified_code", scan=Scan.SERIAL, shown=False),
        Ask(name="printer_id", shown=False),
        Ask(name="label_printed", kind=FieldKind.CHOICE, good="true", choices=("true", "false"), shown=False),
    ),
    8: (
        *(_flaw(kind) for kind in FLAWS),
        Ask(name="visual_defects.note", kind=FieldKind.REMARK, required=False),
        _verdict("packaging_complete", "true", "false"),
        _verdict("final_result"),
    ),
}
# A part whose lot names it goes into its field in whatever order it is scanned; others in the order above.
PREFIXES: Final = {"SMA": "sma_spring_lot", "BUS": "busbar_lot", "LINK": "link_lot", "LNK": "link_lot"}
# Every field is measured or scanned: nothing is left to say once the last one has come.
COMPLETES_ITSELF: Final = frozenset({6, 7})
# A FAIL whose defect the service derives from the measurements.
DERIVES_DEFECT: Final = frozenset({3, 6})
