"""Fixtures of the dashboard's tests: what was built, a service of their own that serves it, and one Chromium.

Those of the browser end with this folder, which is a package for that: while Playwright runs, no other test may start
an event loop.
"""

import pytest

from deploy import build_dashboard
from support import browser, dashboard, databases, pages, service
from support.floor import Floor


@pytest.fixture(scope="package")
def built():
    """The folder of the built dashboard; set-up has built it, but for what was changed since."""
    assert build_dashboard.main([]) == 0
    return build_dashboard.BUILT


@pytest.fixture(scope="package")
def base(servers_url, built):
    with (
        databases.copy(servers_url.database_url) as database_url,
        service.running(database_url, servers_url.redis_url) as url,
    ):
        yield url


@pytest.fixture(scope="package")
def chromium():
    with browser.running() as found:
        yield found


@pytest.fixture
def page(chromium, base):
    """A page that nobody has signed in to; a complaint of the browser fails the test."""
    with browser.page(chromium, base) as (opened, complaints):
        yield opened
        assert dashboard.faults(complaints) == []


@pytest.fixture(scope="package")
def floor(base):
    made = Floor(base)
    yield made
    made.close()


@pytest.fixture(scope="package")
def facts(floor):
    """What the pages are about: see `support.pages`."""
    return pages.furnish(floor)


@pytest.fixture
def ko():
    return dashboard.Words("ko")


@pytest.fixture
def en():
    return dashboard.Words("en")
