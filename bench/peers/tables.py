"""Tables of the peer: what start and complete need, with the indexes one would give them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, DateTime, ForeignKey, Identity, SmallInteger, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(AsyncAttrs, DeclarativeBase):
    """Base of the tables; text without a length, instants with a zone."""

    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own way)
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[int]: ARRAY(SmallInteger),
    }


class Station(Base):
    __tablename__ = "station"

    code: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str]
    processes: Mapped[list[int]]
    secret_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)


class Person(Base):
    __tablename__ = "person"

    username: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)


class LimitSet(Base):
    __tablename__ = "limit_set"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    model: Mapped[str] = mapped_column(index=True)
    measured_temp_low: Mapped[float]
    measured_temp_high: Mapped[float]


class Lot(Base):
    __tablename__ = "lot"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    lot_number: Mapped[str] = mapped_column(unique=True)
    line: Mapped[str]
    model: Mapped[str]
    status: Mapped[str]


class Unit(Base):
    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    sequence: Mapped[int] = mapped_column(SmallInteger)
    wip_id: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default="CREATED")
    passed_process: Mapped[int] = mapped_column(SmallInteger, default=0)
    open_process: Mapped[int | None] = mapped_column(SmallInteger)
    open_step_id: Mapped[int | None] = mapped_column(BigInteger)
    open_station: Mapped[str | None]
    open_occurred_at: Mapped[datetime | None]
    rework_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    attempt: Mapped[int] = mapped_column(SmallInteger, default=0)
    attempt_process: Mapped[int | None] = mapped_column(SmallInteger)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class History(Base):
    """One row per event, never changed. Its unique `event_id` and the facts of its answer make events idempotent."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    credential: Mapped[str]
    command: Mapped[dict[str, Any]]
    kind: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    process: Mapped[int] = mapped_column(SmallInteger)
    attempt: Mapped[int] = mapped_column(SmallInteger)
    step_id: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    result: Mapped[str | None]
    operator: Mapped[str]
    station: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    limits_version: Mapped[int | None]
    judged: Mapped[list[dict[str, Any]] | None]
    status_after: Mapped[str]
    passed_after: Mapped[int] = mapped_column(SmallInteger)
    open_after: Mapped[int | None] = mapped_column(SmallInteger)


class Component(Base):
    """What a unit holds now."""

    __tablename__ = "component"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    component_lot: Mapped[str] = mapped_column(index=True)
    installed_at: Mapped[datetime]
