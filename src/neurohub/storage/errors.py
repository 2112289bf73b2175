"""Database errors as problems: the one place where an SQLSTATE or a constraint becomes a code.

Functions in SQL refuse with SQLSTATE `NH001`, the code as message and the facts as JSON detail.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors as pg
from psycopg_pool import PoolTimeout, TooManyRequests

from neurohub.contract.problems import Code, Problem, ProblemError

REFUSED: Final = "NH001"

# Constraints a client's input can meet, with code and sentence; `{}` is the value that met it. Every other
# constraint guards our own code: a test names them all, so that none is forgotten.
CONSTRAINTS: Final[dict[str, tuple[Code, str]]] = {
    "line_pkey": (Code.CONFLICT, "There is already a line {}"),
    "model_pkey": (Code.CONFLICT, "There is already a model {}"),
    "equipment_pkey": (Code.CONFLICT, "There is already equipment {}"),
    "printer_pkey": (Code.CONFLICT, "There is already a printer {}"),
    "station_pkey": (Code.CONFLICT, "There is already a station {}"),
    "person_pkey": (Code.CONFLICT, "There is already a user {}"),
    "defect_code_is_unique_per_process": (Code.CONFLICT, "There is already a defect code of process {}"),
    "firmware_version_is_unique_per_model": (Code.CONFLICT, "There is already a firmware {}"),
    "station_line_fkey": (Code.NOT_FOUND, "There is no line {}"),
    "person_line_fkey": (Code.NOT_FOUND, "There is no line {}"),
    "equipment_line_fkey": (Code.NOT_FOUND, "There is no line {}"),
    "equipment_process_fkey": (Code.NOT_FOUND, "There is no process {}"),
    "printer_line_fkey": (Code.NOT_FOUND, "There is no line {}"),
    "printer_station_fkey": (Code.NOT_FOUND, "There is no station {}"),
    "route_model_fkey": (Code.NOT_FOUND, "There is no model {}"),
    "limit_set_model_fkey": (Code.NOT_FOUND, "There is no model {}"),
    "line_code_is_country_and_two_digits": (Code.INVALID_REQUEST, "A line is two letters and two digits"),
    "model_code_is_three_letters": (Code.INVALID_REQUEST, "A model is three capital letters"),
    "person_username_form": (Code.INVALID_REQUEST, "This is not a username"),
    "person_badge_is_held_once": (Code.CONFLICT, "Somebody else who is active holds this badge"),
    "person_worker_has_a_line": (Code.INVALID_REQUEST, "A worker needs a `line`"),
}
_VALUE: Final = re.compile(r"=\((.*)\)")  # of "Key (code)=(KR01) already exists", in any language

RETRY_AFTER_S: Final = 1
DatabaseError = psycopg.Error


class LostError(psycopg.OperationalError):
    """The connection is gone or does not answer; whether the statement was committed is not known."""


@contextmanager
def as_problems() -> Iterator[None]:
    """Turn what PostgreSQL or the pool refuses inside the block into a `ProblemError`."""
    try:
        yield
    except (PoolTimeout, TooManyRequests) as error:
        raise ProblemError(
            Code.OVERLOADED, "All database connections are busy; try again", retry_after_s=RETRY_AFTER_S
        ) from error
    except psycopg.Error as error:
        raise problem_of(error) from error


def problem_of(error: psycopg.Error) -> Exception:
    """Return the problem that answers `error`; an error that is a bug comes back as it is."""
    if error.sqlstate == REFUSED:
        facts = json.loads(error.diag.message_detail or "{}")
        detail = facts.pop("detail", "")
        return ProblemError(Code(error.diag.message_primary or ""), detail, **facts)
    if isinstance(error, pg.IntegrityError):
        return _met(error)
    if _is_unstorable_text(error):
        return ProblemError(Code.INVALID_REQUEST, "Text cannot hold the character NUL")
    if is_transient(error):
        return ProblemError(
            Code.DATABASE_UNAVAILABLE, "The database does not answer; try again", retry_after_s=RETRY_AFTER_S
        )
    return error


def as_problem(error: psycopg.Error) -> Problem:
    """Return the problem that answers `error`; a bug is raised as it is."""
    found = problem_of(error)
    if isinstance(found, ProblemError):
        return found.problem
    raise found from error


def is_unknown_outcome(error: Exception) -> bool:
    return isinstance(error, LostError)


def may_repeat(error: Exception) -> bool:
    """Tell whether the transaction only met another one: serialization, deadlock, lock not available."""
    return getattr(error, "sqlstate", None) in {"40001", "40P01", "55P03"}


def is_lost(error: psycopg.Error) -> bool:
    """Tell whether the connection is gone, with the outcome of its statement unknown, or leads to a standby now."""
    state = error.sqlstate
    if state is None:
        return isinstance(error, psycopg.OperationalError)
    return state.startswith("08") or state in {"57P01", "57P02", "57P03", "25006"}


def is_transient(error: Exception) -> bool:
    """A lost connection has no SQLSTATE; classes 08, 40, 53, 55P03, 57 pass by themselves."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        return isinstance(error, psycopg.OperationalError)
    return state[:2] in {"08", "40", "53", "57"} or state in {"55P03", "25006"}


def _is_unstorable_text(error: psycopg.Error) -> bool:
    """PostgreSQL has no NUL: psycopg refuses it without an SQLSTATE, the server inside JSON."""
    if error.sqlstate is None:
        return isinstance(error, psycopg.DataError)
    return isinstance(error, pg.UntranslatableCharacter | pg.CharacterNotInRepertoire)


def _met(error: pg.IntegrityError) -> Exception:
    """Return the problem of a constraint that an input met; the error itself where that is our bug."""
    if (known := CONSTRAINTS.get(error.diag.constraint_name or "")) is None:
        return error
    code, sentence = known
    value = _VALUE.search(error.diag.message_detail or "")
    return ProblemError(code, sentence.format(value[1] if value else "of this name"))
