"""The dashboard's files over HTTP: what is kept how long, what is compressed, and what never gets out."""

import gzip

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from neurohub.http import dashboard_pages
from neurohub.http.problems import HANDLERS

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
INDEX = '<!doctype html><script type="module" src="/assets/app-1a2b3c.js"></script>' + " " * 2000
SCRIPT = "export const answer = 42;\n" * 100


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What a build leaves behind, and beside it what must not get out."""
    made = tmp_path_factory.mktemp("built")
    (made / "secret.txt").write_text("not of the dashboard")
    files = made / "dashboard_files"
    (files / "assets").mkdir(parents=True)
    for name, text in {"index.html": INDEX, "assets/app-1a2b3c.js": SCRIPT}.items():
        (files / name).write_text(text)
        (files / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    (files / "mark.svg").write_text("<svg/>")
    (files / "sources.sha256").write_text("0")
    return files


def _client(folder):
    app = Litestar(dashboard_pages.routes(dashboard_pages.read_built(folder)), exception_handlers=HANDLERS)
    return TestClient(app)


@pytest.fixture(scope="module")
def pages(folder):
    with _client(folder) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/lots", "/units/WIP-KR01PSA2511001-001", "/equipment/EQ.1"])
def test_every_page_of_the_dashboard_is_the_same_file(pages, path):
    answer = pages.get(path, headers=BROWSER)
    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_page_allows_nothing_written_into_it_and_nothing_from_elsewhere(pages):
    policy = pages.get("/", headers=BROWSER).headers["content-security-policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["default-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_asset_is_kept_for_ever_and_sent_compressed(pages):
    answer = pages.get("/assets/app-1a2b3c.js")
    assert answer.text == SCRIPT
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(SCRIPT) / 4
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("accepted", ["identity", "br, gzip;q=0", "x-gzip-like"])
def test_who_takes_no_gzip_gets_the_file_itself(pages, accepted):
    answer = pages.get("/assets/app-1a2b3c.js", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.text == SCRIPT


def test_file_that_was_seen_is_not_sent_again(pages):
    first = pages.get("/mark.svg")
    again = pages.get("/mark.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e%5c%2e%2e%5csecret.txt",
        "/%2fsecret.txt",
        "/assets/app-1a2b3c.js.gz",
        "/sources.sha256",
    ],
)
def test_nothing_but_what_was_built_gets_out(pages, path):
    answer = pages.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_asset_of_an_older_build_is_a_problem_and_not_a_page(pages):
    answer = pages.get("/assets/app-000000.js", headers=BROWSER)
    assert answer.status_code == 404


def test_program_that_asks_in_vain_gets_a_problem(pages):
    answer = pages.get("/lots", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_without_a_build_the_page_says_what_to_do(tmp_path):
    with _client(tmp_path) as pages:
        answer = pages.get("/lots", headers=BROWSER)
    assert answer.status_code == 404
    assert "python3 deploy/bootstrap.py dashboard" in answer.text
    assert "content-security-policy" in answer.headers
