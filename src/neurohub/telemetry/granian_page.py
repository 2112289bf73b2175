"""What Granian counts of itself, in our names and units: connections and the wait for the GIL by worker, respawns.

Its page listens on the loopback of the same machine and is read when ours is; one that does not answer leaves its
metrics out. Who calls it: the server, for the merged page.
"""

import urllib.request
from collections.abc import Iterable
from typing import Final, NamedTuple

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

TIMEOUT_S: Final = 1.0


Kind = type[CounterMetricFamily] | type[GaugeMetricFamily]


class Told(NamedTuple):
    """One of Granian's numbers as we tell it; `worth` is what one of its units is in ours."""

    name: str
    kind: Kind
    help_text: str
    labels: tuple[str, ...] = ()
    worth: float = 1.0


TOLD: Final = {
    "granian_connections_active": Told(
        "neurohub_server_connections", GaugeMetricFamily, "Open connections of a worker", ("worker",)
    ),
    "granian_py_wait_cumulative": Told(
        "neurohub_server_gil_wait_seconds",
        CounterMetricFamily,
        "Time that a worker's server waited for Python",
        ("worker",),
        1e-6,
    ),
    "granian_workers_respawns_for_err": Told(
        "neurohub_server_respawns", CounterMetricFamily, "Workers started anew because they had died"
    ),
}


class GranianCollector:
    """Reads Granian's page when it is asked."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/metrics"

    def collect(self) -> Iterable[Metric]:
        """Return the metrics; what a registry calls."""
        try:
            with urllib.request.urlopen(self._url, timeout=TIMEOUT_S) as page:  # noqa: S310 (our own address)
                text = page.read().decode()
        except OSError:
            return []
        return families(text)


def families(page: str) -> list[Metric]:
    """Return what a page of Granian tells us."""
    found: list[Metric] = []
    for theirs in text_string_to_metric_families(page):
        told = TOLD.get(theirs.name)
        if told is None:
            continue
        family = told.kind(told.name, told.help_text, labels=told.labels)
        for sample in theirs.samples:
            family.add_metric([sample.labels[label] for label in told.labels], sample.value * told.worth)
        found.append(family)
    return found
