"""Makes the tables of the peer and fills them: `python -m bench.peers.prepare PLANT.json`.

The plant is the one of the service that it is compared with: LOTs of 100 units each, stations, an operator.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from pwdlib import PasswordHash
from sqlalchemy import insert

from bench.peers.database import engine
from bench.peers.tables import Base, LimitSet, Lot, Person, Station, Unit

UNITS_PER_LOT = 100


async def prepare(plant: dict[str, Any]) -> None:
    """Write the plant into an empty database."""
    secret_hash = PasswordHash.recommended().hash(plant["secret"])
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(insert(Person), [{"username": plant["operator"], "role": "worker"}])
        await connection.execute(
            insert(Station),
            [
                {"code": code, "line": plant["line"], "processes": [process], "secret_hash": secret_hash}
                for process, code in enumerate(plant["stations"], 1)
            ],
        )
        limits = {"model": plant["model"], "measured_temp_low": 59.0, "measured_temp_high": 61.0}
        await connection.execute(insert(LimitSet), [limits])
        for number in plant["lots"]:
            await _fill(connection, plant, number)
    await engine.dispose()


async def _fill(connection: Any, plant: dict[str, Any], number: str) -> None:
    facts = {"lot_number": number, "line": plant["line"], "model": plant["model"], "status": "IN_PROGRESS"}
    lot_id = (await connection.execute(insert(Lot).returning(Lot.id), [facts])).scalar_one()
    rows = [
        {"lot_id": lot_id, "sequence": n, "wip_id": f"WIP-{number}-{n:03d}"}
        for n in range(1, UNITS_PER_LOT + 1)
    ]
    await connection.execute(insert(Unit), rows)


if __name__ == "__main__":
    asyncio.run(prepare(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
