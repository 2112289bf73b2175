"""The image and the compose file, judged without a Docker engine: hadolint, and Docker's own reading of the file."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.bundles import ONPREM, ROOT

IMAGE = ROOT / "deploy" / "image"
DOCKERFILE = (IMAGE / "Dockerfile").read_text()
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docker")
    shutil.copytree(ONPREM / "docker", folder, dirs_exist_ok=True)
    (folder / "neurohub.env").write_text("SECRET_KEY=of-the-plant\n")
    command = [BIN / "docker-compose", "-f", folder / "compose.yaml", "config", "--format", "json"]
    environment = {"NEUROHUB_VERSION": "0.1.0", "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


def test_hadolint_has_nothing_to_say():
    done = subprocess.run(
        [BIN / "hadolint", IMAGE / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_nobodys_and_asks_after_its_health():
    service = DOCKERFILE.partition(" AS service")[2]
    assert re.search(r"^USER 10001:10001$", service, re.MULTILINE)
    assert "HEALTHCHECK" in service
    assert "--no-index" in service
    assert "--require-hashes" in service
    assert "COPY" not in service  # nothing of the tree but what the bundle holds


def test_the_builder_sees_sources_and_no_secret():
    lines = (IMAGE / "Dockerfile.dockerignore").read_text().splitlines()
    assert "*" in lines  # nothing, but what is named after it
    assert [line[1:] for line in lines if line.startswith("!") and not list(ROOT.glob(line[1:]))] == []
    assert "**/.env*" in lines


def test_every_service_has_its_memory_and_none_may_gain_rights(services):
    megabytes = {name: int(each["mem_limit"]) >> 20 for name, each in services.items() if name != "migrate"}
    apps = [megabytes.pop(f"app{number}") for number in range(8)]
    assert apps == [512] * 8
    assert megabytes == {
        "front": 512,
        "database": 8192,
        "cache": 4096,
        "prometheus": 2048,
        "grafana": 512,
    }
    ours = [services[f"app{number}"] for number in range(8)]
    assert all(each["read_only"] and each["cap_drop"] == ["ALL"] for each in ours)
    assert all(each["security_opt"] == ["no-new-privileges:true"] for each in ours)


def test_the_plant_sees_the_front_and_grafana_alone(services):
    open_ports = {
        name: [port["published"] for port in each.get("ports", [])] for name, each in services.items()
    }
    assert {name: ports for name, ports in open_ports.items() if ports} == {
        "front": ["80", "443"],
        "grafana": ["3000"],
    }


def test_nginx_and_prometheus_know_every_instance(services):
    addresses = [services[f"app{number}"]["networks"]["plant"]["ipv4_address"] for number in range(8)]
    upstream = (ONPREM / "docker" / "upstream.conf").read_text()
    assert re.findall(r"server ([\d.]+):8000 ", upstream) == addresses
    targets = (ONPREM / "docker" / "targets.yml").read_text()
    assert re.findall(r"- (\S+):9464", targets) == [f"app{number}" for number in range(8)]


def test_no_instance_starts_before_the_database_is_of_this_release(services):
    assert services["migrate"]["command"] == ["neurohub", "migrate"]
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    for number in range(8):
        asked = services[f"app{number}"]["depends_on"]["migrate"]["condition"]
        assert asked == "service_completed_successfully"
