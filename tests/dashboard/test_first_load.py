"""The first page with nothing in the browser's cache: how much comes over the wire, from where, and how soon."""

from support.dashboard import sign_in
from support.pages import settle

MOST_BYTES = 350 * 1024
MOST_MS = 3000  # the customer's; the dashboard's README has what a quiet machine shows


def test_first_page_is_small_and_all_of_it_is_ours(page, base):
    answers = []

    def keep(each):
        answers.append(each)

    page.on("requestfinished", keep)
    sign_in(page, "manager")
    settle(page)
    assert [each.url for each in answers if not each.url.startswith(f"{base}/")] == []
    files = [each for each in answers if "/api/" not in each.url]
    assert any(each.url.endswith(".js") for each in files)
    sent = sum(each.sizes()["responseBodySize"] for each in files)
    assert sent <= MOST_BYTES


def test_first_page_is_there_soon(page):
    page.goto("/")
    page.locator("input[name=password]").wait_for()
    assert page.evaluate("performance.now()") <= MOST_MS
