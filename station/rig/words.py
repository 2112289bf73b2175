"""A problem of a completion file in words: for the reason file, the checker and the operator."""

from collections.abc import Iterable

from station.rig.passing import Problem
from station.text.rig import REASONS


def said(problem: Problem, language: str) -> str:
    """Return one line: the field, what is wrong with it, what to do, and the detail."""
    words = REASONS[problem.reason]
    field = f"{problem.field}: " if problem.field else ""
    detail = f" ({problem.detail})" if problem.detail else ""
    return f"{field}{words.title(language)}. {words.sentence(language)}{detail}"


def details(problems: Iterable[Problem]) -> str:
    """Return fields and details alone, as a vendor's engineer wants them beside the reason."""
    return "; ".join(": ".join(filter(None, (problem.field, problem.detail))) for problem in problems)
