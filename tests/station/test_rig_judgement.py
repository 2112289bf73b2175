"""The rig's checker beside the service's judgement: it never refuses what the service would take.

And what only the service refuses is a matter of limits, which a rig does not know.
"""

import json
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from neurohub.contract.barcode import parse_unit
from neurohub.contract.commands import CompleteStep
from neurohub.contract.enums import Result
from neurohub.domain.judgement import judge
from neurohub.domain.limits import STANDARD
from station.rig import reading
from station.rig.example import encode, example
from station.rig.file import name_of, process_number

UNIT = "WIP-KR01PSA2511001-001"
NOW = datetime(2025, 11, 17, 9, 30, tzinfo=UTC)
EVENT_ID = UUID("019a8f60-0000-7000-8000-000000000001")
OF_LIMITS = ("is outside", "not plausible", "unknown test point")
VALUES = st.sampled_from(
    [
        0,
        -1,
        1e6,
        60.0,
        12.8,
        True,
        False,
        None,
        "",
        "PASS",
        "FAIL",
        "OK",
        "sp-1",
        "v1.2",
        " v1.2.3",
        [],
        {},
        [{}],
        "ㄱ",
    ]
)


@settings(max_examples=500)
@given(data=st.data(), process=st.integers(1, 8), result=st.sampled_from(Result))
def test_checker_and_service_agree_on_all_but_limits(data, process, result):
    completion = example(process, UNIT, Result.PASS, NOW)
    content = json.loads(encode(completion))
    change(data, content["process_data"])
    content |= {"result": result.value, "defect": {"code": "X"} if result is Result.FAIL else None}
    found = reading.read(name_of(completion).text(), json.dumps(content).encode(), NOW)
    said = [problem.problem for problem in judged(content)]
    if found.problems:
        assert said
    else:
        assert [text for text in said if not any(words in text for words in OF_LIMITS)] == []


def change(data: st.DataObject, place: dict) -> None:
    """Leave a field out, or give it (or one within it) another value, a few times."""
    for _ in range(data.draw(st.integers(0, 2))):
        name = data.draw(st.sampled_from([*sorted(place), "other"]))
        inner = place.get(name)
        if isinstance(inner, list) and inner:
            inner = inner[0]
        if isinstance(inner, dict) and inner and data.draw(st.booleans()):
            inner[data.draw(st.sampled_from(sorted(inner)))] = data.draw(VALUES)
        elif data.draw(st.booleans()):
            place.pop(name, None)
        else:
            place[name] = data.draw(VALUES)


def judged(content: dict) -> list:
    """Return what the service would say of the same result."""
    event = CompleteStep(
        event_id=EVENT_ID,
        unit=content["unit"],
        process=process_number(content["process"]),
        result=Result(content["result"]),
        process_data=content["process_data"],
    )
    return judge(event.process, parse_unit(event.unit), event.result, event.process_data, STANDARD).problems
