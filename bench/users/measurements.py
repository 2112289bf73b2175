"""What a completion reports, process by process, as a healthy rig or operator would. Pure but for its dice.

Who calls it: the operators, for every completion; the values are within the standard limits.
"""

import random
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from neurohub.contract import process_data as pd


class Facts(NamedTuple):
    """What the data of a completion is made from."""

    lot_number: str
    wip_id: str
    serial: str
    firmware: str
    dice: random.Random


def _laser_marking(f: Facts) -> pd.ProcessData:
    return pd.LaserMarking(lot_number_engraved=f.lot_number, marking_result="PASS")


def _lma_assembly(f: Facts) -> pd.ProcessData:
    return pd.LmaAssembly(
        sma_spring_lot=f"LD-SMA-{f.dice.randrange(200):03d}",
        busbar_lot=f"LD-BUS-{f.dice.randrange(200):03d}",
        assembly_time=round(f.dice.uniform(40, 70), 1),
        visual_inspection="PASS",
    )


def _sensor_test(f: Facts) -> pd.ProcessData:
    return pd.SensorTest(
        temp_sensor=pd.TempSensor(measured_temp=round(f.dice.uniform(59.2, 60.8), 2), target_temp=60.0),
        tof_sensor=pd.TofSensor(i2c_communication=True),
    )


def _firmware_upload(f: Facts) -> pd.ProcessData:
    return pd.FirmwareUpload(
        firmware_version=f.firmware, upload_result="SUCCESS", board_serial=f"LD-{f.wip_id[4:]}"
    )


def _robot_assembly(f: Facts) -> pd.ProcessData:
    return pd.RobotAssembly(
        assembly_time=round(f.dice.uniform(40, 70), 1),
        cable_connection="OK",
        final_visual_check="PASS",
        link_lot=f"LD-LNK-{f.dice.randrange(200):03d}",
    )


def _performance_test(f: Facts) -> pd.ProcessData:
    points = (("T38_P170", 38, 170, 12.8), ("T50_P180", 50, 180, 14.5), ("T52_P200", 52, 200, 16.0))
    return pd.PerformanceTest(
        test_results=[
            pd.TestPoint(
                test_point_id=name,
                temperature=float(degc),
                displacement=float(mm),
                measured_force=round(kgf + f.dice.uniform(-0.8, 0.8), 2),
            )
            for name, degc, mm, kgf in points
        ],
        test_duration_seconds=600,
    )


def _label_printing(f: Facts) -> pd.ProcessData:
    return pd.LabelPrinting(printer_id="PRINTER-07", label_printed=True, verified_code=f.serial)


def _packing(_: Facts) -> pd.ProcessData:
    return pd.PackingInspection(visual_defects=[], packaging_complete=True, final_result="PASS")


_MAKERS: Final[dict[int, Callable[[Facts], pd.ProcessData]]] = {
    1: _laser_marking,
    2: _lma_assembly,
    3: _sensor_test,
    4: _firmware_upload,
    5: _robot_assembly,
    6: _performance_test,
    7: _label_printing,
    8: _packing,
}


# What an operator calls a step that failed; process 1 knows no rework and is never failed here.
DEFECTS: Final = {
    2: "PART_DEFECT",
    3: "SENSOR_TOF_FAIL",
    4: "FIRMWARE_UPLOAD_FAIL",
    5: "ASSEMBLY_ERROR",
    6: "PERFORMANCE_FAIL",
    7: "LABEL_PRINT_FAIL",
    8: "APPEARANCE_DEFECT",
}


def passing(process: int, facts: Facts) -> dict[str, object]:
    """Return data with which a PASS of `process` is accepted."""
    data: dict[str, object] = msgspec.to_builtins(_MAKERS[process](facts))
    return data
