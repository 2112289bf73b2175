"""The dashboard as somebody uses it: its words, its pages, signing in, and what the browser finds fault with."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from support.databases import PASSWORD

FOLDER = Path(__file__).parents[2] / "src" / "dashboard"
LANGUAGES = ("ko", "en")
THEMES = ("light", "dark")
# Answers that the browser writes down as errors: nobody is signed in yet, and a search that asks in each form.
EXPECTED = re.compile(
    r"status of 401 .*/auth/(refresh|login)$|status of 40[04] .*/api/v1/(lots|units)/[^/]+$"
)


class Words:
    """What stands on the screen in one language: `words("lots.create")`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **facts: Any) -> str:
        return re.sub(r"\{(\w+)[^{}]*\}", lambda placed: str(facts[placed[1]]), self._said(key))

    def about_anything(self, key: str) -> re.Pattern[str]:
        """Return the pattern of what is said, whatever its facts are."""
        return re.compile("^" + re.sub(r"\{\w+[^{}]*\}", ".+", self._said(key)) + "$")

    def _said(self, key: str) -> str:
        area, _, rest = key.partition(".")
        found: Any = _area(self.language, area)
        for part in rest.split("."):
            found = found[part]
        return str(found)


@cache
def _area(language: str, area: str) -> Any:
    return json.loads((FOLDER / "text" / language / f"{area}.json").read_text(encoding="utf-8"))


def choose(page: Page, language: str = "ko", theme: str = "light") -> None:
    """Let a page come up in a language and a theme; before anything is opened."""
    kept = {"neurohub.language": language, "neurohub.theme": theme}
    page.add_init_script(
        f"for (const [k, v] of Object.entries({json.dumps(kept)})) localStorage.setItem(k, v)"
    )


def sign_in(page: Page, who: str, path: str = "/", password: str = PASSWORD) -> None:
    """Open `path` and sign in there."""
    page.goto(path)
    page.locator("input[name=username]").fill(who)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    expect(page.locator("nav.menu")).to_be_visible()


def button(within: Page | Locator, name: str) -> Locator:
    return within.get_by_role("button", name=name, exact=True)


def choose_option(page: Page, label: str, option: str) -> None:
    """Choose in a list that opens when it is pressed; `option` is how the entry begins."""
    page.get_by_role("button", name=re.compile(re.escape(label) + "$")).last.click()
    page.get_by_role("option", name=re.compile("^" + re.escape(option))).click()


def faults(complaints: list[str]) -> list[str]:
    """Return what a browser complained of that it should not have."""
    return [said for said in complaints if not EXPECTED.search(said)]
