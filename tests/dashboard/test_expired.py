"""A sign-in that expires while somebody works: they sign in over the page and go on where they were."""

import re

import pytest
from playwright.sync_api import expect

from support import browser
from support.dashboard import button, choose_option, sign_in
from support.databases import PASSWORD

pytestmark = pytest.mark.long

REFUSED = '{"code": "TOKEN_EXPIRED", "detail": "", "status": 401}'


@pytest.fixture
def refused_page(chromium, base):
    """A page that may complain: its requests are refused on purpose."""
    with browser.page(chromium, base) as (opened, _):
        yield opened


def test_what_was_typed_survives_an_expired_sign_in(refused_page, ko):
    page = refused_page
    sign_in(page, "manager", "/lots")
    button(page, ko("lots.create")).first.click()
    dialog = page.locator(".dialog")
    choose_option(page, ko("lots.line"), "KR01")
    choose_option(page, ko("lots.model"), "PSA")
    dialog.locator("input.field-input").fill("37")
    for path in ("**/api/v1/auth/refresh", "**/api/v1/lots"):
        page.route(
            path, lambda route: route.fulfill(status=401, content_type="application/json", body=REFUSED)
        )
    button(dialog, ko("lots.create")).click()
    expect(page.get_by_text(ko("sign_in.expired"))).to_be_visible()
    page.unroute_all()
    page.locator("input[name=username]").fill("manager")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text(ko("sign_in.expired"))).to_have_count(0)
    button(dialog, ko("lots.create")).click()
    expect(page).to_have_url(re.compile("/lots/KR01PSA"))
    expect(page.get_by_text("0 / 37")).to_be_visible()
