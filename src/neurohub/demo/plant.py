"""The demo plant: lines, models, people, stations, equipment. Written once; what exists stays as it is.

The one password of its people and stations is made per installation, never a default. Called by `data`.
"""

from typing import Final

import msgspec
from msgspec import Struct

from neurohub.auth.passwords import HashingSlots, hash_password
from neurohub.contract.commands import station_key
from neurohub.contract.stations import badge_sha256
from neurohub.demo.reports import FIRMWARE_VERSION, PRINTER
from neurohub.domain.limits import STANDARD
from neurohub.storage import setup
from neurohub.storage.pool import Connection, Database

ACTOR: Final = "system:demo"
LINE: Final = "KR01"
LINES: Final = (("KR01", "한국 1라인 / Korea line 1"), ("KR02", "한국 2라인 / Korea line 2"))
MODELS: Final = (("PSA", "PSA 허리보조 로봇"), ("WFO", "WFO 허리보조 로봇"))
PEOPLE: Final = (
    ("admin", "관리자", "admin", None),
    ("manager", "생산 매니저", "manager", None),
    ("worker", "작업자", "worker", LINE),
    ("viewer", "열람자", "viewer", None),
)
STATIONS: Final = {f"ST-{process:02d}": process for process in range(1, 9)}
EQUIPMENT: Final = (
    ("EQ-LASER-01", "레이저 마킹기 1", 1, 5),
    ("EQ-ASSY-01", "LMA 조립대 1", 2, 40),
    ("EQ-ASSY-02", "LMA 조립대 2", 2, 21),
    ("EQ-SENSOR-01", "센서 검사기 1", 3, 3),
    ("EQ-FLASH-01", "펌웨어 라이터 1", 4, 90),
    ("EQ-ROBOT-01", "로봇 조립대 1", 5, 30),
    ("EQ-ROBOT-02", "로봇 조립대 2", 5, -2),
    ("EQ-PERF-01", "성능 시험기 1", 6, 14),
    ("EQ-LABEL-01", "라벨 부착대 1", 7, 60),
    ("EQ-PACK-01", "포장대 1", 8, 120),
)
PRINTER_ADDRESS: Final = "127.0.0.1:9100"  # where a simulated printer listens
PRINTERS: Final = (
    ("PRINTER-01", "WIP 라벨 프린터", ["wip"], "ST-01"),
    ("PRINTER-02", "LOT 라벨 프린터", ["lot"], "ST-01"),
    (PRINTER, "제품 라벨 프린터", ["serial"], "ST-07"),
)
EQUIPMENT_AT: Final = {process: code for code, _, process, _ in reversed(EQUIPMENT)}


class Hashes(Struct, frozen=True):
    """The demo's password as the database keeps it."""

    password: str
    secret: str
    event_key: bytes


async def seed_plant(database: Database, password: str) -> None:
    """Write the demo plant, its people and its stations; bring their password to `password`."""
    known = await setup.demo_hash(database, "viewer", ACTOR)
    if await HashingSlots().verify(known, password):
        return
    hashes = Hashes(hash_password(password), hash_password(password), station_key(password))
    async with setup.changes(database, ACTOR) as connection:
        await setup.renew_demo(connection, ACTOR, hashes.password, hashes.secret, hashes.event_key)
        await _add_plant(connection)
        await _add_everybody(connection, hashes)


async def _add_plant(connection: Connection) -> None:
    await setup.add(connection, "line", LINES)
    await setup.add(connection, "model", MODELS)
    for model, _ in MODELS:
        await setup.add_limits(connection, model, msgspec.json.encode(STANDARD), ACTOR)
    equipment = [(code, name, LINE, process, days) for code, name, process, days in EQUIPMENT]
    await setup.add(connection, "equipment", equipment)


async def _add_everybody(connection: Connection, hashes: Hashes) -> None:
    for username, name, role, line in PEOPLE:
        person = setup.Person(
            username=username,
            name=name,
            role=role,
            locale="ko",
            line=line,
            password_hash=hashes.password,
            badge_sha256=badge_sha256(badge_of(username)),
        )
        await setup.add_person(connection, person)
    for code, process in STATIONS.items():
        station = setup.Station(
            code=code,
            name=f"{process}공정 작업 PC",
            line=LINE,
            processes=[process],
            secret_hash=hashes.secret,
            event_key=hashes.event_key,
        )
        await setup.add_station(connection, station)
    printers = [
        (code, name, LINE, PRINTER_ADDRESS, kinds, station) for code, name, kinds, station in PRINTERS
    ]
    await setup.add(connection, "printer", printers)


def badge_of(username: str) -> str:
    """Return what the badge of a person of the demo says."""
    return f"BADGE-{username.upper()}"


def firmware_image(model: str) -> bytes:
    """Return the demo firmware of a model: the same bytes on every machine."""
    return f"NeuroHub demo firmware {model} {FIRMWARE_VERSION}\n".encode() * 256
