#!/usr/bin/env python3
"""Puts the release of this bundle on a machine without internet, goes back, and takes it off again.

    sudo python3 install.py install       also the upgrade: settings, data and changed files stay
    sudo python3 install.py rollback      to the release before
    sudo python3 install.py uninstall     --purge: settings, images and keys too (never the database)
    sudo python3 install.py run user add kim --role admin      a word of `neurohub`, with the service's settings
    python3 install.py status

Reaches for no network. `--root DIR` makes a machine of a folder, where nothing is started. Standard library only.
"""

import argparse
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import placing
import releases
import sealing
from machine import InstallError, Machine, say, write

HEALTHY_WITHIN_S = 60
SERVERS = ("postgresql", "nginx", "redis-server", "prometheus", "prometheus-alertmanager", "grafana-server")
SYSTEM = ("systemd-sysctl", "systemd-journald", "neurohub-firewall", "chrony")
TIMERS = ("neurohub-backup.timer", "neurohub-backup-drill.timer")
EXPORTERS = tuple(f"prometheus-{name}-exporter" for name in ("node", "postgres", "redis", "nginx"))


def install(machine: Machine, signers: Path | None, role: str | None) -> None:
    """Bring this bundle's release to the machine and switch to it."""
    _check_bundle(machine, signers)
    if role is not None:
        write(machine.role, role, 0o644)
    release = releases.make(machine)
    before = releases.behind(machine.current)
    _make_secrets(machine, release)
    if machine.instances(release / "files"):
        say("bringing the database to this release; nothing is switched where that fails")
        _as_service(machine, release, ["migrate"])
    _switch_files(machine, before, release)
    releases.point(machine.current, release)
    if before not in (None, release):
        releases.point(machine.previous, before)
    _start(machine, before, release)
    releases.forget_old(machine)
    say(f"{release.name} is installed" + (f", {before.name} was before" if before else ""))


def rollback(machine: Machine) -> None:
    """Switch to the release before. The database stays: a release works with the schema of the next one."""
    now, before = releases.behind(machine.current), releases.behind(machine.previous)
    if now is None or before is None:
        raise InstallError("there is no release to go back to")
    _switch_files(machine, now, before)
    releases.point(machine.current, before)
    releases.point(machine.previous, now)
    _start(machine, now, before)
    say(f"went back from {now.name} to {before.name}")


def uninstall(machine: Machine, *, purge: bool) -> None:
    """Take the service and its files off the machine; with `purge` what it has written, too."""
    machine.run(
        "systemctl", "disable", "--now", "neurohub.target", "neurohub-firewall", *TIMERS, needed=False
    )
    if (now := releases.behind(machine.current)) is not None:
        for line in placing.remove(now / "files", machine.root):
            say(line)
    shutil.rmtree(machine.home, ignore_errors=True)
    if purge:
        for folder in ("etc/neurohub", "var/lib/neurohub"):
            shutil.rmtree(machine.root / folder, ignore_errors=True)
    machine.run("systemctl", "daemon-reload")
    kept = "nothing of it but the database" if purge else "settings, images and the database"
    say(f"uninstalled; kept {kept}")


def status(machine: Machine) -> None:
    """Say which releases are there and which one serves."""
    now, before = releases.behind(machine.current), releases.behind(machine.previous)
    for release in releases.complete(machine):
        mark = "serves" if release == now else "before" if release == before else ""
        print(f"{release.name:16} {mark}")
    if now is None:
        raise InstallError("no release is installed")


def _check_bundle(machine: Machine, signers: Path | None) -> None:
    """Believe the bundle only when it is whole, signed by whom we know, and made for this Python."""
    known = signers or (machine.signers if machine.signers.exists() else None)
    if known is None:
        say(f"nobody said who signs: only the sums are checked (--signers FILE, kept as {machine.signers})")
    sealing.check(releases.HERE, known)
    if signers is not None:
        write(machine.signers, signers.read_text(), 0o644)
    made_for, ours = releases.facts()["python"], "{}.{}".format(*sys.version_info)
    if made_for != ours:
        raise InstallError(
            f"this bundle is for Python {made_for}, not {ours}: python{made_for} install.py ..."
        )


def _switch_files(machine: Machine, before: Path | None, release: Path) -> None:
    shipped = before / "files" if before is not None and before != release else None
    for line in placing.place(release / "files", shipped, machine.root):
        say(line)


def _make_secrets(machine: Machine, release: Path) -> None:
    """Give a new machine its user, settings with a key, and a certificate; one that has them keeps them."""
    machine.run("systemd-sysusers", str(release / "files/etc/sysusers.d/neurohub.conf"))
    if not machine.settings.exists():
        write(machine.settings, (release / "files/etc/neurohub/neurohub.env.example").read_text(), 0o640)
    text = machine.settings.read_text()
    if re.search(r"^SECRET_KEY=\s*$", text, re.MULTILINE):
        filled = re.sub(
            r"^SECRET_KEY=\s*$", f"SECRET_KEY={secrets.token_urlsafe(48)}", text, flags=re.MULTILINE
        )
        write(machine.settings, filled, 0o640)
        machine.run("chown", "root:neurohub", str(machine.settings))
    tls = machine.settings.parent / "tls"
    if not (tls / "server.crt").exists():
        _make_certificate(tls)


