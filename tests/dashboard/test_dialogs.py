"""Every question the dashboard asks, in both themes: WCAG 2.2 AA by axe, nothing sticks out. And pages on a tablet."""

import pytest

from support import browser
from support.dashboard import choose, faults, sign_in
from support.pages import PAGES, overflow, settle, violations

pytestmark = pytest.mark.long

# where -> the button that asks; facts of the button's name are left to the pattern
ASKED = [
    ("lots", "lots.create"),
    ("lot", "lots.print"),
    ("lot", "lots.close"),
    ("defects", "defects.decide_on"),
    ("stations", "stations.add"),
    ("stations", "stations.change"),
    ("equipment", "equipment.add"),
    ("equipment", "equipment.change"),
    ("firmware", "firmware.release"),
    ("route", "route.change"),
    ("route", "route.limits_change"),
    ("people", "people.add"),
    ("people", "people.change"),
]


@pytest.fixture(scope="module", params=["light", "dark"])
def shown(request, chromium, base, facts):
    with browser.page(chromium, base) as (page, complaints):
        choose(page, "ko", request.param)
        sign_in(page, "admin")
        yield page
        assert faults(complaints) == []


@pytest.mark.parametrize(("name", "key"), ASKED)
def test_question_can_be_answered_by_everybody(shown, facts, ko, name, key):
    shown.goto(PAGES[name].format(**facts))
    settle(shown)
    shown.get_by_role("button", name=ko.about_anything(key)).first.click()
    shown.get_by_role("dialog").wait_for()
    assert overflow(shown) == []
    assert violations(shown) == []


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"kiosk"}))  # that one is for a big screen
def test_page_fits_a_tablet(chromium, base, facts, name):
    tablet = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
    with browser.page(chromium, base, **tablet) as (page, _):
        choose(page, "en")
        sign_in(page, "admin")
        page.goto(PAGES[name].format(**facts))
        settle(page)
        assert [said for said in overflow(page) if "table-frame" not in said] == []  # a table may be scrolled
