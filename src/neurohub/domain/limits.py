"""Limits a completion is judged against: versioned data, one set per model, changed by an admin.

Source of the standard values: the plant's route table.
"""

from collections.abc import Container, Iterator
from typing import Annotated, Final

from msgspec import Meta, Struct

from neurohub.contract import forms
from neurohub.contract.stations import BriefedLimit

Number = Annotated[float, Meta(ge=-1e6, le=1e6)]


class Range(Struct, frozen=True, forbid_unknown_fields=True):
    """Closed range `low..high`."""

    low: Number
    high: Number

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) is above high ({self.high})")

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


class Target(Struct, frozen=True, forbid_unknown_fields=True):
    """A target with a symmetric tolerance, in kgf."""

    target: Number
    tolerance: Annotated[float, Meta(ge=0, le=1e6)]

    def range(self) -> Range:
        """Return the closed range, rounded so that 12.8 + 1.0 is 13.8 and not 13.800000000000001."""
        return Range(round(self.target - self.tolerance, 9), round(self.target + self.tolerance, 9))


class Limits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Limits of one model. The plausible ranges refuse what no healthy rig can have measured."""

    measured_temp_degc: Range
    test_points: Annotated[
        dict[Annotated[str, forms.of(forms.whole(r"[A-Z0-9_]{1,40}"), "1..40 of A-Z 0-9 _")], Target],
        Meta(min_length=1),
    ]
    plausible_temperature_degc: Range = Range(20.0, 80.0)
    plausible_displacement_mm: Range = Range(0.0, 250.0)
    plausible_force_kgf: Range = Range(0.0, 30.0)


STANDARD: Final = Limits(
    measured_temp_degc=Range(59.0, 61.0),
    test_points={
        "T38_P170": Target(12.8, 1.0),
        "T50_P180": Target(14.5, 1.0),
        "T52_P200": Target(16.0, 1.0),
    },
)


def told(model: str, limits: Limits, processes: Container[int]) -> Iterator[BriefedLimit]:
    """Yield what a station of `processes` is told of the limits of `model`: the same ranges that judge."""
    named = {(3, "temp_sensor.measured_temp", "degC"): limits.measured_temp_degc}
    named |= {(6, f"{point}.measured_force", "kgf"): at.range() for point, at in limits.test_points.items()}
    for (process, name, unit), within in named.items():
        if process in processes:
            low, high = within.low, within.high
            yield BriefedLimit(model=model, process=process, name=name, unit=unit, low=low, high=high)
