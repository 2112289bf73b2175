"""The plugin that lets no test go missing does so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tree import ROOT


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        ("def test_a(): pass", True),
        ("def test_a(): pass\ndef test_b(): pytest.skip('not today')", False),
        ("def test_a(): pass\n@pytest.mark.xfail\ndef test_b(): assert False", False),
        ("pytest.importorskip('no_such_module')\ndef test_a(): pass", False),
    ],
    ids=["all-run", "skip", "xfail", "module-skip"],
)
def test_a_run_passes_when_every_test_ran(tmp_path: Path, body: str, passes: bool) -> None:
    (tmp_path / "test_it.py").write_text(f"import pytest\n{body}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "plugin_no_skips", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*command, str(tmp_path)], env=environment, cwd=tmp_path, check=False, capture_output=True
    )
    assert (done.returncode == 0) is passes, done.stdout.decode()
