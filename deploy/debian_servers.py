#!/usr/bin/env python3
"""PostgreSQL 15, Redis 7, nginx and Prometheus from Debian's packages, for the tests that run on real servers.

    python deploy/debian_servers.py COMMAND...   runs COMMAND with NEUROHUB_TEST_SERVERS=debian

Installs what is missing when it may, else names it. Starts no server and keeps the packages from starting
one: the tests start their own, throw-away ones. Called by `just test-debian`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEEDED = {
    "postgresql-15": Path("/usr/lib/postgresql/15/bin/postgres"),
    "redis-server": Path("/usr/bin/redis-server"),
    "nginx-light": Path("/usr/sbin/nginx"),
    "nftables": Path("/usr/sbin/nft"),
    "chrony": Path("/usr/sbin/chronyd"),
    "logrotate": Path("/usr/sbin/logrotate"),
    **{
        package: Path("/usr/bin") / package
        for package in (
            "prometheus",
            "prometheus-alertmanager",
            "prometheus-nginx-exporter",
            "prometheus-node-exporter",
            "prometheus-postgres-exporter",
            "prometheus-redis-exporter",
        )
    },
}
CLUSTERS = Path("/etc/postgresql-common/createcluster.d/neurohub-tests.conf")
POLICY = Path("/usr/sbin/policy-rc.d")


def main(command: list[str]) -> int:
    """Install what is missing, then run `command` against these servers."""
    missing = [package for package, program in NEEDED.items() if not program.exists()]
    if missing and (shutil.which("apt-get") is None or os.geteuid() != 0):
        sys.stderr.write(f"missing: {' '.join(missing)}; run: sudo apt-get install {' '.join(missing)}\n")
        return 1
    if missing:
        with no_services():
            install(missing)
    environment = os.environ | {"NEUROHUB_TEST_SERVERS": "debian"}
    return subprocess.run(command, env=environment, check=False).returncode


def install(packages: list[str]) -> None:
    """Install Debian packages, with fresh lists when the present ones do not know them."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *packages]
    if subprocess.run(apt, env=environment, check=False).returncode != 0:
        subprocess.run(["apt-get", "-qq", "update"], check=True)
        subprocess.run(apt, env=environment, check=True)


@contextmanager
def no_services() -> Iterator[None]:
    """Keep Debian from starting services and from making a cluster while packages are installed."""
    written: list[Path] = []
    for path, text, mode in (
        (POLICY, "#!/bin/sh\nexit 101\n", 0o755),
        (CLUSTERS, "create_main_cluster = false\n", 0o644),
    ):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(mode)
            written.append(path)
    try:
        yield
    finally:
        for path in written:
            path.unlink()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