def _make_certificate(tls: Path) -> None:
    """Sign a certificate of our own for ten years; the plant's own may take its place at any time."""
    tls.mkdir(parents=True, exist_ok=True)
    tls.chmod(0o750)
    names = "subjectAltName=DNS:neurohub,DNS:localhost,IP:192.168.1.10,IP:127.0.0.1"
    key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        str(tls / "server.key"),
    ]
    subject = ["-subj", "/CN=neurohub", "-addext", names, "-days", "3650"]
    command = ["openssl", "req", "-x509", *key, *subject, "-out", str(tls / "server.crt")]
    subprocess.run(command, check=True, capture_output=True)
    (tls / "server.key").chmod(0o600)


def run(machine: Machine, words: list[str]) -> None:
    """Run words of `neurohub` in the release that serves."""
    release = releases.behind(machine.current)
    if release is None:
        raise InstallError("no release is installed")
    _as_service(machine, release, words)


def _as_service(machine: Machine, release: Path, words: list[str]) -> None:
    """Run words of `neurohub` as the service's account, with the service's settings and nothing else."""
    lines = machine.settings.read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    command = [str(release / "venv/bin/neurohub"), *words]
    account = "neurohub" if machine.is_real else None
    groups = () if machine.is_real else None
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": "/var/lib/neurohub"} | told
    done = subprocess.run(
        command, env=environment, cwd="/", user=account, group=account, extra_groups=groups, check=False
    )
    if done.returncode != 0:
        raise InstallError(f"`neurohub {words[0]}` failed, see above")


def _start(machine: Machine, before: Path | None, release: Path) -> None:
    """Start what is not running, and restart the instances one by one: the others go on serving."""
    if not machine.is_real:
        return
    machine.run("systemctl", "daemon-reload")
    machine.run(
        "systemd-tmpfiles", "--create", "--prefix=/backup", "--prefix=/var/lib/prometheus", needed=False
    )
    if before is None:  # these run already, as their packages had them
        for server in _servers(machine):
            machine.run("systemctl", "enable", server, needed=False)
            machine.run("systemctl", "restart", server, needed=False)
    else:
        for server in ("nginx", "prometheus"):  # a reload hangs up on idle clients: only where it must be
            if not placing.same(before / "files/etc" / server, release / "files/etc" / server):
                machine.run("systemctl", "reload", server, needed=False)
    machine.run("systemctl", "enable", "neurohub.target")
    for number in machine.instances(machine.root):
        machine.run("systemctl", "restart", f"neurohub@{number}.service")
        wait_until_healthy(f"http://127.0.0.1:{8000 + number}/health")
    machine.run("systemctl", "start", "neurohub.target")


def _servers(machine: Machine) -> tuple[str, ...]:
    """Return what runs beside the instances: on a backend of the two-server plan no data and no front."""
    is_backend = machine.role.exists() and machine.role.read_text() == "backend"
    return SYSTEM if is_backend else (*SYSTEM, *SERVERS, *EXPORTERS, *TIMERS)


def wait_until_healthy(url: str) -> None:
    """Wait for an instance that was restarted; the next one is left alone when it does not come."""
    until = time.monotonic() + HEALTHY_WITHIN_S
    while time.monotonic() < until:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 (our own address)
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise InstallError(f"{url} does not answer; the other instances still serve. journalctl -u 'neurohub@*'")


def main(words: list[str]) -> int:
    """Do what the person asks, or say in one sentence why not."""
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("word", choices=["install", "rollback", "uninstall", "run", "status"])
    reader.add_argument("--root", type=Path, default=Path("/"), help="the machine, or a folder in its place")
    reader.add_argument("--signers", type=Path, help="who signs our bundles; kept for the next time")
    reader.add_argument(
        "--role", choices=["front", "backend"], help="part of this machine in the two-server plan"
    )
    reader.add_argument("--purge", action="store_true", help="uninstall: forget settings and images, too")
    ours = words.index("run") + 1 if "run" in words else len(words)
    asked = reader.parse_args(words[:ours])
    machine = Machine(asked.root.resolve())
    try:
        if asked.word == "install":
            install(machine, asked.signers, asked.role)
        elif asked.word == "uninstall":
            uninstall(machine, purge=asked.purge)
        elif asked.word == "run":
            run(machine, words[ours:])
        else:
            {"rollback": rollback, "status": status}[asked.word](machine)
    except (InstallError, sealing.SealError) as error:
        sys.stderr.write(f"neurohub: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
