"""The flow is pure, and covered whole: every line and every branch of it is taken by the tests beside this one."""

import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


IMPURE = {"asyncio", "os", "pathlib", "random", "secrets", "socket", "subprocess", "threading", "time"}
CLOCKS = {"now", "utcnow", "today", "uuid4", "uuid1"}


def test_the_flow_reads_no_clock_draws_no_chance_and_does_nothing_itself():
    for path in sorted((ROOT / "station" / "flow").glob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        named |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        called = {n.func.attr for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
        assert not IMPURE & {name.partition(".")[0] for name in named}, path.name
        assert not CLOCKS & called, path.name


def test_every_line_and_branch_of_the_flow_is_taken_by_its_tests(tmp_path):
    laws = [str(path) for path in sorted(HERE.glob("test_flow_*.py")) if path != Path(__file__)]
    coverage = [sys.executable, "-m", "coverage"]
    data = f"--data-file={tmp_path / 'coverage'}"
    run = [
        *coverage,
        "run",
        "--branch",
        "--source=station.flow",
        data,
        "-m",
        "pytest",
        "-q",
        "-m",
        "not long",
    ]
    tested = subprocess.run([*run, *laws], cwd=ROOT, check=False, capture_output=True, text=True)
    assert tested.returncode == 0, tested.stdout
    report = [*coverage, "report", "-m", "--skip-covered", "--fail-under=100", "--precision=2", data]
    shown = subprocess.run(report, cwd=ROOT, check=False, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stdout
