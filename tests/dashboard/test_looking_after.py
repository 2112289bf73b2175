"""What an admin looks after: stations and their secrets, people, firmware, route, limits, maintenance."""

import re

import httpx
from playwright.sync_api import expect

from support.dashboard import button, choose_option, sign_in
from support.master import name
from support.pages import settle


def test_secret_of_a_new_station_is_shown_once_and_works(page, base, ko):
    code = name("ST")
    sign_in(page, "admin", "/stations")
    button(page, ko("stations.add")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name=ko("stations.code")).fill(code)
    dialog.get_by_role("textbox", name=ko("stations.name")).fill("3공정 예비 PC")
    choose_option(page, ko("lots.line"), "KR01")
    dialog.get_by_role("checkbox", name=ko("process.3")).check(force=True)
    button(dialog, ko("common.save")).click()
    secret = page.locator("code.secret").inner_text()
    button(page, ko("stations.secret_noted")).click()
    expect(page.get_by_role("row", name=re.compile(code))).to_be_visible()
    assert secret not in page.content()
    answer = httpx.post(f"{base}/api/v1/auth/station", json={"station": code, "secret": secret})
    assert answer.json()["station"]["processes"] == [3]


def test_person_who_was_added_can_sign_in(page, base, ko):
    username, password = name("u").lower(), "Trolley-12-moves"
    sign_in(page, "admin", "/people")
    button(page, ko("people.add")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name=ko("people.username")).fill(username)
    dialog.get_by_role("textbox", name=ko("people.name"), exact=True).fill("박서연")
    choose_option(page, ko("people.role"), ko("account.role.manager"))
    dialog.get_by_label(ko("people.password")).fill(password)
    button(dialog, ko("common.save")).click()
    expect(page.get_by_role("row", name=re.compile(username))).to_contain_text("박서연")
    answer = httpx.post(f"{base}/api/v1/auth/login", json={"username": username, "password": password})
    assert answer.json()["user"]["role"] == "manager"


def test_firmware_is_released_from_a_file(page, floor, ko):
    sign_in(page, "admin", "/firmware")
    button(page, ko("firmware.release")).click()
    dialog = page.get_by_role("dialog")
    choose_option(page, ko("lots.model"), "WFO")
    dialog.get_by_role("textbox", name=ko("firmware.version")).fill("v2.0.0")
    image = {"name": "wfo.bin", "mimeType": "application/octet-stream", "buffer": b"robot" * 1000}
    dialog.locator("input[type=file]").set_input_files(image)
    button(dialog, ko("firmware.release_now")).click()
    row = page.get_by_role("row", name=re.compile("v2.0.0"))
    expect(row).to_contain_text(ko("firmware.in_use"))
    with page.expect_download() as kept:
        button(row, ko("firmware.download", name="WFO-v2.0.0.bin")).click()
    assert kept.value.path().read_bytes() == image["buffer"]
    assert floor.get("/firmware/latest", "manager", model="WFO").json()["version"] == "v2.0.0"


def test_model_gets_a_time_of_its_own_and_follows_all_models_again(page, floor, ko):
    sign_in(page, "admin", "/route?model=WFO")
    row = page.get_by_role("row", name=re.compile("PROC-006"))
    button(row, ko("route.change", process=ko("process.6"))).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name=ko("route.standard_min")).fill("12")
    button(dialog, ko("common.save")).click()
    expect(row).to_contain_text(ko("route.own_of", model="WFO"))
    assert floor.get("/processes/6", "manager", model="WFO").json()["standard_s"] == 720
    button(row, ko("route.change", process=ko("process.6"))).click()
    button(dialog, ko("route.reset")).click()
    expect(row).to_contain_text(ko("route.as_all"))


def test_new_limits_are_a_new_version(page, floor, ko):
    sign_in(page, "admin", "/route?model=WFO")
    button(page, ko("route.limits_change")).click()
    dialog = page.get_by_role("dialog")
    temperature = dialog.get_by_role(
        "group", name=re.compile("^" + ko("route.limit_names.measured_temp_degc"))
    )
    temperature.get_by_role("textbox", name=ko("route.high")).fill("61.5")
    button(dialog, ko("route.limits_save")).click()
    expect(dialog).to_be_hidden()
    current = floor.get("/limits", "manager", model="WFO", current=True).json()["items"][0]
    assert current["limits"]["measured_temp_degc"] == {"low": 59.0, "high": 61.5}


def test_maintenance_done_gets_its_next_date(page, floor, ko):
    sign_in(page, "admin", "/equipment")
    button(page, ko("equipment.change", code="EQ-1")).click()
    page.get_by_label(ko("equipment.due")).last.fill("2027-03-01")
    button(page.get_by_role("dialog"), ko("common.save")).click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert floor.get("/equipment/EQ-1", "manager").json()["maintenance_due"] == "2027-03-01"


def test_manager_reads_and_changes_nothing_of_it(page, ko):
    sign_in(page, "manager")
    for path in ("/stations", "/equipment", "/firmware", "/route", "/people"):
        page.goto(path)
        settle(page)
        changing = re.compile(f"{ko('common.save')}|변경$|추가$|배포$|바꾸기$")
        expect(page.locator("main").get_by_role("button", name=changing)).to_have_count(0)


def test_label_that_nobody_wants_is_voided_before_it_prints(page, floor, ko):
    code = floor.unit()
    floor.post("/print-jobs", {"kind": "wip", "code": code})
    sign_in(page, "manager", "/stations")
    button(page, ko("jobs.void_of", code=code)).click()
    expect(page.get_by_role("row", name=re.compile(code))).to_contain_text(ko("jobs.statuses.void"))
