"""Building the dashboard: when it happens, what stays when it cannot, and that a wheel carries what was built."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from hatchling.builders.wheel import WheelBuilder

from deploy import build_dashboard

BUILDER = """
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
const folder = process.argv[process.argv.indexOf("--outDir") + 1];
mkdirSync(`${folder}/assets`, { recursive: true });
writeFileSync(`${folder}/index.html`, readFileSync("index.html"));
writeFileSync(`${folder}/assets/app.js`, "export {};\\n".repeat(500));
"""


@pytest.fixture
def tree(tmp_path):
    """A tree with a dashboard that takes no package to build."""
    package = {"name": "d", "version": "1.0.0", "scripts": {"build": "node build.mjs"}}
    sources = tmp_path / "src" / "dashboard"
    sources.mkdir(parents=True)
    (tmp_path / "src" / "neurohub" / "http").mkdir(parents=True)
    (tmp_path / "deploy").mkdir()
    shutil.copy(build_dashboard.__file__, tmp_path / "deploy")
    (sources / "package.json").write_text(json.dumps(package))
    (sources / "package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": {"": package}}))
    (sources / "build.mjs").write_text(BUILDER)
    (sources / "index.html").write_text("<p>one</p>")
    return tmp_path


def build(tree, *words, **environment):
    command = [sys.executable, str(tree / "deploy" / "build_dashboard.py"), *words]
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


def shown(tree):
    return (tree / "src/neurohub/http/dashboard_files/index.html").read_text()


def test_changed_sources_are_built_once(tree):
    assert build(tree)[:2] == (0, "dashboard: building the dashboard\n")
    assert build(tree)[:2] == (0, "")
    (tree / "src/dashboard/index.html").write_text("<p>two</p>")
    assert build(tree)[0] == 0
    assert shown(tree) == "<p>two</p>"
    assert (tree / "src/neurohub/http/dashboard_files/assets/app.js.gz").exists()


def test_what_was_built_stays_when_it_cannot_be_built_anew(tree):
    build(tree)
    needs = {"name": "d", "version": "1.0.0", "dependencies": {"no-such": "1.0.0"}}
    lock = {"lockfileVersion": 3, "packages": {"": needs, "node_modules/no-such": {"version": "1.0.0"}}}
    (tree / "src/dashboard/package.json").write_text(json.dumps(needs))
    (tree / "src/dashboard/package-lock.json").write_text(json.dumps(lock))
    away = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
    code, _, said = build(tree, **away)
    assert code == 1
    assert "npm could not bring its packages; it needs a registry" in said
    assert "the service works without it; it shows the one built before" in said
    assert shown(tree) == "<p>one</p>"


def test_npm_leaves_no_address_in_the_lock(tree):
    path = tree / "src/dashboard/package-lock.json"
    lock = json.loads(path.read_text())
    kept = {"version": "1.0.0", "optional": True, "integrity": "sha512-a"}
    path.write_text(
        json.dumps(lock | {"packages": lock["packages"] | {"node_modules/o": kept | {"funding": {}}}})
    )
    assert build(tree, "--version")[0] == 0
    assert json.loads(path.read_text())["packages"]["node_modules/o"] == kept


def test_wheel_carries_the_built_dashboard(built, tmp_path):
    (wheel,) = WheelBuilder(str(build_dashboard.ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    packed = {
        f"neurohub/http/dashboard_files/{path.relative_to(built).as_posix()}" for path in built.rglob("*.*")
    }
    assert packed
    assert packed <= names
    assert [name for name in names if "node_modules" in name or name.endswith(".tsx")] == []
