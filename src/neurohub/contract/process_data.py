"""What a completion carries, process by process, as the rig or the operator reports it.

Every field is optional here: which ones a PASS requires is judgement (`domain.judgement`), not shape.
"""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from neurohub.contract import forms

ComponentLot = Annotated[str, forms.of(forms.whole(r"[A-Z0-9\-]{1,40}"), "1..40 of A-Z 0-9 -")]
FirmwareVersion = Annotated[
    str,
    forms.of(forms.whole(r"v(0|[1-9][0-9]{0,4})(\.(0|[1-9][0-9]{0,4})){2}"), "a version, e.g. v1.2.3"),
]
Text = Annotated[str, Meta(min_length=1, max_length=80)]
PassFail = Literal["PASS", "FAIL"]
# Within what a double tells apart from its neighbours; no rig measures more.
Number = Annotated[int, Meta(ge=-(10**9), le=10**9)] | Annotated[float, Meta(ge=-1e9, le=1e9)]


class _Data(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class LaserMarking(_Data, frozen=True, kw_only=True):
    lot_number_engraved: Text | UnsetType = UNSET
    marking_result: PassFail | UnsetType = UNSET


class LmaAssembly(_Data, frozen=True, kw_only=True):
    sma_spring_lot: ComponentLot | UnsetType = UNSET
    busbar_lot: ComponentLot | UnsetType = UNSET
    assembly_time: Number | UnsetType = UNSET
    visual_inspection: PassFail | UnsetType = UNSET


class TempSensor(_Data, frozen=True, kw_only=True):
    measured_temp: Number
    target_temp: Number | UnsetType = UNSET
    tolerance: Number | UnsetType = UNSET
    result: PassFail | UnsetType = UNSET


class TofSensor(_Data, frozen=True, kw_only=True):
    i2c_communication: bool
    result: PassFail | UnsetType = UNSET


class SensorTest(_Data, frozen=True, kw_only=True):
    temp_sensor: TempSensor | UnsetType = UNSET
    tof_sensor: TofSensor | UnsetType = UNSET


class FirmwareUpload(_Data, frozen=True, kw_only=True):
    firmware_version: FirmwareVersion | UnsetType = UNSET
    upload_result: Literal["SUCCESS", "FAIL"] | UnsetType = UNSET
    board_serial: Text | UnsetType = UNSET


class RobotAssembly(_Data, frozen=True, kw_only=True):
    assembly_time: Number | UnsetType = UNSET
    cable_connection: Literal["OK", "FAIL"] | UnsetType = UNSET
    final_visual_check: PassFail | UnsetType = UNSET
    link_lot: ComponentLot | UnsetType = UNSET


class TestPoint(_Data, frozen=True, kw_only=True):
    """One point of the performance test: degC, mm, kgf."""

    test_point_id: Text
    temperature: Number
    displacement: Number
    measured_force: Number
    result: PassFail | UnsetType = UNSET


class PerformanceTest(_Data, frozen=True, kw_only=True):
    test_results: Annotated[list[TestPoint], Meta(min_length=1, max_length=50)] | UnsetType = UNSET
    test_duration_seconds: Number | UnsetType = UNSET


class LabelPrinting(_Data, frozen=True, kw_only=True):
    printer_id: Text | UnsetType = UNSET
    label_printed: bool | UnsetType = UNSET
    verified_code: Text | UnsetType = UNSET


class VisualDefect(_Data, frozen=True, kw_only=True):
    type: Literal["scratch", "dirt", "dent", "other"]
    severity: Literal["minor", "major", "critical"]
    note: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET


class PackingInspection(_Data, frozen=True, kw_only=True):
    visual_defects: Annotated[list[VisualDefect], Meta(max_length=50)] | UnsetType = UNSET
    packaging_complete: bool | UnsetType = UNSET
    final_result: PassFail | UnsetType = UNSET


ProcessData = (
    LaserMarking
    | LmaAssembly
    | SensorTest
    | FirmwareUpload
    | RobotAssembly
    | PerformanceTest
    | LabelPrinting
    | PackingInspection
)

BY_PROCESS: Final[dict[int, type[ProcessData]]] = {
    1: LaserMarking,
    2: LmaAssembly,
    3: SensorTest,
    4: FirmwareUpload,
    5: RobotAssembly,
    6: PerformanceTest,
    7: LabelPrinting,
    8: PackingInspection,
}
