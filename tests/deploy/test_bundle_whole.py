"""The bundle as it goes to a plant: made twice the same, installed where there is no network, and served from."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile

import httpx
import psycopg
import pytest

from support import bundles
from support.service import SECRET_KEY, free_port

import install  # isort: skip (a script of the bundle)

# A name space without a single network, where we may make one: not even a route to a mirror.
ALONE = ["unshare", "--net"] if sys.platform == "linux" and os.geteuid() == 0 else []


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return bundles.signing_key(tmp_path_factory.mktemp("key"))


@pytest.fixture(scope="module")
def made(key, tmp_path_factory):
    """The bundle's file, and another one made of the same tree."""
    found = []
    for name in ("one", "two"):
        out = tmp_path_factory.mktemp(name)
        command = [sys.executable, bundles.ONPREM / "bundle.py", "--out", out, "--key", key[0]]
        subprocess.run(command, check=True, capture_output=True)
        found += out.glob("*.tar")
    return found


@pytest.fixture
def empty_database_url(servers_url):
    with psycopg.connect(servers_url.database_url, autocommit=True) as connection:
        connection.execute("drop database if exists plant")
        connection.execute("create database plant")
    yield servers_url.database_url.replace("/postgres?", "/plant?")
    with psycopg.connect(servers_url.database_url, autocommit=True) as connection:
        connection.execute("drop database plant with (force)")


@pytest.mark.long
def test_the_same_tree_gives_the_same_bytes(made):
    one, two = (hashlib.sha256(path.read_bytes()).hexdigest() for path in made)
    assert one == two


@pytest.mark.long
def test_there_is_a_wheel_for_an_older_patch_of_python_too(made):
    lock = (bundles.ROOT / "requirements.txt").read_text()
    asked = re.findall(r"^(\S+)==\S+ ; python_full_version", lock, re.MULTILINE)
    with tarfile.open(made[0]) as tar:
        wheels = {
            name.rpartition("/")[2].partition("-")[0] for name in tar.getnames() if name.endswith(".whl")
        }
    assert {name.replace("-", "_") for name in asked} <= wheels


@pytest.mark.long
def test_a_plant_without_network_is_served_from_the_bundle(
    made, key, empty_database_url, servers_url, tmp_path
):
    with tarfile.open(made[0]) as tar:
        tar.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.glob("neurohub-*")
    root = tmp_path / "machine"
    settings = root / "etc/neurohub/neurohub.env"
    settings.parent.mkdir(parents=True)
    told = {"DATABASE_URL": empty_database_url, "REDIS_URL": servers_url.redis_url, "SECRET_KEY": SECRET_KEY}
    settings.write_text("".join(f"{name}={text}\n" for name, text in told.items()))
    command = [*ALONE, sys.executable, folder / "install.py", "install", "--root", root, "--signers", key[1]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    current, port = root / "opt/neurohub/current", free_port()
    more = {
        "API_PORT": str(port),
        "METRICS_PORT": "0",
        "NEUROHUB_WORKERS": "1",
        "FIRMWARE_DIR": str(tmp_path),
    }
    environment = {"PATH": "/usr/bin:/bin", **told, **more}
    with subprocess.Popen([current / "venv/bin/neurohub", "serve"], env=environment) as process:
        try:
            install.wait_until_healthy(f"http://127.0.0.1:{port}/health")
            base = f"http://127.0.0.1:{port}"
            version = json.loads((current / "release.json").read_text())["version"]
            assert httpx.get(f"{base}/health").json()["version"] == version
            page = httpx.get(base, headers={"Accept": "text/html"})
            assert (page.status_code, "/assets/" in page.text) == (200, True)
            assert list((current / "dashboard" / "assets").glob("*.js"))
        finally:
            process.terminate()
