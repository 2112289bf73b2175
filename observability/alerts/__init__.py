"""Every alert, by what it is about: what is asked, how urgent, what to do, and proof that it fires and rests."""

from typing import Final

from observability.alerts import database, floor, machine, promises, service
from observability.alerts.alert import Alert

ALL: Final[tuple[Alert, ...]] = (
    *promises.ALERTS,
    *service.ALERTS,
    *floor.ALERTS,
    *database.ALERTS,
    *machine.ALERTS,
)
