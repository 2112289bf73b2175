"""Engine and session of the peer, as SQLAlchemy's asyncio page shows them."""

import os
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

# Two workers of 25 are the 50 connections of everybody in the comparison. All are kept open: the default
# (5 kept, 10 more that are closed again after use) would spend its time dialling. The rest are defaults.
CONNECTIONS_PER_WORKER = 25

engine = create_async_engine(
    make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg"),
    pool_size=CONNECTIONS_PER_WORKER,
    max_overflow=0,
)
new_session = async_sessionmaker(engine, expire_on_commit=False)


async def get_session() -> AsyncIterator[AsyncSession]:
    """Lend a session for one request."""
    async with new_session() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]
