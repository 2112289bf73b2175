"""Which backups are kept: pure rules over the catalogue and a clock that is given. Deletes nothing itself.

Every copy of the last days, then a full one a week, and always what the oldest promised moment needs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from neurohub.backup.catalogue import Backup

DAILY: Final = timedelta(days=7)
WEEK_S: Final = 7 * 86400


def superfluous(backups: Sequence[Backup], now: datetime, keep: timedelta) -> list[Backup]:
    """Return the backups that no moment of the last `keep` needs, in the order in which they may go.

    Any moment since then can be restored: there is a full backup before it, and the log from that one on is kept.
    """
    fulls = [backup for backup in backups if backup.kind == "full"]
    base = max((each.ended_at for each in fulls if each.ended_at <= now - keep), default=None)
    in_reach = [each for each in fulls if base is None or each.ended_at >= base]
    kept = {each.name for each in in_reach if each.ended_at > now - DAILY}
    first_of_week = {_week(each): each.name for each in reversed(in_reach)}
    kept |= set(first_of_week.values()) | {each.name for each in in_reach[-1:]}
    kept |= {each.name for each in in_reach if each.ended_at == base}
    for each in backups:  # oldest first, so a parent is judged before what builds on it
        if each.kind == "increment" and each.parent in kept and each.ended_at > now - DAILY:
            kept.add(each.name)
    return [each for each in reversed(backups) if each.name not in kept]


def _week(backup: Backup) -> int:
    return int(backup.ended_at.timestamp()) // WEEK_S
