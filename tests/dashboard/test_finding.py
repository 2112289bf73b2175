"""Finding a product by its serial or a part that is in it, and following a unit on its way."""

from playwright.sync_api import expect

from support.dashboard import sign_in


def test_unit_is_followed_through_the_processes(page, floor, ko):
    code = floor.unit(passed=2)
    sign_in(page, "viewer", f"/units/{code}")
    expect(page.get_by_text(ko("process.2")).first).to_be_visible()
    floor.through(code, 3)
    page.reload()
    expect(page.get_by_text(ko("process.3")).first).to_be_visible()
    expect(page.get_by_text("ST-03").first).to_be_visible()


def test_product_is_found_by_its_serial(page, floor):
    code = floor.unit(passed=7)
    serial = floor.get(f"/units/{code}").json()["serial_number"]
    sign_in(page, "viewer")
    page.keyboard.press("/")
    page.keyboard.type(serial.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_text(code).first).to_be_visible()


def test_recall_list_names_every_unit_that_holds_a_part(page, floor):
    code = floor.unit(passed=2)
    step = floor.get(f"/units/{code}/trace").json()["steps"][1]
    sign_in(page, "viewer", f"/search?q={min(step['components'].values())}")
    expect(page.get_by_text(code).first).to_be_visible()
