"""The expressions of rules and boards, in PromQL, each written once. No threshold, no panel, no alert.

A rate over a window is `rate(counter)[window]`; boards give Grafana's `$__rate_interval`, rules a fixed window.
Recorded series are named `level:what:how` and are made by `rules`.
"""

from typing import Final

WINDOWS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
BOARD: Final = "$__rate_interval"
API: Final = 'route=~"/api/.*", route!~".*/live"'  # a stream of the board lasts as long as somebody looks
SCANS: Final = 'route=~"/api/v1/process/.*"'
DURATION: Final = "neurohub_http_request_duration_seconds"
LOAD_DURATION: Final = "neurohub_load_answer_duration_seconds"  # the same at the client of a load run
SLOW_RATIO: Final = "plant:http_slow:ratio_rate5m"
MEAN_SECONDS: Final = "plant:http_duration_seconds:mean5m"
CACHE_HIT_RATIO: Final = "plant:cache_hits:ratio_rate5m"
SCAN_P99_SECONDS: Final = "plant:scan_duration_seconds:p99_5m"

CPU_BUSY: Final = '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))'
MEMORY_USED: Final = "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"
_DISK: Final = 'fstype!~"tmpfs|ramfs|overlay|squashfs|fuse.*"'
DISK_FREE: Final = f"node_filesystem_avail_bytes{{{_DISK}}} / node_filesystem_size_bytes{{{_DISK}}}"
DISK_AVAILABLE: Final = f"node_filesystem_avail_bytes{{{_DISK}}}"
PLANT: Final = 'datname!~"template.*|postgres|"'
BACKUP_DONE_AT: Final = "neurohub_backup_last_success_timestamp_seconds"
DRILL_DONE_AT: Final = "neurohub_backup_drill_last_success_timestamp_seconds"
JOB_DONE_AT: Final = "neurohub_job_last_success_timestamp_seconds"
CONNECTIONS: Final = f"sum(pg_stat_activity_count{{{PLANT}}})"


def rate(counter: str, labels: str = "", *, by: str = "", window: str = BOARD) -> str:
    """Return the rate a second of a counter, summed over instances."""
    chosen = f"{{{labels}}}" if labels else ""
    return f"{_sum(by)}(rate({counter}{chosen}[{window}]))"


def total(gauge: str, labels: str = "", *, by: str = "") -> str:
    """Return a gauge summed over instances."""
    return f"{_sum(by)}({gauge}{{{labels}}})" if labels else f"{_sum(by)}({gauge})"


def quantile(share: float, histogram: str, labels: str = "", *, by: str = "", window: str = BOARD) -> str:
    """Return a quantile of a histogram over all instances, in its own unit."""
    grouped = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, {rate(f'{histogram}_bucket', labels, by=grouped, window=window)})"


def mean(histogram: str, labels: str = "", *, by: str = "", window: str = BOARD) -> str:
    """Return the mean of a histogram over all instances, in its own unit."""
    whole = rate(f"{histogram}_sum", labels, by=by, window=window)
    return f"{whole} / {rate(f'{histogram}_count', labels, by=by, window=window)}"


def share(part: str, whole: str) -> str:
    """Return `part` of `whole`; 0 while there is no such part, nothing while there is no whole."""
    return f"({part} or vector(0)) / ({whole} > 0)"


def increase(counter: str, window: str, labels: str = "", *, by: str = "") -> str:
    """Return how much a counter grew in a window, summed over instances."""
    chosen = f"{{{labels}}}" if labels else ""
    return f"{_sum(by)}(increase({counter}{chosen}[{window}]))"


def requests(window: str = BOARD) -> str:
    return rate("neurohub_http_requests_total", API, window=window)


def error_share(window: str = BOARD) -> str:
    """Return the share of requests that the service failed: 5xx, refusals for overload among them."""
    failed = rate("neurohub_http_requests_total", f'{API}, status=~"5.."', window=window)
    return share(failed, requests(window))


def slow_share(seconds: float, window: str = BOARD) -> str:
    """Return the share of requests that took longer than `seconds`, which must be the bound of a bucket."""
    within = rate(f"{DURATION}_bucket", f'{API}, le="{seconds}"', window=window)
    return f"1 - {within} / ({rate(f'{DURATION}_count', API, window=window)} > 0)"


def cache_hit_share(window: str = BOARD) -> str:
    reads = rate("neurohub_cache_reads_total", 'cache="board"', window=window)
    return share(rate("neurohub_cache_reads_total", 'cache="board", level!="miss"', window=window), reads)


def refused_share(window: str = BOARD) -> str:
    """Return, by process, the share of scans that were refused."""
    scans = rate("neurohub_events_total", 'process!=""', by="process", window=window)
    not_these = 'outcome!~"accepted|replayed", process!=""'
    refused = rate("neurohub_events_total", not_these, by="process", window=window)
    return f"({refused} or 0 * {scans}) / ({scans} > 0)"


def error_ratio(window: str) -> str:
    """Return the name of the recorded share of failed requests."""
    return f"plant:http_errors:ratio_rate{window}"


def request_rate(window: str) -> str:
    """Return the name of the recorded rate of requests."""
    return f"plant:http_requests:rate{window}"


def _sum(by: str) -> str:
    return f"sum by ({by}) " if by else "sum"
