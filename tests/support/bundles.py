"""Bundles as `deploy/onprem/bundle.py` lays them out, with small wheels in place of the service's.

The small `neurohub` writes what it is asked into the file that DATABASE_URL names: that is all an installer sees.
"""

import base64
import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ONPREM = ROOT / "deploy" / "onprem"
sys.path.insert(0, str(ONPREM))

import bundle  # noqa: E402 (scripts of the bundle: they know each other by these names)
import sealing  # noqa: E402

PROGRAM = """
import os, sys, needed
def main():
    assert "SECRET_KEY" in os.environ and len(os.environ["SECRET_KEY"]) >= 32
    if os.environ["DATABASE_URL"].startswith("broken"):
        sys.exit("the database is away")
    with open(os.environ["DATABASE_URL"], "a") as file:
        file.write(" ".join(["VERSION", *sys.argv[1:]]) + "\\n")
"""


def signing_key(folder: Path) -> tuple[Path, Path]:
    """Make a key; return it and the file that says whom to believe."""
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True)
    signers = folder / "signers"
    signers.write_text(f"release {key.with_suffix('.pub').read_text()}")
    return key, signers


def small(folder: Path, version: str, key: Path | None = None) -> Path:
    """Make a bundle of `version` below `folder`; return where it is."""
    made = folder / f"neurohub-{version}"
    bundle.lay_out(made, version)
    wheels = made / "wheels"
    wheels.mkdir()
    needed = _wheel(wheels, "needed", "1.0", "")
    digest = hashlib.sha256(needed.read_bytes()).hexdigest()
    (made / "requirements.txt").write_text(f"needed==1.0 \\\n    --hash=sha256:{digest}\n")
    _wheel(wheels, "neurohub", version, PROGRAM.replace("VERSION", version))
    bundle.lock_own(made, version)
    sealing.seal(made, key)
    return made


def _wheel(folder: Path, name: str, version: str, code: str) -> Path:
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    if code:
        files["neurohub/http/dashboard_files/index.html"] = "<!doctype html>"
    listed = [f"{path},sha256={_hash(text)},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*listed, f"{info}/RECORD,,"]) + "\n"
    target = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return target


def _hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
