"""The application of the peer: `uvicorn bench.peers.app:app --workers 2`."""

from fastapi import FastAPI
from sqlalchemy import text

from bench.peers import process, sign_in
from bench.peers.database import Session

app = FastAPI(title="Peer of NeuroHub MES")
app.include_router(sign_in.router)
app.include_router(process.router)


@app.get("/health")
async def health(session: Session) -> dict[str, str]:
    """Tell whether the database answers."""
    await session.execute(text("select 1"))
    return {"status": "ok"}
