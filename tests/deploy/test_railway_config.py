"""Railway's file by what Railway documents of it, and its variables by what the service reads."""

import re
import tomllib

import pytest

from neurohub import settings
from support.bundles import ROOT

FOLDER = ROOT / "deploy" / "railway"
FILE = tomllib.loads((FOLDER / "railway.toml").read_text())
VARIABLES = dict(
    line.split("=", 1)
    for line in (FOLDER / "variables.env").read_text().splitlines()
    if line and not line.startswith("#")
)
# The documented keys and their types; a text where a number belongs ends a deployment before it begins.
KEYS = {
    "build": {
        "builder": {"RAILPACK", "DOCKERFILE"},
        "buildCommand": str,
        "dockerfilePath": str,
        "watchPatterns": list,
        "railpackVersion": str,
    },
    "deploy": {
        "startCommand": str,
        "preDeployCommand": list,
        "healthcheckPath": str,
        "healthcheckTimeout": int,
        "restartPolicyType": {"ON_FAILURE", "ALWAYS", "NEVER"},
        "restartPolicyMaxRetries": int,
        "numReplicas": int,
        "multiRegionConfig": dict,
        "cronSchedule": str,
        "sleepApplication": bool,
        "overlapSeconds": int,
        "drainingSeconds": int,
    },
}


@pytest.mark.parametrize("section", FILE)
def test_every_key_is_documented_and_of_its_type(section):
    for key, value in FILE[section].items():
        kind = KEYS[section][key]
        assert value in kind if isinstance(kind, set) else type(value) is kind, key


def test_the_image_is_where_it_says():
    assert (ROOT / FILE["build"]["dockerfilePath"]).is_file()
    assert [each for each in FILE["build"]["watchPatterns"] if not list(ROOT.glob(each))] == []


def test_the_service_reads_what_railway_will_give_it():
    given = {
        "${{Postgres.DATABASE_URL}}": "postgresql://postgres:x@postgres.railway.internal:5432/railway",
        "${{Redis.REDIS_URL}}": "redis://default:x@redis.railway.internal:6379",
        "${{PORT}}": VARIABLES["PORT"],
        "${{secret(64)}}": "s" * 64,
    }
    environment = {key: given.get(text, text) for key, text in VARIABLES.items()}
    assert not [text for text in environment.values() if "${{" in text]
    found = settings.read(environment)
    assert (found.workers, found.api_port, found.use_s3) == (4, int(VARIABLES["PORT"]), False)
    # Two deployments run while one takes over from the other, and the database there takes 100.
    assert 2 * found.workers * found.connections_per_worker <= 100 - 10


def test_a_release_ends_before_railway_kills_it():
    from neurohub.server import WORKERS_KILL_TIMEOUT_S

    assert FILE["deploy"]["drainingSeconds"] > WORKERS_KILL_TIMEOUT_S


def test_nothing_is_scaled_beside_a_volume():
    assert FILE["deploy"]["numReplicas"] == 1
    assert VARIABLES["FIRMWARE_DIR"].startswith("/app/data")
    assert re.search(r"USE_S3=true.*\b3\b", (FOLDER / "railway.toml").read_text(), re.DOTALL)
