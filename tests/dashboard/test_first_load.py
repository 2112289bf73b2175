"""The first page with nothing in the browser's cache: how much comes over the wire, from where, and how soon."""

from support.dashboard import sign_in
from support.pages import settle

MOST_BYTES = 350 * 1024
MOST_MS = 3000  # the customer's; the dashboard's README has what a quiet machine shows


def test_first_page_is_small_and_all_of_it_is_ours(page, base):
    answers = {}

    def keep(answer):
        answers[answer.url] = int(answer.headers.get("content-length", 0))

    page.on("response", keep)
    sign_in(page, "manager")
    settle(page)
    assert [url for url in answers if not url.startswith(f"{base}/")] == []
    files = {url: size for url, size in answers.items() if "/api/" not in url}
    assert any(url.endswith(".js") and size > 10_000 for url, size in files.items())
    assert sum(files.values()) <= MOST_BYTES


def test_first_page_is_there_soon(page):
    page.goto("/")
    page.locator("input[name=password]").wait_for()
    assert page.evaluate("performance.now()") <= MOST_MS
