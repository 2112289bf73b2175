"""Sign-ins of a generator: every credential of its plan once, refreshed at half of a token's life.

Who calls it: `generator`, `raw.generator`, `locustfile`.
"""

import time
from typing import Final

from msgspec import Struct

from bench.api import Api
from bench.plan import Key, Plan
from neurohub.contract.commands import Refresh
from neurohub.contract.sign_in import SignedIn

REFRESH_AT: Final = 0.5  # of the life of an access token


class Session(Struct):
    """`headers` are changed in place, so that who holds them has the newest token."""

    headers: dict[str, str]
    refresh_token: str
    refresh_at: float


def sign_in(plan: Plan) -> dict[str, Session]:
    """Sign every credential of the plan in; users of one desk or station share its token."""
    with Api(plan.host) as api:
        people = {key.name: _session(api.sign_in(key.name, key.secret)) for key in plan.managers}
        stations = {key.name: _session(api.sign_in_station(key.name, key.secret)) for key in _stations(plan)}
    return people | stations


def _stations(plan: Plan) -> list[Key]:
    at_work = [station for section in plan.sections for station in section.stations]
    return at_work + [queue.station for queue in plan.queues]


def refresh(host: str, sessions: dict[str, Session]) -> None:
    """Refresh the tokens whose half life is over."""
    due = [session for session in sessions.values() if time.monotonic() >= session.refresh_at]
    with Api(host) as api:
        for session in due:
            body = Refresh(refresh_token=session.refresh_token)
            fresh = _session(api.call("POST", "/api/v1/auth/refresh", body, SignedIn))
            session.headers.update(fresh.headers)
            session.refresh_token, session.refresh_at = fresh.refresh_token, fresh.refresh_at


def _session(answer: SignedIn) -> Session:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {answer.access_token}"}
    return Session(headers, answer.refresh_token or "", time.monotonic() + answer.expires_in * REFRESH_AT)
