"""`pgbench` with the service's own statement: `record_events_v1` with one start or one completion a call.

What it sends is made from the history of a unit that was walked through the service, so that both do the same.
Who calls it: `compare`.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict

from bench.compare.work import STEPS, UNITS_PER_LOT

GRACE_S: Final = 30.0
# The same as the service's connections have.
OPTIONS: Final = "-c role=neurohub_app -c search_path=neurohub -c timezone=UTC"
_WALKED: Final = """
select h.kind, h.process, h.operator, h.station, h.limits_version, h.process_data, h.judged,
       case when h.kind = 'COMPLETE' then (
         select json_object_agg(c.kind, c.component_lot) from neurohub.component c
         where c.lot_id = h.lot_id and c.sequence = h.sequence and c.process = h.process) end as components
from neurohub.history h join neurohub.lot l on l.id = h.lot_id
where l.lot_number = %s and h.sequence = 1
order by h.id
"""


class Ran(Struct, frozen=True, kw_only=True):
    """Every call: when it ended (seconds since the start) and how long it took."""

    answered_s: list[float]
    latency_s: list[float]


def program(postmaster: psutil.Process | None) -> Path:
    """Return the `pgbench` beside the running server's own program, else the one in PATH."""
    name = "pgbench.exe" if os.name == "nt" else "pgbench"
    beside = Path(postmaster.exe()).with_name(name) if postmaster else Path(name)
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        raise SystemExit(
            f"There is no {name} beside the server's program or in PATH: install PostgreSQL's contrib programs, "
            "or leave it out: just bench-compare --only a,b,d"
        )
    return Path(found)


def items(database_url: str, lot: str) -> list[dict[str, Any]]:
    """Return one `event_item` per step as recorded for the first unit of `lot`, without what differs by unit."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(_WALKED, (lot,)).fetchall()
    assert len(rows) == len(STEPS), f"the walked unit has {len(rows)} events"
    made = []
    for kind, process, operator, station, limits_version, data, judged, components in rows:
        facts = {
            "ord": 0,
            "kind": kind,
            "process": process,
            "operator": operator,
            "station": station,
            "credential": f"station:{station}",
            "command_hash": "5e" * 32,
            "role": "station",
            "signed": False,
            "is_serial": False,
            "result": "PASS" if kind == "COMPLETE" else None,
            "limits_version": limits_version,
            "process_data": data,
            "judged": judged,
            "components": components,
        }
        made.append({key: value for key, value in facts.items() if value is not None})
    return made


def script(walked: list[dict[str, Any]], lots: list[str], clients: int, uuid: str) -> str:
    """Return a script whose every run is one call; a client walks unit after unit of its own LOTs through the steps.

    The LOT numbers have to follow one another. `uuid` is the server's function for event ids.
    """
    prefix, first = lots[0][:-3], int(lots[0][-3:])
    assert lots == [f"{prefix}{first + i:03d}" for i in range(len(lots))], "LOT numbers with gaps"
    lines = [
        "\\set step :step + 1",
        f"\\set nth :step / {len(walked)}",
        f"\\set lot {first} + :client_id + {clients} * (:nth / {UNITS_PER_LOT})",
        f"\\set number 1 + :nth % {UNITS_PER_LOT}",
        f"\\set at :step % {len(walked)}",
    ]
    for at, item in enumerate(walked):
        lines += [f"\\{'if' if at == 0 else 'elif'} :at = {at}", _statement(item, prefix, uuid)]
    return "\n".join([*lines, "\\endif", ""])


def _statement(item: dict[str, Any], prefix: str, uuid: str) -> str:
    """Return the call; what differs by unit is put in by `format`, which costs the server some 2 us."""
    # pgbench takes every `:word` for a variable, in strings too: no colon may stand before a word.
    text = json.dumps(item, separators=(", ", "\0"), ensure_ascii=False)
    text = text.replace(":", "\\u003a").replace("\0", ": ").replace("%", "%%").replace("'", "''")
    if engraved := item.get("process_data", {}).get("lot_number_engraved"):
        text = text.replace(engraved, f"{prefix}%2$s")
    text = f'[{{"event_id": "%1$s", "lot_number": "{prefix}%2$s", "sequence": %3$s, {text[1:]}]'
    return (
        f"select * from record_events_v1(format('{text}',"
        f" {uuid}(), lpad((:lot)::text, 3, '0'), (:number)::text)::text::json);"
    )


def run(
    pgbench: Path,
    database_url: str,
    folder: Path,
    content: str,
    *,
    clients: int,
    duration_s: float,
    look: Callable[[float, int], None],
) -> Ran:
    """Run a script for `duration_s` on `clients` connections with prepared statements."""
    file = folder / "script.sql"
    file.write_text(content, encoding="utf-8")
    command = [str(pgbench), "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=2"]
    command += [f"--time={math.ceil(duration_s)}", "--progress=1", "--log", f"--log-prefix={folder / 'log'}"]
    command += ["--define=step=-1", f"--file={file}"]
    begun_at, clock_at_begin = time.monotonic(), time.time()
    process = subprocess.Popen(
        command,
        env=os.environ | _login(database_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said, calls = [], 0
        for line in process.stdout or ():
            said.append(line)
            if line.startswith("progress:"):
                calls += round(float(line.split()[3]))
                look(time.monotonic() - begun_at, calls)
        process.wait(GRACE_S)
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        raise SystemExit(f"pgbench failed:\n{''.join(said)[-3000:]}")
    return read(folder, clock_at_begin)


def _login(database_url: str) -> dict[str, str]:
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    given = conninfo_to_dict(database_url)
    found = {names[key]: str(value) for key, value in given.items() if key in names and value is not None}
    return found | {"PGOPTIONS": OPTIONS, "PGAPPNAME": "bench pgbench"}


def read(folder: Path, begun_at: float) -> Ran:
    """Read pgbench's log: client, number, latency in us, script, end in seconds and us."""
    rows: Iterator[list[str]] = (
        line.split() for file in folder.glob("log*") for line in file.read_text().splitlines()
    )
    calls = [(float(row[4]) + float(row[5]) / 1e6 - begun_at, int(row[2]) / 1e6) for row in rows]
    if not calls:
        print("pgbench logged no call", file=sys.stderr)
    return Ran(answered_s=[at for at, _ in calls], latency_s=[took for _, took in calls])
