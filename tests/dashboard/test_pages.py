"""Every page, in both languages and both themes: WCAG 2.2 AA by axe, and nothing sticks out at 1280 px."""

import pytest

from support import browser
from support.dashboard import LANGUAGES, choose, faults, sign_in
from support.pages import PAGES, furnish, overflow, settle, violations


@pytest.fixture(scope="package")
def facts(floor):
    return furnish(floor)


@pytest.fixture(scope="module", params=LANGUAGES)
def shown(request, chromium, base, facts):
    """A page of an admin, in one language."""
    with browser.page(chromium, base) as (opened, complaints):
        choose(opened, request.param)
        sign_in(opened, "admin")
        yield opened
        assert faults(complaints) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_and_can_be_used_by_everybody(shown, facts, name):
    shown.goto(PAGES[name].format(**facts))
    settle(shown)
    assert overflow(shown) == []
    assert violations(shown) == []
    shown.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert violations(shown, "color-contrast") == []


def test_sign_in_fits_and_can_be_used_by_everybody(page):
    page.goto("/")
    page.locator("input[name=password]").wait_for()
    assert overflow(page) == []
    assert violations(page) == []
