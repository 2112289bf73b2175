"""Alerts on the machines, from the node exporter, and on exporters that have gone away."""

from typing import Final

from observability import slo
from observability.alerts.alert import Alert, Case
from observability.queries import CPU_BUSY, DISK_AVAILABLE, DISK_FREE, MEMORY_USED

_IDLE: Final = 'node_cpu_seconds_total{instance="a",cpu="0",mode="idle"}'
_MEMORY: Final = 'node_memory_%s_bytes{instance="a"}'
_DISK: Final = 'node_filesystem_%s_bytes{instance="a",mountpoint="/",fstype="ext4"}'
_OF_A: Final = {"instance": "a"}
_OF_ROOT: Final = {"instance": "a", "mountpoint": "/", "fstype": "ext4"}

ALERTS: Final = (
    Alert(
        name="NeuroHubCpuHigh",
        expr=f"{CPU_BUSY} > {slo.CPU_MAX}",
        holds="10m",
        severity=slo.Severity.TICKET,
        slo="machine",
        summary=(
            f"{{{{ $labels.instance }}}} has used over {slo.CPU_MAX:.0%} of its CPU for ten minutes",
            f"{{{{ $labels.instance }}}}의 CPU 사용률이 10분 동안 {slo.CPU_MAX:.0%}를 넘었습니다",
        ),
        action=(
            "Open the capacity board: whose CPU is it, and did the load grow?",
            "용량 대시보드에서 무엇이 CPU를 쓰는지, 부하가 늘었는지 보십시오.",
        ),
        fires=Case(series={_IDLE: "0+6x40"}, at="20m", labels=_OF_A),
        rests=Case(series={_IDLE: "0+30x40"}, at="20m"),
    ),
    Alert(
        name="NeuroHubMemoryHigh",
        expr=f"{MEMORY_USED} > {slo.MEMORY_MAX}",
        holds="10m",
        severity=slo.Severity.TICKET,
        slo="machine",
        summary=(
            f"{{{{ $labels.instance }}}} has used over {slo.MEMORY_MAX:.0%} of its memory for ten minutes",
            f"{{{{ $labels.instance }}}}의 메모리 사용률이 10분 동안 {slo.MEMORY_MAX:.0%}를 넘었습니다",
        ),
        action=(
            "Which process grew? Each has a budget in its unit; the kernel ends the largest first.",
            "어느 프로세스가 커졌는지 보십시오. 각 유닛에 메모리 한도가 있습니다.",
        ),
        fires=Case(
            series={_MEMORY % "MemAvailable": "10x30", _MEMORY % "MemTotal": "100x30"}, at="20m", labels=_OF_A
        ),
        rests=Case(series={_MEMORY % "MemAvailable": "40x30", _MEMORY % "MemTotal": "100x30"}, at="20m"),
    ),
    Alert(
        name="NeuroHubDiskLow",
        expr=f"{DISK_FREE} < {slo.DISK_FREE_MIN}",
        holds="5m",
        severity=slo.Severity.PAGE,
        slo="machine",
        summary=(
            "Less than a tenth of {{ $labels.mountpoint }} on {{ $labels.instance }} is free",
            "{{ $labels.instance }}의 {{ $labels.mountpoint }} 여유 공간이 10% 미만입니다",
        ),
        action=(
            "A full disk stops every scan. Free old logs and backups; is the archive stuck (NeuroHubArchiveOld)?",
            "디스크가 가득 차면 모든 스캔이 멈춥니다. 오래된 로그와 백업을 정리하고 WAL 보관을 확인하십시오.",
        ),
        fires=Case(series={_DISK % "avail": "5x20", _DISK % "size": "100x20"}, at="10m", labels=_OF_ROOT),
        rests=Case(series={_DISK % "avail": "50x20", _DISK % "size": "100x20"}, at="10m"),
    ),
    Alert(
        name="NeuroHubDiskFilling",
        expr=f"predict_linear({DISK_AVAILABLE}[6h], {slo.DISK_FULL_WITHIN_S}) < 0",
        holds="1h",
        severity=slo.Severity.TICKET,
        slo="machine",
        summary=(
            "{{ $labels.mountpoint }} on {{ $labels.instance }} will be full within four days",
            "{{ $labels.instance }}의 {{ $labels.mountpoint }}가 4일 안에 가득 찹니다",
        ),
        action=(
            "Find what grows: database, log archive, logs, metrics. Order space before it is needed.",
            "데이터베이스, WAL 보관, 로그, 지표 중 무엇이 늘어나는지 찾고 공간을 확보하십시오.",
        ),
        fires=Case(series={_DISK % "avail": "5000-5x100"}, at="8h", days=True, labels=_OF_ROOT),
        rests=Case(series={_DISK % "avail": "10000x100"}, at="8h", days=True),
    ),
    Alert(
        name="NeuroHubExporterDown",
        expr='up{job!~"neurohub|load"} == 0',
        holds="5m",
        severity=slo.Severity.TICKET,
        summary=(
            "The exporter {{ $labels.job }} of {{ $labels.instance }} does not answer",
            "{{ $labels.instance }}의 {{ $labels.job }} 익스포터가 응답하지 않습니다",
        ),
        action=(
            "Restart it. Until then the alerts that read it are blind.",
            "다시 시작하십시오. 그때까지 관련 알림이 동작하지 않습니다.",
        ),
        fires=Case(
            series={'up{job="node",instance="a"}': "0x10"}, at="7m", labels={"instance": "a", "job": "node"}
        ),
        rests=Case(series={'up{job="node",instance="a"}': "1x10"}, at="7m"),
    ),
    Alert(
        name="NeuroHubExporterMissing",
        expr='absent(up{job="node"}) or absent(up{job="postgres"})',
        holds="15m",
        severity=slo.Severity.TICKET,
        summary=(
            "Nobody watches {{ $labels.job }}: Prometheus does not know such a target",
            "{{ $labels.job }} 대상이 Prometheus에 등록되어 있지 않습니다",
        ),
        action=(
            "Add its address to the targets of Prometheus.",
            "Prometheus 대상 목록에 주소를 추가하십시오.",
        ),
        fires=Case(series={'up{job="postgres"}': "1x30"}, at="20m", labels={"job": "node"}),
        rests=Case(series={'up{job="postgres"}': "1x30", 'up{job="node"}': "1x30"}, at="20m"),
    ),
)
