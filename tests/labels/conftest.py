"""Fixtures of the label tests: the renderer, started once."""

import pytest

from support import rendering


@pytest.fixture(scope="session")
def renderer(request):
    with rendering.running(request.config.cache.mkdir("zpl-renderer")) as found:
        yield found
