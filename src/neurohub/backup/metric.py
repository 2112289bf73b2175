"""The word of a backup to whoever watches: a text file that the node exporter reads, whether the database runs or not.

The names are those of observability (`NeuroHubBackupOld`). Called by `cli_backup`, after success alone.
"""

from datetime import datetime
from pathlib import Path

MADE = "neurohub_backup_last_success_timestamp_seconds", "When the last backup was made and found whole."
TRIED = "neurohub_backup_drill_last_success_timestamp_seconds", "When a backup was last restored and checked."


def tell(folder: Path, metric: tuple[str, str], moment: datetime) -> None:
    """Write one metric into `folder`, whole or not at all."""
    name, meaning = metric
    path = folder / f"{name.removesuffix('_last_success_timestamp_seconds')}.prom"
    text = f"# HELP {name} {meaning}\n# TYPE {name} gauge\n{name} {moment.timestamp():.0f}\n"
    part = path.with_suffix(".part")
    part.write_text(text, encoding="ascii")
    part.chmod(0o644)
    part.replace(path)
