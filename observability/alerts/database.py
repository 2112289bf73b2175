"""Alerts on PostgreSQL and Redis, from Debian's exporters, and on the copies that a bad day will need."""

from typing import Final

from observability import slo
from observability.alerts.alert import Alert, Case
from observability.queries import BACKUP_DONE_AT, CONNECTIONS, DRILL_DONE_AT, PLANT

_LIMIT: Final = slo.CONNECTIONS_NEAR * slo.CONNECTIONS_MAX
_COUNT: Final = 'pg_stat_activity_count{datname="neurohub",state="idle"}'
_LONGEST: Final = 'pg_stat_activity_max_tx_duration{datname="neurohub",state="active"}'
_DEADLOCKS: Final = 'pg_stat_database_deadlocks{datname="neurohub"}'

ALERTS: Final = (
    Alert(
        name="NeuroHubDatabaseDown",
        expr="pg_up == 0",
        holds="1m",
        severity=slo.Severity.PAGE,
        slo="database",
        summary=("PostgreSQL does not answer", "PostgreSQL이 응답하지 않습니다"),
        action=(
            "Look at the server and its log. With a standby: has it been promoted? Stations keep what they scan.",
            "서버와 로그를 확인하십시오. 대기 서버가 승격되었는지 보십시오. 작업 PC는 계속 저장합니다.",
        ),
        fires=Case(series={"pg_up": "1 0x10"}, at="5m"),
        rests=Case(series={"pg_up": "1x10"}, at="5m"),
    ),
    Alert(
        name="NeuroHubConnectionsNear",
        expr=f"{CONNECTIONS} > {_LIMIT:g}",
        holds="5m",
        severity=slo.Severity.TICKET,
        slo="connections",
        summary=(
            f"More than {_LIMIT:g} of {slo.CONNECTIONS_MAX} database connections are in use",
            f"데이터베이스 연결 {slo.CONNECTIONS_MAX}개 중 {_LIMIT:g}개 넘게 사용 중입니다",
        ),
        action=(
            "Who holds them (`pg_stat_activity`, application_name)? NEUROHUB_DATABASE_CONNECTIONS is per instance.",
            "`pg_stat_activity`에서 누가 사용하는지 보십시오. NEUROHUB_DATABASE_CONNECTIONS는 인스턴스별 값입니다.",
        ),
        fires=Case(series={_COUNT: "48x20"}, at="10m"),
        rests=Case(series={_COUNT: "30x20"}, at="10m"),
    ),
    Alert(
        name="NeuroHubTransactionLong",
        expr=f"max(pg_stat_activity_max_tx_duration{{{PLANT}}}) > {slo.TRANSACTION_S_MAX}",
        holds="2m",
        severity=slo.Severity.TICKET,
        slo="database",
        summary=("A transaction has been open for over a minute", "1분 넘게 열려 있는 트랜잭션이 있습니다"),
        action=(
            "Find it in `pg_stat_activity` (xact_start); a backup or a migration may be meant, else end it.",
            "`pg_stat_activity`의 xact_start로 찾으십시오. 백업이나 마이그레이션이 아니면 종료하십시오.",
        ),
        fires=Case(series={_LONGEST: "0+60x10"}, at="7m"),
        rests=Case(series={_LONGEST: "2x10"}, at="7m"),
    ),
    Alert(
        name="NeuroHubDeadlocks",
        expr=f"sum(increase(pg_stat_database_deadlocks{{{PLANT}}}[15m])) > {slo.DEADLOCKS_MAX}",
        holds="0m",
        severity=slo.Severity.TICKET,
        slo="database",
        summary=("Transactions lock each other out", "트랜잭션이 서로 교착 상태에 빠지고 있습니다"),
        action=(
            "The database's log names both statements; the service repeats them, so nothing is lost.",
            "데이터베이스 로그에 두 문장이 기록됩니다. 서비스가 재시도하므로 유실은 없습니다.",
        ),
        fires=Case(series={_DEADLOCKS: "0+1x20"}, at="16m"),
        rests=Case(series={_DEADLOCKS: "4x20"}, at="16m"),
    ),
    Alert(
        name="NeuroHubReplicaBehind",
        expr=f"max by (instance) (pg_replication_lag and pg_replication_is_replica == 1) > {slo.REPLICA_LAG_S}",
        holds="5m",
        severity=slo.Severity.TICKET,
        slo="copies",
        summary=(
            "The standby {{ $labels.instance }} is behind",
            "대기 데이터베이스 {{ $labels.instance }}가 뒤처지고 있습니다",
        ),
        action=(
            "Network or disk of the standby. A failover now would lose what it has not yet received.",
            "대기 서버의 네트워크와 디스크를 확인하십시오. 지금 전환하면 수신하지 못한 데이터를 잃습니다.",
        ),
        fires=Case(
            series={
                'pg_replication_lag{instance="standby"}': "60x20",
                'pg_replication_is_replica{instance="standby"}': "1x20",
            },
            at="10m",
            labels={"instance": "standby"},
        ),
        rests=Case(
            series={
                'pg_replication_lag{instance="primary"}': "60x20",
                'pg_replication_is_replica{instance="primary"}': "0x20",
            },
            at="10m",
        ),
    ),
    Alert(
        name="NeuroHubArchiveOld",
        expr=(
            f"max(pg_stat_archiver_last_archive_age) > {slo.ARCHIVE_AGE_S}"
            " and on () sum(increase(neurohub_events_total[15m])) > 0"
            f" or sum(increase(pg_stat_archiver_failed_count[15m])) > {slo.ARCHIVE_FAILURES_MAX}"
        ),
        holds="5m",
        severity=slo.Severity.PAGE,
        slo="copies",
        summary=(
            "The database's log has not been archived for 15 minutes while work goes on",
            "작업 중인데 15분 동안 WAL이 보관되지 않았습니다",
        ),
        action=(
            "Disk or reach of the archive; `pg_stat_archiver` names the file that fails.",
            "보관 위치의 디스크와 접근을 확인하십시오. `pg_stat_archiver`에 실패한 파일이 있습니다.",
        ),
        fires=Case(
            series={"pg_stat_archiver_last_archive_age": "0+60x40", "neurohub_events_total": "0+9x40"},
            at="30m",
        ),
        rests=Case(
            series={"pg_stat_archiver_last_archive_age": "0+60x40", "neurohub_events_total": "9x40"}, at="30m"
        ),
    ),
    Alert(
        name="NeuroHubBackupOld",
        expr=f"time() - max({BACKUP_DONE_AT}) > {slo.BACKUP_AGE_S}",
        holds="0m",
        severity=slo.Severity.TICKET,
        slo="copies",
        summary=("The last good backup is older than a day", "마지막 정상 백업이 하루를 넘었습니다"),
        action=(
            "Read the log of the backup's timer and run it by hand today.",
            "백업 타이머의 로그를 보고 오늘 안에 직접 실행하십시오.",
        ),
        fires=Case(series={BACKUP_DONE_AT: "0x400"}, at="27h", days=True),
        rests=Case(series={BACKUP_DONE_AT: "86400x400"}, at="27h", days=True),
    ),
    Alert(
        name="NeuroHubDrillOld",
        expr=f"time() - max({DRILL_DONE_AT}) > {slo.DRILL_AGE_S}",
        holds="0m",
        severity=slo.Severity.TICKET,
        slo="copies",
        summary=(
            "No backup has been restored and checked for three days",
            "3일 동안 백업 복원 점검이 성공하지 않았습니다",
        ),
        action=(
            "Read the drill's log: is the backup broken, or was there no room to restore it?",
            "복원 점검 로그를 보고 백업이 손상되었는지, 복원 공간이 부족한지 확인하십시오.",
        ),
        fires=Case(series={DRILL_DONE_AT: "0x900"}, at="73h", days=True),
        rests=Case(series={DRILL_DONE_AT: "200000x900"}, at="73h", days=True),
    ),
    Alert(
        name="NeuroHubBackupUnknown",
        expr=f'absent({BACKUP_DONE_AT}) and on () count(up{{job="node"}}) > 0',
        holds=slo.BACKUP_UNKNOWN,
        severity=slo.Severity.TICKET,
        slo="copies",
        summary=("No backup has ever told of itself", "정상 백업 기록이 전혀 없습니다"),
        action=(
            "Set the backup's timer up, or let its metric reach the node exporter. Managed database: silence this.",
            "백업 타이머를 설정하거나 지표가 노드 익스포터에 전달되는지 확인하십시오. 관리형 DB라면 무음 처리하십시오.",
        ),
        fires=Case(series={'up{job="node"}': "1x100"}, at="90m"),
        rests=Case(
            series={'up{job="node"}': "1x100", BACKUP_DONE_AT: "0x100"},
            at="90m",
        ),
    ),
    Alert(
        name="NeuroHubRedisDown",
        expr="redis_up == 0 or sum(neurohub_redis_breaker_open) > 0",
        holds="2m",
        severity=slo.Severity.TICKET,
        slo="cache",
        summary=(
            "Redis does not answer; the service goes on without it",
            "Redis가 응답하지 않습니다. 서비스는 없이도 동작합니다",
        ),
        action=(
            "Restart Redis in hours. Reads cost the database more until then.",
            "업무 시간에 Redis를 다시 시작하십시오. 그때까지 데이터베이스 부하가 커집니다.",
        ),
        fires=Case(series={"redis_up": "1 0x10"}, at="5m"),
        rests=Case(series={"redis_up": "1x10", "neurohub_redis_breaker_open": "0 1 0x10"}, at="5m"),
    ),
    Alert(
        name="NeuroHubRedisFull",
        expr=f"redis_memory_used_bytes / (redis_memory_max_bytes > 0) > {slo.REDIS_MEMORY_MAX}",
        holds="15m",
        severity=slo.Severity.TICKET,
        slo="cache",
        summary=("Redis is full and evicts", "Redis 메모리가 가득 차 키를 내보내고 있습니다"),
        action=(
            "Evicting is meant; watch the hit rate, and raise maxmemory when it falls.",
            "내보내기는 정상 동작입니다. 적중률이 떨어지면 maxmemory를 늘리십시오.",
        ),
        fires=Case(series={"redis_memory_used_bytes": "99x30", "redis_memory_max_bytes": "100x30"}, at="20m"),
        rests=Case(series={"redis_memory_used_bytes": "99x30", "redis_memory_max_bytes": "0x30"}, at="20m"),
    ),
)
