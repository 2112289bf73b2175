"""A folder that PostgreSQL's account may enter: pytest's own are closed to everybody else."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="neurohub-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
