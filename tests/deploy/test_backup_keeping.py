"""Which backups go and which stay: every copy for a week, one a week for a month, and any moment of it in reach."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from neurohub.backup.catalogue import Backup
from neurohub.backup.keeping import superfluous

KEEP = timedelta(days=30)
BEGIN = datetime(2026, 1, 1, 2, tzinfo=UTC)


def backup(at: datetime, parent: str | None = None) -> Backup:
    kind = "full" if parent is None else "increment"
    return Backup(
        name=f"{at:%Y%m%dT%H%M%S}-{kind}",
        kind=kind,
        parent=parent,
        begun_at=at,
        ended_at=at,
        version=18,
        system_id="1",
        database="neurohub",
        superuser="postgres",
        first_wal="000000010000000000000001",
        size_bytes=1,
        sums={},
        files=(),
    )


def days(number: int) -> list[Backup]:
    return [backup(BEGIN + timedelta(days=day)) for day in range(number)]


def night_after_night(number: int) -> list[Backup]:
    kept: list[Backup] = []
    for each in days(number):
        kept.append(each)
        gone = superfluous(kept, each.ended_at, KEEP)
        kept = [one for one in kept if one not in gone]
    return kept


def test_after_half_a_year_seven_daily_and_a_handful_of_weekly_ones_are_left():
    kept = night_after_night(180)
    now = kept[-1].ended_at
    assert len([each for each in kept if each.ended_at > now - timedelta(days=7)]) == 7
    assert 11 <= len(kept) <= 13


@given(st.integers(1, 120))
def test_any_moment_of_the_last_thirty_days_has_a_full_backup_before_it(number):
    kept = night_after_night(number)
    now = kept[-1].ended_at
    first = BEGIN if number <= 30 else now - KEEP
    assert kept[0].ended_at <= first


def test_increments_of_the_last_week_stay_with_what_they_build_on():
    fulls = days(20)
    increments = [backup(each.ended_at + timedelta(hours=6), each.name) for each in fulls]
    chained = backup(increments[-1].ended_at + timedelta(hours=6), increments[-1].name)
    known = sorted([*fulls, *increments, chained], key=lambda each: each.ended_at)
    gone = superfluous(known, chained.ended_at, KEEP)
    kept = [each for each in known if each not in gone]
    names = {each.name for each in kept}
    assert chained in kept
    assert all(each.parent is None or each.parent in names for each in kept)
    assert len([each for each in kept if each.kind == "increment"]) == 8


def test_the_newest_backup_stays_whatever_the_clock_says():
    known = days(3)
    assert known[-1] not in superfluous(known, BEGIN + timedelta(days=4000), KEEP)
