"""What a healthy unit's stations report, process by process, with plausible scatter.

Who calls it: the demo's LOTs and the demo traffic.
"""

import random
from typing import Any, Final

from msgspec import Struct

FIRMWARE_VERSION: Final = "v1.0.0"
PRINTER: Final = "PRINTER-07"
FORCES_KGF: Final = {
    "T38_P170": (38.0, 170.0, 12.8),
    "T50_P180": (50.0, 180.0, 14.5),
    "T52_P200": (52.0, 200.0, 16.0),
}
DEFECTS: Final = {
    1: "MARKING_UNREADABLE",
    2: "ASSEMBLY_ERROR",
    3: "SENSOR_TEMP_FAIL",
    4: "FIRMWARE_COMM_ERROR",
    5: "APPEARANCE_DEFECT",
    6: "PERFORMANCE_FAIL",
    7: "LABEL_ATTACH_ERROR",
    8: "APPEARANCE_DEFECT",
}


class DemoUnit(Struct, frozen=True):
    """A unit by LOT and number in it; both its codes follow."""

    lot_number: str
    sequence: int

    @property
    def wip_id(self) -> str:
        return f"WIP-{self.lot_number}-{self.sequence:03d}"

    @property
    def serial_number(self) -> str:
        return f"{self.lot_number}{self.sequence:04d}"

    def code(self, process: int) -> str:
        """Return what is scanned at `process`: the serial once its label is on."""
        return self.serial_number if process == 8 else self.wip_id


def passing(unit: DemoUnit, process: int, draw: random.Random) -> dict[str, Any]:
    """Return the `process_data` of a PASS of `unit` at `process`."""
    match process:
        case 1:
            return {"lot_number_engraved": unit.lot_number, "marking_result": "PASS"}
        case 2:
            return _assembly(unit, draw)
        case 3:
            temp_degc = round(min(max(draw.gauss(60.0, 0.2), 59.1), 60.9), 2)
            return {"temp_sensor": {"measured_temp": temp_degc}, "tof_sensor": {"i2c_communication": True}}
        case 4:
            board = f"BRD-{unit.serial_number}"
            return {"firmware_version": FIRMWARE_VERSION, "upload_result": "SUCCESS", "board_serial": board}
        case 5:
            minutes = round(draw.uniform(48, 70), 1)
            link = f"LINK-{_batch(unit)}"
            return {
                "assembly_time": minutes,
                "cable_connection": "OK",
                "final_visual_check": "PASS",
                "link_lot": link,
            }
        case 6:
            return {
                "test_results": [_test_point(name, draw) for name in FORCES_KGF],
                "test_duration_seconds": 540,
            }
        case 7:
            return {"printer_id": PRINTER, "label_printed": True, "verified_code": unit.serial_number}
        case _:
            return {"visual_defects": [], "packaging_complete": True, "final_result": "PASS"}


def _assembly(unit: DemoUnit, draw: random.Random) -> dict[str, Any]:
    batch = _batch(unit)
    lots = {"sma_spring_lot": f"SMA-{batch}", "busbar_lot": f"BUS-{batch}"}
    return {**lots, "assembly_time": round(draw.uniform(50, 66), 1), "visual_inspection": "PASS"}


def _batch(unit: DemoUnit) -> str:
    """Return the component batch: a reel serves ten units."""
    return f"{unit.lot_number[7:11]}-{int(unit.lot_number[11:]):03d}{(unit.sequence - 1) // 10}"


def _test_point(name: str, draw: random.Random) -> dict[str, Any]:
    degc, mm, kgf = FORCES_KGF[name]
    force_kgf = round(min(max(draw.gauss(kgf, 0.25), kgf - 0.9), kgf + 0.9), 2)
    return {"test_point_id": name, "temperature": degc, "displacement": mm, "measured_force": force_kgf}
