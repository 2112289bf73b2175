"""Alerts on what is promised: errors, slow answers, the mean, the cache, and that anybody is watching at all."""

from typing import Final

from observability import slo
from observability.alerts.alert import Alert, Case, Series
from observability.queries import (
    CACHE_HIT_RATIO,
    MEAN_SECONDS,
    SLOW_RATIO,
    error_ratio,
    rate,
    request_rate,
)

_OK: Final = 'neurohub_http_requests_total{route="/api/v1/process/start",status="201"}'
_FAILED: Final = 'neurohub_http_requests_total{route="/api/v1/process/start",status="503"}'
_TOOK: Final = 'neurohub_http_request_duration_seconds_%s{route="/api/v1/process/start"%s}'
_TRAFFIC: Final = f"{request_rate('5m')} > {slo.REQUESTS_A_SECOND_MIN}"
_READS: Final = rate("neurohub_cache_reads_total", 'cache="board"', window="5m")
_LONG: Final = {
    "1h": "2h",
    "6h": "8h",
    "1d": "26h",
    "3d": "76h",
}  # a case runs a little longer than its window


def _burn(burn: slo.Burn) -> Alert:
    limit = round(burn.times * slo.ERRORS_MAX, 6)
    page = burn.severity is slo.Severity.PAGE
    said = f"{limit:.2%}".rstrip("0%").rstrip(".") + " %"
    return Alert(
        name=f"NeuroHubErrors{burn.long}",
        expr=(
            f"{error_ratio(burn.short)} > {limit} and {error_ratio(burn.long)} > {limit}"
            f" and {request_rate(burn.long)} > {slo.REQUESTS_A_SECOND_MIN}"
        ),
        holds="2m" if page else "15m",
        severity=burn.severity,
        slo="errors",
        summary=(
            f"More than {said} of requests fail, over {burn.short} and over {burn.long}",
            f"최근 {burn.short}와 {burn.long} 동안 요청의 {said} 이상이 실패합니다",
        ),
        action=(
            "Open the API board: which route fails, and with which code? 503 points to the database board.",
            "API 대시보드에서 어느 경로가 어떤 코드로 실패하는지 보십시오. 503이면 데이터베이스 대시보드로 가십시오.",
        ),
        fires=_errors(99.0 - 300 * limit, 1 + 300 * limit, burn),
        rests=_errors(100 - 30 * limit, 30 * limit, burn),
    )


def _errors(good: float, bad: float, burn: slo.Burn) -> Case:
    series = {_OK: f"0+{good:.3f}x5000", _FAILED: f"0+{bad:.3f}x5000"}
    return Case(series=series, at=_LONG[burn.long], days=burn.long != "1h")


def _answers(within_s: float, slow: int, seconds: float) -> Series:
    """Return a minute's 100 answers, `slow` of them beyond `within_s`, taking `seconds` in sum."""
    return {
        _OK: "0+100x30",
        _TOOK % ("bucket", f',le="{within_s}"'): f"0+{100 - slow}x30",
        _TOOK % ("bucket", ',le="+Inf"'): "0+100x30",
        _TOOK % ("count", ""): "0+100x30",
        _TOOK % ("sum", ""): f"0+{seconds}x30",
    }


ALERTS: Final = (
    *(_burn(burn) for burn in slo.BURNS),
    Alert(
        name="NeuroHubSlow",
        expr=f"{SLOW_RATIO} > {slo.SLOW_MAX} and {_TRAFFIC}",
        holds="5m",
        severity=slo.Severity.PAGE,
        slo="latency",
        summary=(
            f"More than {slo.SLOW_MAX:.0%} of answers take longer than {slo.SLOW_S:.0f} s",
            f"응답의 {slo.SLOW_MAX:.0%} 이상이 {slo.SLOW_S:.0f}초를 넘습니다",
        ),
        action=(
            "Open the API board: the slowest route; then the database board: pool, lanes, locks.",
            "API 대시보드에서 가장 느린 경로를, 데이터베이스 대시보드에서 풀·레인·락을 보십시오.",
        ),
        fires=Case(series=_answers(slo.SLOW_S, 8, 20), at="20m"),
        rests=Case(series=_answers(slo.SLOW_S, 3, 9), at="20m"),
    ),
    Alert(
        name="NeuroHubMeanSlow",
        expr=f"{MEAN_SECONDS} > {slo.MEAN_S} and {_TRAFFIC}",
        holds="15m",
        severity=slo.Severity.TICKET,
        slo="latency",
        summary=(
            f"The mean answer takes longer than {slo.MEAN_S * 1000:.0f} ms",
            f"평균 응답 시간이 {slo.MEAN_S * 1000:.0f}ms를 넘습니다",
        ),
        action=(
            "Open the capacity board: is it more load, or more time for the same load?",
            "용량 대시보드에서 부하가 늘었는지, 같은 부하가 느려졌는지 보십시오.",
        ),
        fires=Case(series=_answers(slo.SLOW_S, 0, 15), at="25m"),
        rests=Case(series=_answers(slo.SLOW_S, 0, 5), at="25m"),
    ),
    Alert(
        name="NeuroHubCacheCold",
        expr=f"{CACHE_HIT_RATIO} < {slo.CACHE_HITS_MIN} and {_READS} > {slo.READS_A_SECOND_MIN}",
        holds="15m",
        severity=slo.Severity.TICKET,
        slo="cache",
        summary=(
            f"Less than {slo.CACHE_HITS_MIN:.0%} of the board's reads are answered from the cache",
            f"대시보드 조회 중 캐시로 응답한 비율이 {slo.CACHE_HITS_MIN:.0%} 미만입니다",
        ),
        action=(
            "Is Redis there (breaker open)? Are fewer people polling than one in five seconds?",
            "Redis가 살아 있는지(차단기 열림 여부), 조회하는 사람이 너무 적은지 확인하십시오.",
        ),
        fires=Case(
            series={
                'neurohub_cache_reads_total{cache="board",level="l1"}': "0+50x40",
                'neurohub_cache_reads_total{cache="board",level="miss"}': "0+50x40",
            },
            at="25m",
        ),
        rests=Case(
            series={
                'neurohub_cache_reads_total{cache="board",level="l1"}': "0+95x40",
                'neurohub_cache_reads_total{cache="board",level="miss"}': "0+5x40",
            },
            at="25m",
        ),
    ),
)
