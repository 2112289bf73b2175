"""The one place where anything that goes wrong becomes `application/problem+json` (RFC 9457).

A `ProblemError` answers with its code; what Litestar refuses gets the code of its status; the rest is a bug:
logged with its trace, answered with an id and nothing of our internals.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.types import ExceptionHandlersMap

from neurohub.contract.problems import MEDIA_TYPE, Code, Problem, ProblemError

log = structlog.get_logger()

_BY_STATUS = {
    401: Code.NOT_AUTHENTICATED,
    403: Code.FORBIDDEN,
    404: Code.NOT_FOUND,
    413: Code.TOO_LARGE,
    429: Code.TOO_MANY_REQUESTS,
    503: Code.OVERLOADED,
}


def respond(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    """Return `problem` as a response, with `Retry-After` and `WWW-Authenticate` where they belong."""
    sent = headers_of(problem) | (headers or {})
    return Response(problem.body(), status_code=problem.http_status, media_type=MEDIA_TYPE, headers=sent)


def headers_of(problem: Problem) -> dict[str, str]:
    """Return the headers a problem comes with."""
    if problem.retry_after_s is not None or problem.http_status == 503:
        return {"Retry-After": str(problem.retry_after_s or 1)}
    if problem.http_status == 401:
        return {"WWW-Authenticate": "Bearer"}
    if problem.http_status == 416:
        return {"Content-Range": problem.facts["content_range"]}
    return {"Accept": problem.facts.get("accept", "application/json")} if problem.http_status == 415 else {}


def on_problem(_: Request[Any, Any, Any], error: ProblemError) -> Response[bytes]:
    return respond(error.problem)


def on_http_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer what Litestar itself refuses: routes, methods, bodies and parameters."""
    status = error.status_code
    if status >= 500 and status != 503:
        return on_bug(_, error)
    problem = Problem(_BY_STATUS.get(status, Code.INVALID_REQUEST), _sentence(error), status=status)
    return respond(problem, _kept_headers(error))


def _kept_headers(error: HTTPException) -> dict[str, str]:
    """Keep `Allow` and `Retry-After`; the edge serves HEAD wherever there is a GET, and no OPTIONS."""
    given = {name.lower(): value for name, value in (error.headers or {}).items()}
    kept = {"Retry-After": given["retry-after"]} if "retry-after" in given else {}
    if "allow" in given:
        served = set(given["allow"].split(", ")) - {"OPTIONS"}
        kept["Allow"] = ", ".join(sorted(served | {"HEAD"} if "GET" in served else served))
    return kept


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return respond(bug(request.scope, error))


def bug(scope: Mapping[str, Any], error: Exception) -> Problem:
    """Log `error` with its trace; return the problem that says where to ask."""
    request_id = scope.get("state", {}).get("request_id", "")
    log.error("request.failed", exc_info=error)
    detail = f"Something broke on our side; tell support this id: {request_id}"
    return Problem(Code.INTERNAL, detail, {"request_id": request_id})


def _sentence(error: HTTPException) -> str:
    """Return what is wrong, naming the field where the refusal is about the shape of the input."""
    if isinstance(error, NotAuthorizedException):
        return "Send a bearer token"
    extra = error.extra if isinstance(error.extra, list) else []
    parts = [(e.get("key", ""), e.get("message", "")) for e in extra if isinstance(e, dict)]
    if ("data", "'data'") in parts:
        return "Send a JSON body"
    reasons = [f"{key}: {message}".strip(": ") for key, message in parts]
    return "; ".join([error.detail.split(" for ")[0] if reasons else error.detail, *reasons])


HANDLERS: ExceptionHandlersMap = {
    ProblemError: on_problem,
    HTTPException: on_http_error,
    Exception: on_bug,
}
