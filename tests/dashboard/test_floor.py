"""The dashboard while the floor works: LOTs, the line as it moves, defects, finding a product, the service away."""

import re
import time

import pytest
from playwright.sync_api import expect

from support import browser, relay
from support.dashboard import button, choose_option, faults, sign_in


def test_lot_is_made_and_its_units_with_it(page, floor, ko):
    sign_in(page, "manager", "/lots")
    button(page, ko("lots.create")).click()
    choose_option(page, ko("lots.line"), "KR01")
    choose_option(page, ko("lots.model"), "PSA")
    page.get_by_role("textbox", name=ko("lots.target")).fill("3")
    button(page.get_by_role("dialog"), ko("lots.create")).click()
    page.wait_for_url(re.compile(r"/lots/KR01PSA\d{7}"))
    number = page.url.rpartition("/")[2].partition("?")[0]
    button(page, ko("lots.generate")).click()
    button(page.get_by_role("dialog"), ko("lots.generate")).click()
    expect(page.get_by_text(f"WIP-{number}-003")).to_be_visible()
    lot = floor.get(f"/lots/{number}").json()
    assert (lot["unit_count"], lot["target_quantity"]) == (3, 3)


def test_change_on_the_floor_is_on_the_screen_within_a_second(page, floor, ko):
    code = floor.unit()
    sign_in(page, "manager")
    mark = page.get_by_role("img", name=re.compile("^" + ko("process.1")))
    expect(mark).to_be_visible()
    time.sleep(1.1)  # frames come a second apart at least: let the first one pass
    before = mark.get_attribute("aria-label")
    began = time.monotonic()
    assert floor.start(code, 1).status_code == 201
    expect(mark).not_to_have_attribute("aria-label", before)
    assert time.monotonic() - began < 2.5  # a second, on a machine that does nothing else


@pytest.mark.parametrize(("verdict", "status"), [("rework", "REWORK"), ("scrap", "SCRAPPED")])
def test_defect_is_decided_with_a_reason(page, floor, ko, verdict, status):
    code = floor.unit(passed=1)
    defect = {"code": "ASSEMBLY_ERROR", "description": "케이블이 느슨함"}
    floor.through(code, 2, "FAIL", defect=defect)
    sign_in(page, "manager", "/defects")
    row = page.get_by_role("row", name=re.compile(code))
    expect(row).to_contain_text("케이블이 느슨함")
    button(row, ko("defects.decide_on", unit=code)).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("^" + ko(f"defects.{verdict}"))).check(force=True)
    button(dialog, ko(f"defects.{verdict}_now")).click()
    assert floor.get(f"/units/{code}").json()["status"] == "DEFECTED"  # not without a reason
    dialog.get_by_role("textbox", name=ko("common.reason")).fill("다시 조립하면 됨")
    button(dialog, ko(f"defects.{verdict}_now")).click()
    expect(dialog).to_be_hidden()
    expect(row).to_have_count(0)
    assert floor.get(f"/units/{code}").json()["status"] == status


def test_service_away_is_said_and_nothing_typed_is_lost(chromium, base, floor, ko):
    with (
        relay.running(base) as wire,
        browser.page(chromium, wire.base) as (page, complaints),
    ):
        sign_in(page, "manager", "/lots")
        expect(page.get_by_text(ko("fresh.live"))).to_be_visible()
        button(page, ko("lots.create")).click()
        page.get_by_role("textbox", name=ko("lots.target")).fill("7")
        wire.cut()
        expect(page.locator(".stale")).to_be_visible(timeout=15_000)
        wire.mend()
        expect(page.locator(".stale")).to_have_count(0, timeout=20_000)
        assert page.get_by_role("textbox", name=ko("lots.target")).input_value() == "7"
        assert [said for said in faults(complaints) if "net::ERR" not in said] == []
