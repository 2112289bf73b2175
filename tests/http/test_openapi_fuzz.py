"""schemathesis against a service of its own: whatever the document allows or forbids to send, no answer is a
5xx, and each has a documented status, type and shape.
"""

import os
import subprocess
import sys

import httpx
import pytest

from support import service
from support.floor import Floor

# Not asked: that what fits the schema is accepted (a made-up cursor, barcode or second use of a key is not), and
# that a batch is refused for one bad event (only that event is). The firmware of the test plant is on record alone:
# that it has no image is told with a 503.
CONFIGURATION = """
[checks]
positive_data_acceptance.enabled = false

[[operations]]
include-operation-id = "events"
checks.negative_data_rejection.enabled = false

[[operations]]
include-operation-id = "download_firmware"
checks.not_a_server_error.enabled = false
"""


@pytest.fixture
def own_base(fresh_database_url, servers_url):
    """A service that may be wrecked: an admin's random requests deactivate lines and stations."""
    with service.running(fresh_database_url, servers_url.redis_url, workers=1) as url:
        yield url


def fuzz(base, tmp_path, who, examples, phases):
    """Run schemathesis as `who`; return its report and whether it passed."""
    headers = ["-H", "Authorization: Bearer nobody"]  # with none, it would try to sign up by itself
    if who is not None:
        floor = Floor(base)
        floor.unit(passed=2)
        headers = ["-H", f"Authorization: {floor.headers(who)['Authorization']}"]
        floor.close()
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{base}/schema/openapi.json", *headers),
        *("--max-examples", str(examples), "--phases", phases),
        *("--exclude-operation-id", "logout", "--exclude-operation-id", "live_board"),  # a stream has no end
        *("--continue-on-failure", "--warnings", "off", "--no-color"),
        *("--generation-database", "none", "--request-timeout", "20"),
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


# The phase `coverage` sends the same requests whoever asks; those who may little are refused most of them.
@pytest.mark.parametrize(
    ("who", "examples", "phases"),
    [
        ("admin", 15, "examples,coverage,fuzzing"),
        ("ST-01", 4, "examples,fuzzing"),
        ("worker", 4, "examples,fuzzing"),
        (None, 2, "examples,fuzzing"),
    ],
)
def test_no_request_breaks_the_service_or_its_document(own_base, tmp_path, who, examples, phases):
    passed, report = fuzz(own_base, tmp_path, who, examples, phases)
    assert passed, report
    assert "Test cases:" in report
    assert httpx.get(f"{own_base}/health").status_code == 200


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("who", ["admin", "manager", "worker", "ST-01", None])
def test_no_request_breaks_the_service_in_a_long_run(own_base, tmp_path, who):
    passed, report = fuzz(own_base, tmp_path, who, 200, "examples,coverage,fuzzing,stateful")
    assert passed, report
