"""Lines said in the operator's language: names of processes, fields and defects are looked up here, last of all."""

from typing import Any

from station.flow import plant
from station.flow.asks import nominal
from station.flow.state import Line, State
from station.text import known, say
from station.text.rig import REASONS


def said(state: State, line: Line) -> str:
    """Return `line` in the operator's language."""
    facts = {name: _fact(state, name, value) for name, value in line.facts.items()}
    return say(state.choices.language, line.key, **facts)


def word(state: State, key: str, **facts: Any) -> str:
    return said(state, Line(key, facts))


def named(state: State, key: str, otherwise: str) -> str:
    """Return the words of `key`, or a name as it is where a plant has its own."""
    return say(state.choices.language, key) if known(key) else otherwise


def field_name(state: State, name: str) -> str:
    """Return the words of a field, also of one at a test point that only the plant knows."""
    point, _, part = name.rpartition(".")
    if known(f"field.{name}") or not known(f"point.{part}"):
        return named(state, f"field.{name}", name)
    degc, mm = nominal(point)
    return say(
        state.choices.language, f"point.{part}" if degc else f"point.{part}.at", at=point, degc=degc, mm=mm
    )


def _fact(state: State, name: str, value: Any) -> Any:
    if isinstance(value, Line):
        return said(state, value)
    if name == "process":
        return f"{value} {plant.process_name(state, int(value), state.choices.language)}".strip()
    if name == "field":
        return field_name(state, str(value))
    if name == "reason" and (words := REASONS.get(value)) is not None:
        return words.sentence(state.choices.language)
    return _coded(state, value) if name == "said" else value


def _coded(state: State, value: Any) -> str:
    """Return the words for what a device or the service said, if it is one of their codes."""
    keys = (f"{room}.{value}" for room in ("problem", "device", "server", "label"))
    key = next((key for key in keys if known(key)), "")
    return say(state.choices.language, key, station="", said="", text="") if key else str(value)
