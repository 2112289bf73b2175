"""Whether a service keeps the contract that is compared: asked before each measurement, of the peer as of the service.

Start and complete with authentication, validation, judgement, idempotency and the order of the route. Who calls
it: `measure`.
"""

from typing import Any

from uuid_utils.compat import uuid7

from bench.api import Api, RefusedError

START, COMPLETE = "/api/v1/process/start", "/api/v1/process/complete"
ENGRAVED = {"marking_result": "PASS"}


class ContractError(Exception):
    """The service answered otherwise than the contract says; a comparison would be of unlike things."""


def check(host: str, station: str, secret: str, operator: str, lot: str) -> None:
    """Walk a unit of `lot` into process 1 and out of it, with everything that has to be refused on the way."""
    unit, other = f"WIP-{lot}-002", f"WIP-{lot}-003"  # the first was walked when the plant was prepared
    begin = {"event_id": str(uuid7()), "unit": unit, "process": 1, "operator": operator}
    end = begin | {"event_id": str(uuid7()), "result": "PASS"}
    good, bad = ({**ENGRAVED, "lot_number_engraved": name} for name in (lot, "KR01XXX2511001"))
    with Api(host) as api:
        _refused(api, START, begin, {401})
        api.sign_in_station(station, secret)
        first = _accepted(api, START, begin, 201)
        if _accepted(api, START, begin, 201) != first:
            raise ContractError(f"{START}: a repeated event is not answered as the first time")
        _refused(api, START, begin | {"unit": other}, {422}, "EVENT_ID_REUSED")
        _refused(api, START, begin | {"event_id": str(uuid7())}, {409}, "ALREADY_STARTED")
        _refused(api, START, begin | {"event_id": str(uuid7()), "colour": "red"}, {400, 422})
        _refused(api, COMPLETE, end | {"process_data": bad}, {422}, "INVALID_PROCESS_DATA")
        _refused(api, COMPLETE, end | {"process_data": {}}, {422}, "INVALID_PROCESS_DATA")
        done = _accepted(api, COMPLETE, end | {"process_data": good}, 200)
        if done["unit"]["passed_process"] != 1 or done["result"] != "PASS":
            raise ContractError(f"{COMPLETE}: after a PASS the answer is {done}")
        if _accepted(api, COMPLETE, end | {"process_data": good}, 200) != done:
            raise ContractError(f"{COMPLETE}: a repeated event is not answered as the first time")
        again = {"event_id": str(uuid7()), "process_data": good}
        _refused(api, COMPLETE, end | again, {409}, "PROCESS_NOT_STARTED")
        _refused(api, START, begin | {"event_id": str(uuid7())}, {409}, "PROCESS_ALREADY_PASSED")


def _accepted(api: Api, path: str, body: dict[str, Any], status: int) -> dict[str, Any]:
    try:
        found: dict[str, Any] = api.call("POST", path, body, dict, expect=status)
    except RefusedError as refused:
        raise ContractError(f"{path} should be accepted with {status}: {refused}") from None
    return found


def _refused(api: Api, path: str, body: dict[str, Any], statuses: set[int], code: str = "") -> None:
    try:
        api.call("POST", path, body, dict, expect=0)
    except RefusedError as refused:
        if refused.status in statuses and code.encode() in refused.body:
            return
        raise ContractError(f"{path} should be refused with {code or statuses}: {refused}") from None
