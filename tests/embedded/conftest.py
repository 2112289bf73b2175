"""A folder that PostgreSQL's account may enter: pytest's own are closed to everybody else."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.command import free_ports


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="neurohub-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def environment(open_folder: Path) -> dict[str, str]:
    api, metrics = free_ports()
    unset = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "NEUROHUB_DEMO_PASSWORD", "PROMETHEUS_MULTIPROC_DIR")
    kept = {key: value for key, value in os.environ.items() if key not in unset}
    own = {"NEUROHUB_DATA_DIR": str(open_folder / "data"), "API_PORT": str(api), "METRICS_PORT": str(metrics)}
    return kept | own | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
