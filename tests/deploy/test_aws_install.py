"""What an instance runs at its first boot, run here: into a folder, with Amazon's commands played, or for real."""

import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support import service
from support.terraform import FOLDER, at

ON_PREMISES_UNIT = FOLDER.parent / "onprem/root/etc/systemd/system/neurohub@.service"
PLAYED = {
    # s3 cp --quiet --region R s3://BUCKET/KEY TARGET, and ssm get-parameters-by-path ...
    "aws": 'case $1 in s3) cp "$PLAYED/${6##*/}" "$7";; ssm) cat "$PLAYED/parameters";; esac',
    "dnf": "",
    "useradd": "",
    "systemctl": "",
    "amazon-cloudwatch-agent-ctl": "",
}
PYTHON = """
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho pip "$@" >>"$PLAYED/said"\\n' >"$3/bin/python"
chmod +x "$3/bin/python"
"""  # python3.11 -m venv FOLDER
PARAMETERS = {
    "DATABASE_URL": "postgresql://neurohub:Aa1@db:5432/neurohub?sslmode=verify-full&sslrootcert=/etc/neurohub/database-ca.pem",
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "API_PORT": "8000",
}


class Machine:
    """A folder as the root of a machine, with what Amazon would have there played."""

    def __init__(self, folder: Path, *, plays_python: bool = True) -> None:
        self.root, self.played, self.bin = folder / "root", folder / "played", folder / "bin"
        for each in (
            self.root,
            self.played,
            self.bin,
            *(self.root / below for below in ("etc/systemd/system", "etc/logrotate.d")),
        ):
            each.mkdir(parents=True, exist_ok=True)
        for name, does in {**PLAYED, **({"python3.11": PYTHON} if plays_python else {})}.items():
            (self.bin / name).write_text(f'#!/bin/bash\necho {name} "$@" >>"$PLAYED/said"\n{does}\n')
            (self.bin / name).chmod(0o755)
        (self.played / "database-ca.pem").write_text("certificate")
        self.tell(PARAMETERS)

    def tell(self, parameters: dict[str, str]) -> None:
        lines = [f"/neurohub/prod/{name}\t{value}\n" for name, value in parameters.items()]
        (self.played / "parameters").write_text("".join(lines))

    def boot(self, bundle: Path, **other: str) -> subprocess.CompletedProcess[str]:
        (self.played / "bundle.tar").write_bytes(bundle.read_bytes())
        given = {
            "root": str(self.root),
            "region": "ap-northeast-2",
            "bucket": "install",
            "bundle": "bundle.tar",
            "bundle_sha256": sha256(bundle),
            "ca_sha256": sha256(self.played / "database-ca.pem"),
            "parameters": "/neurohub/prod",
            "log_group": "/neurohub/service",
        }
        script = rendered(given | other)
        path = f"{self.bin}:{os.environ['PATH']}"
        environment = {"PATH": path, "PLAYED": str(self.played), "HOME": str(self.root)}
        return subprocess.run(
            ["bash", "-c", script], env=environment, capture_output=True, text=True, check=False
        )

    def said(self) -> str:
        return (self.played / "said").read_text()

    def settings(self) -> dict[str, str]:
        lines = (self.root / "etc/neurohub/.env.aws").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rendered(given: dict[str, str]) -> str:
    """Return the script as Terraform's templatefile would: every name given is used, and none else is left."""
    text = (FOLDER / "install.sh.tftpl").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)\}", text)) == set(given)
    return re.sub(r"\$\{(\w+)\}", lambda found: given[found[1]], text)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    inside = tmp_path / "neurohub-1"
    (inside / "wheels").mkdir(parents=True)
    (inside / "requirements.txt").write_text("neurohub==1 --hash=sha256:0\n")
    target = tmp_path / "made.tar"
    with tarfile.open(target, "w") as tar:
        tar.add(inside, inside.name)
    return target


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_template_is_given_every_name_it_uses() -> None:
    call = at("instances.tf", "local.install")
    assert set(re.findall(r"(\w+) = ", call)) == set(
        re.findall(r"\$\{(\w+)\}", (FOLDER / "install.sh.tftpl").read_text(encoding="utf-8"))
    )


