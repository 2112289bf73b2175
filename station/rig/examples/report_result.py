"""Report a result to NeuroHub from Python: copy this file, nothing else is needed (Python 3.7 or newer).

`report(folder, "WIP-KR01PSA2511001-001", 3, "PASS", {"temp_sensor": {"measured_temp": 60.2}, ...})`
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any


def report(
    folder: Path,
    unit: str,
    process: int,
    result: str,
    process_data: dict[str, Any],
    defect: dict[str, str] | None = None,
) -> Path:
    """Write one result into the station's folder, whole or not at all, and return the file's path."""
    completed_at = datetime.now().astimezone().replace(microsecond=0)
    content: dict[str, Any] = {
        "unit": unit,
        "process": f"PROC-{process:03d}",
        "result": result,
        "completed_at": completed_at.isoformat(),
        "process_data": process_data,
    }
    if defect is not None:
        content["defect"] = defect
    # NaN is no JSON: this line raises ValueError rather than write it.
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2)
    path = folder / "pending" / f"{unit}_PROC-{process:03d}_{completed_at:%Y%m%d%H%M%S}.json"
    unfinished = path.with_name(path.name + ".tmp")  # the station leaves .tmp alone
    with unfinished.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())  # on the disk before it has its name
    unfinished.rename(path)
    return path


if __name__ == "__main__":
    print(
        report(
            Path(sys.argv[1]),
            "WIP-KR01PSA2511001-001",
            3,
            "PASS",
            {"temp_sensor": {"measured_temp": 60.2}, "tof_sensor": {"i2c_communication": True}},
        )
    )
