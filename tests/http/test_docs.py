"""The pages of the service: complete with the internet unplugged, and held to their own files by a policy."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx
import pytest

from neurohub.contract.problems import KINDS

PAGES = ["/docs", "/docs/problems"]


class References(HTMLParser):
    """Collects what a page loads, and scripts written into it (which the policy would block)."""

    def __init__(self, page):
        super().__init__()
        self.loaded = []
        self.inline = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "script" and "src" not in given:
            self.inline.append(given)
        if tag in {"script", "img", "iframe", "source"} or tag == "link":
            self.loaded += [value for name, value in attrs if name in {"src", "href"}]


@pytest.mark.parametrize("path", PAGES)
def test_page_loads_its_own_files_alone(base, path):
    answer = httpx.get(base + path)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    found = References(answer.text)
    assert found.inline == []
    for reference in found.loaded:
        if reference.startswith("data:"):
            continue
        assert urljoin(base, reference).startswith(f"{base}/docs/")
        assert httpx.get(urljoin(base, reference)).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_page_is_held_to_its_own_files_by_a_policy(base, path):
    policy = httpx.get(base + path).headers["content-security-policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["default-src"] == "'self'"
    assert "script-src" not in directives
    assert directives["frame-ancestors"] == "'none'"
    assert not re.search(r"https?:|\*", policy)


def test_styles_load_nothing_from_elsewhere(base):
    css = httpx.get(f"{base}/docs/assets/swagger-ui.css").text
    urls = re.findall(r"url\(\s*[\"']?([^\"')]+)", css)
    assert [url for url in urls if not url.startswith("data:")] == []
    assert "@import" not in css


def test_docs_read_the_document_of_this_service(base):
    assert 'url: "/schema/openapi.json"' in httpx.get(f"{base}/docs/assets/start.js").text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("start.js", "text/javascript; charset=utf-8"),
        ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("swagger-ui.css", "text/css; charset=utf-8"),
    ],
)
def test_assets_say_what_they_are(base, name, kind):
    answer = httpx.get(f"{base}/docs/assets/{name}")
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_type_of_every_problem_is_a_place_on_the_page(base):
    page = httpx.get(f"{base}/docs/problems").text
    assert set(re.findall(r'id="([A-Z_]+)"', page)) == {code.value for code in KINDS}
