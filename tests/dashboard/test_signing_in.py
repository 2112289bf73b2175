"""Signing in to the dashboard, going on after a reload, and what each role gets to see."""

import re

from playwright.sync_api import expect

from support.dashboard import button, sign_in


def test_wrong_password_is_said_in_words(page, ko):
    page.goto("/")
    page.locator("input[name=username]").fill("manager")
    page.locator("input[name=password]").fill("not the password")
    button(page, ko("sign_in.enter")).click()
    expect(page.get_by_role("alert")).to_contain_text(ko("problem.BAD_CREDENTIALS.what"))
    expect(page.locator("input[name=username]")).to_have_value("manager")


def test_reload_goes_on_without_a_token_in_any_storage(page, ko):
    sign_in(page, "manager", "/defects")
    page.reload()
    expect(page.get_by_role("heading", name=ko("defects.title"))).to_be_visible()
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert not re.search(r"eyJ|token|refresh", kept)


def test_sign_out_ends_the_session_in_every_tab(page, ko):
    sign_in(page, "manager")
    other = page.context.new_page()
    other.goto("/lots")
    expect(other.locator("nav.menu")).to_be_visible()
    button(page, "Manager").click()
    page.get_by_role("menuitem", name=re.compile("^" + ko("account.sign_out", role=""))).click()
    expect(page.locator("input[name=password]")).to_be_visible()
    expect(other.locator("input[name=password]")).to_be_visible()


def test_role_decides_what_is_shown(page, ko):
    sign_in(page, "viewer")
    expect(page.get_by_role("link", name=ko("place.defects"))).to_be_visible()
    expect(page.get_by_role("link", name=ko("place.people"))).to_have_count(0)
    page.goto("/people")
    expect(page.get_by_text(ko("shell.not_for_role"))).to_be_visible()
    page.goto("/lots")
    expect(page.get_by_role("heading", name=ko("lots.title"), exact=True)).to_be_visible()
    expect(button(page, ko("lots.create"))).to_have_count(0)


def test_language_changes_at_once_and_stays(page, ko, en):
    sign_in(page, "manager", "/defects")
    expect(page.get_by_role("heading", name=ko("defects.title"))).to_be_visible()
    button(page, "Manager").click()
    page.get_by_role("menuitemradio", name=en("account.languages.en")).click()
    expect(page.get_by_role("heading", name=en("defects.title"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=en("defects.title"))).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
