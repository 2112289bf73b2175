"""The packages of the system in a bundle are all that apt needs: no mirror is asked."""

import subprocess

import pytest

from support import bundles  # noqa: F401 (puts the scripts of the bundle in reach)

import os_packages  # isort: skip


def test_every_server_of_the_plan_is_named():
    named = os_packages.names()
    assert {"python3.11", "nginx-light", "postgresql-15", "redis-server", "chrony", "nftables"} <= set(named)
    assert len(named) == len(set(named))


@pytest.mark.long
def test_a_machine_with_nothing_on_it_can_be_filled_from_the_folder(tmp_path):
    folder = tmp_path / "packages"
    os_packages.collect(folder, ["nginx-light", "chrony"])
    (tmp_path / "status").touch()
    bare = [f"Dir::State::status={tmp_path}/status", *os_packages.options(folder, tmp_path)]
    words = [word for option in bare for word in ("-o", option)]
    subprocess.run(["apt-get", "-qq", *words, "update"], check=True)
    command = ["apt-get", "-s", "--no-install-recommends", *words, "install", "nginx-light", "chrony"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    planned = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("Inst ")}
    assert {"nginx-light", "chrony", "libc6"} <= planned
    assert len(planned) == len(list(folder.glob("*.deb")))
