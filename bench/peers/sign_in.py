"""Who is calling: bearer tokens as FastAPI's tutorial on security has them, for stations."""

import os
from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer
from pwdlib import PasswordHash

from bench.peers.bodies import SignedIn, StationLogin
from bench.peers.database import Session
from bench.peers.tables import Station

SECRET_KEY = os.environ["SECRET_KEY"]
ALGORITHM = "HS256"
TOKEN_LIFE = timedelta(hours=12)

router = APIRouter(prefix="/api/v1/auth")
bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/station")
passwords = PasswordHash.recommended()


@router.post("/station")
async def sign_in(login: StationLogin, session: Session) -> SignedIn:
    """Give a station its token."""
    station = await session.get(Station, login.station)
    if station is None or not station.active or not passwords.verify(login.secret, station.secret_hash):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, {"code": "BAD_CREDENTIALS"})
    claims = {"sub": station.code, "exp": datetime.now(UTC) + TOKEN_LIFE}
    token = jwt.encode(claims, SECRET_KEY, algorithm=ALGORITHM)
    return SignedIn(access_token=token, expires_in=int(TOKEN_LIFE.total_seconds()))


async def current_station(token: Annotated[str, Depends(bearer)], session: Session) -> Station:
    """Return the station whose token this is, as it stands in the database now."""
    refused = HTTPException(
        status.HTTP_401_UNAUTHORIZED, {"code": "NOT_AUTHENTICATED"}, headers={"WWW-Authenticate": "Bearer"}
    )
    try:
        code = jwt.decode(token, SECRET_KEY, algorithms=[ALGORITHM]).get("sub")
    except jwt.InvalidTokenError:
        raise refused from None
    station = await session.get(Station, code)
    if station is None or not station.active:
        raise refused
    return station


CurrentStation = Annotated[Station, Depends(current_station)]
