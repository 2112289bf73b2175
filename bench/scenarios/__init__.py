"""The scenarios by name. To add one: a file here, its limits in `slo`, a row in the README."""

from typing import Final

from bench.scenarios import (
    dashboard_poll,
    held_rate,
    hot_unit,
    normal_hour,
    overload,
    reads,
    reconnect_storm,
    rig_folder,
    saturation,
    shift_start,
    soak,
    spike,
    step_load,
)
from bench.scenarios.shape import Scenario

SCENARIOS: Final[dict[str, Scenario]] = {
    module.SCENARIO.name: module.SCENARIO
    for module in (
        normal_hour,
        shift_start,
        dashboard_poll,
        rig_folder,
        spike,
        step_load,
        soak,
        reconnect_storm,
        hot_unit,
        overload,
        saturation,
        held_rate,
        reads,
    )
}
