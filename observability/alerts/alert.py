"""What an alert is. Nobody can write one without an action, and without a case that fires and one that rests."""

from msgspec import Struct

from observability.slo import Severity

Series = dict[str, str]  # selector -> values in promtool's notation, one a minute


class Case(Struct, frozen=True, kw_only=True):
    """What Prometheus saw, and when it is asked. `labels` are those an alert must then carry beside its own.

    `days` is a case over many hours: a sample every five minutes instead of every one, rules every quarter of an hour.
    """

    series: Series
    at: str
    labels: dict[str, str] = {}
    days: bool = False


class Alert(Struct, frozen=True, kw_only=True):
    """One alert. `holds` is how long the condition must hold; `slo` binds alerts of one promise (for inhibition).

    `summary` and `action` are one sentence each, in English and in Korean; the runbook has an entry of its name.
    """

    name: str
    expr: str
    holds: str
    severity: Severity
    summary: tuple[str, str]
    action: tuple[str, str]
    fires: Case
    rests: Case | None  # nothing for what fires always
    slo: str = ""
