"""The settings of the plant's server, each judged by the program that will read it."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from support import bundles
from support import front as fronts
from support.service import free_port

ROOT = bundles.ONPREM / "root"
PLANS = {
    "one server": ROOT,
    "front": bundles.ONPREM / "two-servers/front",
    "backend": bundles.ONPREM / "two-servers/backend",
}
UNITS = ROOT / "etc/systemd/system"
DEBIAN = Path("/usr/lib/systemd/system")


def run(*words, **more):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, **more)


def test_nginx_takes_both_plans_without_a_warning(tmp_path):
    for plan in ("one server", "front"):
        folder = tmp_path / plan.replace(" ", "-")
        front = fronts.write(folder, [8000])
        shutil.copy(PLANS[plan] / "etc/nginx/neurohub/upstream.conf", folder)
        judged = fronts.judged(front.folder)
        assert judged.returncode == 0, judged.stderr
        assert "[warn]" not in judged.stderr


def test_systemd_takes_every_unit_and_drop_in_without_a_word(tmp_path):
    for path in UNITS.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(UNITS)
            target.parent.mkdir(exist_ok=True)
            target.write_text(
                path.read_text().replace("/opt/neurohub/current/venv/bin/neurohub", "/bin/true")
            )
    for folder in UNITS.glob("*.service.d"):
        unit = DEBIAN / folder.name.removesuffix(".d")
        if unit.exists():
            shutil.copy(unit, tmp_path)
    names = [path.name for path in tmp_path.glob("*.service")]
    judged = run(
        "systemd-analyze",
        "verify",
        "--man=no",
        *(tmp_path / name for name in names if "@" not in name),
        tmp_path / "neurohub@0.service",
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert [line for line in judged.stderr.splitlines() if "neurohub" in line] == []


def test_the_service_is_locked_in():
    judged = run("systemd-analyze", "security", "--offline=true", "--no-pager", UNITS / "neurohub@.service")
    exposure = float(re.search(r"exposure level for .*: ([\d.]+)", judged.stdout)[1])
    assert exposure <= 1.2


def test_alertmanager_starts_though_nobody_is_told_as_yet(tmp_path):
    bundles.bundle.lay_out(tmp_path / "bundle", "1.0.0")
    judged = run("amtool", "check-config", tmp_path / "bundle/files/etc/prometheus/neurohub/alertmanager.yml")
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_prometheus_finds_every_file_it_names(tmp_path):
    bundles.bundle.lay_out(tmp_path / "bundle", "1.0.0")
    folder = tmp_path / "bundle/files/etc/prometheus/neurohub"
    judged = run("promtool", "check", "config", folder / "prometheus.yml")
    assert judged.returncode == 0, judged.stdout + judged.stderr
    named = re.findall(r"targets/\w+\.yml", (folder / "prometheus.yml").read_text())
    assert [name for name in named if not (folder / name).exists()] in ([], ["targets/load.yml"])


@pytest.mark.parametrize("plan", ["one server", "backend"])
def test_the_firewall_is_one(plan):
    judged = run("nft", "-c", "-f", PLANS[plan] / "etc/neurohub/firewall.nft")
    assert (judged.returncode, judged.stderr) == (0, "")


def test_chrony_takes_its_settings():
    judged = run("chronyd", "-p", "-f", ROOT / "etc/chrony/conf.d/neurohub.conf")
    assert (judged.returncode, judged.stderr) == (0, "")


def test_log_files_are_turned_daily_and_thirty_are_kept(tmp_path):
    settings = (ROOT / "etc/logrotate.d/neurohub").read_text()
    log, config = tmp_path / "neurohub.access.log", tmp_path / "logrotate.conf"
    owner = " ".join(["0640", *_owner()])
    config.write_text(settings.replace("/var/log/nginx", str(tmp_path)).replace("0640 www-data adm", owner))
    for day in range(1, 34):
        (tmp_path / f"neurohub.access.log-202610{day:02}-{1_790_000_000 + day}.gz").touch()
    log.write_text("a line\n")
    turned = run("logrotate", "--force", "--state", tmp_path / "state", config)
    assert turned.returncode == 0, turned.stderr
    assert len(list(tmp_path.glob("*.log-*"))) == 30
    assert log.read_text() == ""


def _owner():
    import grp
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


@pytest.mark.parametrize("plan", ["one server", "front"])
def test_redis_is_a_cache_of_three_gigabytes(plan):
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = PLANS[plan] / "etc/redis/neurohub.conf"
        more = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--enable-debug-command", "no"]
        with subprocess.Popen(["redis-server", settings, *more], stdout=subprocess.DEVNULL) as process:
            try:
                found = _configured(port)
            finally:
                process.terminate()
    assert found["maxmemory"] == str(3 * 1024**3)
    assert (found["maxmemory-policy"], found["save"], found["appendonly"]) == ("allkeys-lru", "", "no")


def _configured(port):
    import redis

    with redis.Redis(port=port, decode_responses=True) as client:
        deadline = time.monotonic() + 10
        while True:
            try:
                return client.config_get("*")
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
