"""Terraform and its AWS provider come from no package index: their tests run where both are installed.

Where they are not, the run says so in its last lines, and deploy/aws is held by its text alone (`test_aws_text`).
"""

import pytest

from support import terraform

collect_ignore = [] if terraform.is_installed() else ["test_aws_terraform.py", "test_aws_applied.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if collect_ignore:
        terminalreporter.write_line(
            "NOT RUN: `terraform test` of deploy/aws; Terraform or its AWS provider is not installed here. "
            "See deploy/aws/README.md, `To check`.",
            yellow=True,
        )
