"""Reading a refusal: what every problem of the service has, whatever it is about."""

from typing import NamedTuple

import httpx

from neurohub.contract.problems import KINDS, MEDIA_TYPE, Code


class Refusal(NamedTuple):
    status: int
    code: str


def refused(answer: httpx.Response) -> Refusal:
    """Return status and code of a 4xx or 503 problem; fail when the answer is anything else."""
    assert 400 <= answer.status_code < 500 or answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["x-request-id"]
    problem = answer.json()
    code = Code(problem["code"])
    assert problem["type"] == f"/docs/problems#{code}"
    assert problem["title"] == KINDS[code].title
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    return Refusal(answer.status_code, code.value)
