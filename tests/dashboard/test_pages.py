"""Every page, in both languages and both themes: WCAG 2.2 AA by axe, and nothing sticks out at 1280 px."""

from contextlib import contextmanager

import pytest

from support import browser
from support.dashboard import LANGUAGES, choose, faults, sign_in
from support.pages import PAGES, overflow, settle, violations


@contextmanager
def _opened(chromium, base, language):
    """A page of an admin, in one language; a complaint of the browser is one of the test."""
    with browser.page(chromium, base) as (page, complaints):
        choose(page, language)
        sign_in(page, "admin")
        yield page
        assert faults(complaints) == []


@pytest.fixture(scope="module")
def korean(chromium, base, facts):
    with _opened(chromium, base, "ko") as page:
        yield page


@pytest.fixture(scope="module")
def english(chromium, base, facts):
    with _opened(chromium, base, "en") as page:
        yield page


@pytest.mark.parametrize("name", PAGES)
def test_page_can_be_used_by_everybody_in_both_themes(korean, facts, name):
    _go(korean, facts, name)
    assert violations(korean) == []
    korean.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert violations(korean, "color-contrast") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out(request, facts, name, language):
    page = request.getfixturevalue({"ko": "korean", "en": "english"}[language])
    _go(page, facts, name)
    assert overflow(page) == []


def _go(page, facts, name):
    path = PAGES[name].format(**facts)
    if not page.url.endswith(path):
        page.goto(path)
    settle(page)


def test_sign_in_fits_and_can_be_used_by_everybody(page):
    page.goto("/")
    page.locator("input[name=password]").wait_for()
    assert overflow(page) == []
    assert violations(page) == []
