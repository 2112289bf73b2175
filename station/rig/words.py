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


def table(language: str) -> list[str]:
    """Return all reasons as the lines of a Markdown table."""
    heads = {"en": ("reason", "what it means and what to do"), "ko": ("이유", "뜻과 할 일")}[language]
    rows = [
        (f"`{key}`", f"{words.title(language)}. {words.sentence(language)}") for key, words in REASONS.items()
    ]
    return [f"| {left} | {right} |" for left, right in (heads, ("---", "---"), *rows)]


def details(problems: Iterable[Problem]) -> str:
    """Return fields and details alone, as a vendor's engineer wants them beside the reason."""
    return "; ".join(": ".join(filter(None, (problem.field, problem.detail))) for problem in problems)
