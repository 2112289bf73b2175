"""A pytest plugin: a test that was skipped or expected to fail makes the run fail.

Not a place for fixtures (those are in `conftest.py`). Loaded by `addopts` in pyproject.toml, so that
no suite can pass by not being run. Leaving tests out by marker (`-m "not long"`) is stated, not silent.
"""

import pytest

_not_run: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write down each test that did not run to a verdict."""
    if report.skipped:
        _not_run.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Write down each module that asked to be skipped while it was being collected."""
    if report.skipped:
        _not_run.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a passing run with skipped tests into a failing one."""
    if _not_run and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a run without a failing test is not a passing one."""
    if _not_run:
        terminalreporter.section("skipped tests fail the run", red=True, bold=True)
        for nodeid in _not_run:
            terminalreporter.line(nodeid)