def test_a_machine_installs_the_bundle_and_serves(machine: Machine, bundle: Path) -> None:
    done = machine.boot(bundle)
    assert (done.returncode, done.stderr.strip()) == (0, "neurohub: serving")
    said = machine.said()
    assert "--no-index" in said
    assert "--require-hashes -r" in said
    assert said.rstrip().endswith("systemctl enable --now neurohub.service")
    assert machine.settings() == PARAMETERS
    assert not list((machine.root / "opt/neurohub").glob("bundle*"))


def test_only_root_reads_the_settings(machine: Machine, bundle: Path) -> None:
    machine.boot(bundle)
    mode = (machine.root / "etc/neurohub/.env.aws").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize("changed", ["bundle_sha256", "ca_sha256"])
def test_what_was_not_released_is_not_installed(machine: Machine, bundle: Path, changed: str) -> None:
    done = machine.boot(bundle, **{changed: "0" * 64})
    assert done.returncode != 0
    assert "is not what was released" in done.stderr
    assert "enable" not in machine.said()


@pytest.mark.parametrize("missing", ["DATABASE_URL", "SECRET_KEY"])
def test_a_missing_secret_is_named_and_nothing_serves(machine: Machine, bundle: Path, missing: str) -> None:
    machine.tell({name: value for name, value in PARAMETERS.items() if name != missing})
    done = machine.boot(bundle)
    assert done.returncode != 0
    assert f"/neurohub/prod/{missing} is missing" in done.stderr
    assert "enable" not in machine.said()


def test_the_agent_is_told_of_the_log_and_the_metrics_that_alarms_read(
    machine: Machine, bundle: Path
) -> None:
    machine.boot(bundle)
    told = json.loads((machine.root / "etc/neurohub/cloudwatch.json").read_text())
    unit = (machine.root / "etc/systemd/system/neurohub.service").read_text()
    (log,) = told["logs"]["logs_collected"]["files"]["collect_list"]
    assert f"StandardOutput=append:{log['file_path']}" in unit
    assert log["log_group_name"] == "/neurohub/service"
    metrics = told["metrics"]
    assert metrics["namespace"] == at("alarms.tf", "local.namespace")
    sent = {
        *metrics["metrics_collected"]["mem"]["measurement"],
        *(f"disk_{name}" for name in metrics["metrics_collected"]["disk"]["measurement"]),
    }
    read = {
        one["of"][1]
        for one in at("alarms.tf", "local.alarms").values()
        if one["of"][0] == "${local.namespace}"
    }
    assert read == sent


def test_the_service_is_locked_in_as_on_premises() -> None:
    """All but the addresses: S3 answers from outside the VPC's own, and the firewall bounds the rest."""
    unit = (FOLDER / "install.sh.tftpl").read_text(encoding="utf-8")
    kinds = r"^(?:Ambient|Cap|Lock|NoNew|Private|Protect|RemoveIPC|Restrict|SystemCall|UMask)\w*=.*$"
    on_premises = re.findall(kinds, ON_PREMISES_UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(on_premises) >= 25
    assert [line for line in on_premises if f"\n{line}\n" not in unit] == []


@pytest.fixture
def real_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, FOLDER.parent / "onprem" / "bundle.py", "--out", out],
        check=True,
        capture_output=True,
    )
    (made,) = out.glob("*.tar")
    return made


@pytest.fixture
def serving(tmp_path: Path, fresh_database_url: str, real_bundle: Path) -> Iterator[str]:
    """The service as its unit starts it: the real bundle, installed by the real script, with settings from SSM."""
    machine = Machine(tmp_path, plays_python=False)
    (machine.bin / "python3.11").symlink_to(sys.executable)
    port = service.free_port()
    machine.tell(
        PARAMETERS | {"DATABASE_URL": fresh_database_url, "API_PORT": str(port), "METRICS_PORT": "0"}
    )
    done = machine.boot(real_bundle)
    assert done.returncode == 0, done.stderr
    command = machine.root / "opt/neurohub/venv/bin/neurohub"
    environment = machine.settings() | {"PATH": "/usr/bin:/bin"}
    subprocess.run([command, "migrate"], env=environment, cwd="/", check=True, capture_output=True)
    with subprocess.Popen([command, "serve"], env=environment, cwd="/", stdout=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.mark.long
def test_the_real_bundle_serves_after_the_real_script(serving: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            answer = httpx.get(f"{serving}/health")
            break
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert (answer.status_code, answer.json()["database"]) == (200, "ok")
