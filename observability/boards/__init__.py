"""The boards, in the order they are opened at three in the morning."""

from typing import Final

from observability.board import Board
from observability.boards import api, capacity, database, floor, load, stations

ALL: Final[tuple[Board, ...]] = (
    floor.BOARD,
    api.BOARD,
    database.BOARD,
    stations.BOARD,
    load.BOARD,
    capacity.BOARD,
)
