"""The installer on an empty machine, and then through its life: upgrade, rollback, uninstall. Real pip, no index."""

import os
import subprocess
import sys

import pytest

from support import bundles

NO_WORLD = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PATH": os.environ["PATH"], "HOME": "/nonexistent"}


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return bundles.signing_key(tmp_path_factory.mktemp("key"))


class Plant:
    """A folder as the machine, and the installer of whichever bundle."""

    def __init__(self, folder):
        self.root = folder / "machine"
        self.ledger = folder / "ledger"
        self.ledger.touch()
        self.settings = self.root / "etc/neurohub/neurohub.env"
        self.settings.parent.mkdir(parents=True)
        self.settings.write_text(f"# ours\nDATABASE_URL={self.ledger}\nSECRET_KEY=\n")

    def say(self, installer, *words):
        command = [sys.executable, installer / "install.py", "--root", self.root, *words]
        return subprocess.run(command, env=NO_WORLD, capture_output=True, text=True, check=False)

    def do(self, installer, *words):
        done = self.say(installer, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def home(self):
        return self.root / "opt/neurohub"

    def serving(self):
        return (self.home / "current").resolve().name


def test_a_release_is_installed_upgraded_rolled_back_and_taken_off(tmp_path, key):
    secret, signers = key
    first, second = (bundles.small(tmp_path, version, secret) for version in ("1.0.0", "1.1.0"))
    plant = Plant(tmp_path)
    plant.do(first, "install", "--signers", str(signers))
    settings = _check_installed(plant)
    certificate = _certificate(plant)

    upstream = plant.root / "etc/nginx/neurohub/upstream.conf"
    upstream.write_text("# changed by a person\n")
    plant.settings.write_text("DATABASE_URL=broken\nSECRET_KEY=" + "-" * 32)
    done = plant.say(second, "install")
    assert "`neurohub migrate` failed" in done.stderr
    assert (done.returncode, plant.serving()) == (1, "1.0.0")

    plant.settings.write_text(settings)
    plant.do(second, "install")  # the signers are known by now
    assert (plant.serving(), plant.settings.read_text(), _certificate(plant)) == (
        "1.1.0",
        settings,
        certificate,
    )
    assert upstream.read_text() == "# changed by a person\n"
    release = plant.home / "current"
    plant.do(release, "run", "user", "add", "kim", "--role", "admin")
    done = ["1.0.0 migrate", "1.1.0 migrate", "1.1.0 user add kim --role admin"]
    assert plant.ledger.read_text().splitlines() == done

    plant.do(release, "rollback")
    assert "1.0.0            serves" in plant.do(release, "status")
    plant.do(release, "rollback")  # and forth again
    assert plant.serving() == "1.1.0"

    assert f"{upstream} was changed here and stays" in plant.do(release, "uninstall")
    left = {path.relative_to(plant.root).as_posix() for path in plant.root.rglob("*") if path.is_file()}
    kept = {"neurohub.env", "allowed_signers", "tls/server.crt", "tls/server.key"}
    assert left == {f"etc/neurohub/{name}" for name in kept} | {"etc/nginx/neurohub/upstream.conf"}


def _check_installed(plant):
    assert plant.serving() == "1.0.0"
    assert plant.ledger.read_text() == "1.0.0 migrate\n"
    assert (plant.home / "current/dashboard/index.html").is_file()
    assert (plant.root / "etc/systemd/system/neurohub@.service").is_file()
    assert plant.settings.stat().st_mode & 0o777 == 0o640
    assert (plant.root / "etc/neurohub/tls/server.key").stat().st_mode & 0o777 == 0o600
    settings = plant.settings.read_text()
    assert settings.startswith(f"# ours\nDATABASE_URL={plant.ledger}\nSECRET_KEY=")
    return settings


def _certificate(plant):
    return (plant.root / "etc/neurohub/tls/server.crt").read_bytes()


@pytest.mark.long
@pytest.mark.parametrize(
    ("role", "instances", "migrations"), [("front", 0, ""), ("backend", 4, "1.0.0 migrate\n")]
)
def test_a_machine_of_the_two_server_plan_gets_its_part(tmp_path, role, instances, migrations):
    plant = Plant(tmp_path)
    plant.do(bundles.small(tmp_path, "1.0.0"), "install", "--role", role)
    target = (plant.root / "etc/systemd/system/neurohub.target").read_text()
    assert target.count("neurohub@") == instances
    assert plant.ledger.read_text() == migrations
    upstream = (plant.root / "etc/nginx/neurohub/upstream.conf").read_text()
    assert ("192.168.1.12:8003" in upstream) is (role == "front")
    example = (plant.root / "etc/neurohub/neurohub.env.example").read_text()
    assert ("API_HOST=0.0.0.0" in example) is (role == "backend")


def test_a_bundle_for_another_python_is_refused_by_name(tmp_path):
    made = bundles.small(tmp_path, "1.0.0")
    (made / "release.json").write_text('{"version": "1.0.0", "python": "3.9", "machine": "x86_64"}')
    bundles.sealing.seal(made, None)
    done = Plant(tmp_path).say(made, "install")
    assert (done.returncode, "for Python 3.9" in done.stderr) == (1, True)


@pytest.mark.parametrize("word", ["rollback", "status"])
def test_nothing_installed_is_said_so(tmp_path, word):
    done = Plant(tmp_path).say(bundles.ONPREM, word)
    assert done.returncode == 1
    assert "no release" in done.stderr
