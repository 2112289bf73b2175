"""Database errors as problems: the one place where an SQLSTATE or a constraint becomes a code.

Functions in SQL refuse with SQLSTATE `NH001`, the code as message and the facts as JSON detail.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors as pg
from psycopg_pool import PoolTimeout, TooManyRequests

from neurohub.contract.problems import Code, Problem, ProblemError

REFUSED: Final = "NH001"

# Constraints a client's input can meet, with the code it gets. Every other constraint guards our own code:
# a test names them all, so that none is forgotten.
CONSTRAINT_CODES: Final[dict[str, Code]] = {
    "line_pkey": Code.CONFLICT,
    "model_pkey": Code.CONFLICT,
    "equipment_pkey": Code.CONFLICT,
    "printer_pkey": Code.CONFLICT,
    "station_pkey": Code.CONFLICT,
    "person_pkey": Code.CONFLICT,
    "defect_code_is_unique_per_process": Code.CONFLICT,
    "firmware_version_is_unique_per_model": Code.CONFLICT,
    "lot_counter_ends_at_999": Code.LOT_SEQUENCE_EXHAUSTED,
    "station_line_fkey": Code.NOT_FOUND,
    "person_line_fkey": Code.NOT_FOUND,
    "equipment_line_fkey": Code.NOT_FOUND,
    "equipment_process_fkey": Code.NOT_FOUND,
    "printer_line_fkey": Code.NOT_FOUND,
    "route_model_fkey": Code.NOT_FOUND,
    "limit_set_model_fkey": Code.NOT_FOUND,
    "line_code_is_country_and_two_digits": Code.INVALID_REQUEST,
    "model_code_is_three_letters": Code.INVALID_REQUEST,
    "person_username_form": Code.INVALID_REQUEST,
}

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
        code = CONSTRAINT_CODES.get(error.diag.constraint_name or "")
        return error if code is None else ProblemError(code, _sentence(error.diag.constraint_name or ""))
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


def is_lost(error: psycopg.OperationalError) -> bool:
    """Tell whether the connection is gone, with the outcome of its statement unknown."""
    state = error.sqlstate
    return state is None or state.startswith("08") or state in {"57P01", "57P02", "57P03"}


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


def _sentence(constraint: str) -> str:
    return constraint.replace("_", " ").removesuffix(" pkey").removesuffix(" fkey")
