"""Fixtures of the dashboard's tests: what was built, a service of their own that serves it, and one Chromium.

Those of the browser last for this folder only: while Playwright runs, no other test may start an event loop.
"""

import pytest

from deploy import build_dashboard
from support import browser, databases, service


@pytest.fixture(scope="package")
def built():
    """The folder of the built dashboard."""
    assert build_dashboard.is_current(), (
        "the dashboard's sources have changed: python deploy/build_dashboard.py"
    )
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
        assert complaints == []
