"""Every number of the customer's on-premises and Railway design has its place; deploy/numbers.md is this list."""

import re

import pytest

from support.bundles import ROOT

SYSTEM = "onprem/root/etc/systemd/system"
FIREWALL = "onprem/root/etc/neurohub/firewall.nft"
UPSTREAM = "onprem/root/etc/nginx/neurohub/upstream.conf"
COMPOSE = "onprem/docker/compose.yaml"
FRONT = "onprem/two-servers/front/etc/nginx/neurohub/upstream.conf"
BACKEND = "onprem/two-servers/backend/etc/neurohub/neurohub.env.example"
# section, the customer's words, file, what stands there
NUMBERS = [
    ("4.2.1", "백엔드 서버 2대 two backends", FRONT, r"192\.168\.1\.12:8003"),
    ("4.2.1", "DB 서버 1대 one database server", BACKEND, r"@192\.168\.1\.10/neurohub"),
    ("4.2.1", "Nginx Load Balancer", UPSTREAM, r"least_conn;"),
    ("4.2.1", "PostgreSQL 15+", "onprem/packages.txt", r"^postgresql-15$"),
    ("4.2.1", "Redis 7.0+", COMPOSE, r"image: redis:7$"),
    ("4.2.1", "인터넷 불필요 no internet", "onprem/releases.py", r"--no-index"),
    ("4.2.1", "외부 네트워크 차단 outside refused", f"{SYSTEM}/neurohub@.service", r"^IPAddressDeny=any$"),
    ("4.4", "동시 접속 100명, 향후 200명 users", "onprem/root/etc/sysctl.d/60-neurohub.conf", r"200 users"),
    ("4.4.1", "CPU 8코어 cores", f"{SYSTEM}/neurohub.target", r"neurohub@7\.service"),
    ("4.4.1", "RAM 32GB", "onprem/root/etc/redis/neurohub.conf", r"8 cores and 32 GB"),
    ("4.4.1", "Storage 500GB SSD", "onprem/root/etc/systemd/journald.conf.d/neurohub.conf", r"20 of its 500 GB"),
    ("4.4.1", "네트워크 1Gbps", "onprem/README.md", r"1 Gbps"),
    ("4.4.1", "Ubuntu 22.04 LTS", "onprem/README.md", r"Ubuntu 22\.04"),
    ("4.4.1", "Nginx 80, 443", "onprem/root/etc/nginx/neurohub/listen.conf", r"listen 443 ssl http2"),
    ("4.4.1", "Nginx 512MB", f"{SYSTEM}/nginx.service.d/neurohub.conf", r"^MemoryMax=512M$"),
    ("4.4.1", "FastAPI 8000 (here Litestar)", UPSTREAM, r"127\.0\.0\.1:8000 "),
    ("4.4.1", "8 workers", UPSTREAM, r"127\.0\.0\.1:8007 "),
    ("4.4.1", "8 workers 4GB (총)", f"{SYSTEM}/neurohub.slice", r"^MemoryMax=4G$"),
    ("4.4.1", "PostgreSQL 5432", FIREWALL, r"dport \{ 5432, 6379 \}"),
    ("4.4.1", "PostgreSQL 8GB", f"{SYSTEM}/postgresql@.service.d/neurohub.conf", r"^MemoryMax=8G$"),
    ("4.4.1", "Redis 6379", "onprem/root/etc/redis/neurohub.conf", r"^port 6379$"),
    ("4.4.1", "Redis 4GB", f"{SYSTEM}/redis-server.service.d/neurohub.conf", r"^MemoryMax=4G$"),
    ("4.4.1", "Prometheus 9090", f"{SYSTEM}/prometheus.service.d/neurohub.conf", r"127\.0\.0\.1:9090"),
    ("4.4.1", "Prometheus 2GB", f"{SYSTEM}/prometheus.service.d/neurohub.conf", r"^MemoryMax=2G$"),
    ("4.4.1", "Grafana 3000", f"{SYSTEM}/grafana-server.service.d/neurohub.conf", r"GF_SERVER_HTTP_PORT=3000"),
    ("4.4.1", "Grafana 512MB", f"{SYSTEM}/grafana-server.service.d/neurohub.conf", r"^MemoryMax=512M$"),
    ("4.4.1", "Nginx (443) → SSL 종단", "onprem/root/etc/nginx/neurohub/listen.conf", r"ssl_protocols TLSv1\.3;"),
    ("4.4.1", "Connection Pool 50", f"{SYSTEM}/neurohub@.service", r"8 instances x 6 connections = 48"),
    ("4.4.1", "평균 100ms mean", "../observability/slo.py", r"^MEAN_S: Final = 0\.1$"),
    ("4.4.1", "약 500 TPS", "cost.md", r"500 TPS"),
    ("4.4.1, 4.5", "피크 10Mbps", "onprem/README.md", r"10 Mbps"),
    ("4.4.2", "Python 3.11", "image/Dockerfile", r"FROM python:3\.11"),
    ("4.4.2", "PostgreSQL 15.x, Redis 7.x (Managed)", "railway/README.md", r"PostgreSQL 15.*Redis 7"),
    ("4.4.2", "Volume 10GB", "railway/README.md", r"10 GB"),
    ("4.4.2", "builder NIXPACKS", "railway/railway.toml", r'builder = "DOCKERFILE"'),
    ("4.4.2", "--workers 4", "railway/variables.env", r"^NEUROHUB_WORKERS=4$"),
    ("4.4.2", "ON_FAILURE, 10회", "railway/railway.toml", r"^restartPolicyMaxRetries = 10$"),
    ("4.4.2", "minReplicas 1", "railway/railway.toml", r"^numReplicas = 1$"),
    ("4.4.2", "maxReplicas 3", "railway/railway.toml", r"2 or 3"),
    ("4.4.2", "targetCPU 70, targetMemory 80", "railway/README.md", r"70 %.*80 %"),
    ("4.4.2", "DATABASE_URL, REDIS_URL 자동 주입", "railway/variables.env", r"Postgres\.DATABASE_URL"),
    ("4.4.2", "USE_S3=false", "railway/variables.env", r"^USE_S3=false$"),
    ("4.4.2", "FIRMWARE_DIR=/app/data/firmware", "railway/variables.env", r"^FIRMWARE_DIR=/app/data/firmware$"),
    ("4.4.2", "API_HOST=0.0.0.0", "railway/variables.env", r"^API_HOST=0\.0\.0\.0$"),
    ("4.4.2", "API_PORT=${{PORT}}", "railway/variables.env", r"^API_PORT=\$\{\{PORT\}\}$"),
    ("4.4.2", "PostgreSQL 백업 7일 보관", "railway/README.md", r"7 days"),
    ("4.4.2", "Free Tier $5", "railway/README.md", r"\$5"),
    ("4.4.2", "$20-30/월 (10+5+5+2)", "cost.md", r"Railway"),
    ("4.5", "WiFi 공유기 192.168.1.1", "onprem/root/etc/chrony/conf.d/neurohub.conf", r"192\.168\.1\.1 iburst"),
    ("4.5", "MES 서버 192.168.1.10", "onprem/install.py", r"IP:192\.168\.1\.10"),
    ("4.5", "80, 443, 5432, 6379", FIREWALL, r"dport \{ 80, 443 \}"),
    ("4.5", "작업 PC 192.168.1.101-107", FIREWALL, r"\.101-\.107"),
    ("4.5", "관리자 PC 192.168.1.201-230", FIREWALL, r"192\.168\.1\.201-192\.168\.1\.230"),
    ("4.5", "프린터 192.168.1.50-57, 9100 (TCP)", FIREWALL, r"\.50-\.57[\s\S]*9100/tcp"),
    ("4.5", "25KB × 0.1 req/s × 100명 = 2Mbps", "onprem/README.md", r"2 Mbps"),
]  # fmt: skip
DEPLOY = ROOT / "deploy"


@pytest.mark.parametrize(("section", "words", "place", "stands"), NUMBERS, ids=[row[1] for row in NUMBERS])
def test_the_number_stands_in_its_place(section, words, place, stands):
    assert re.search(stands, (DEPLOY / place).read_text(encoding="utf-8"), re.MULTILINE)


def test_the_table_in_the_documents_is_this_list():
    text = (DEPLOY / "numbers.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d\S*(?:, \S+)?) \| (.*) \| \[.*\]\((.*)\) \|$", text, re.MULTILINE)
    assert rows == [(section, words, place) for section, words, place, _ in NUMBERS]


def test_all_budgets_together_are_the_customers_twenty_gigabytes():
    megabytes = {"M": 1, "G": 1024}
    found = {}
    for path in (DEPLOY / SYSTEM).rglob("*"):
        if path.is_file() and (
            limit := re.search(r"^MemoryMax=(\d+)([MG])$", path.read_text(), re.MULTILINE)
        ):
            found[path.relative_to(DEPLOY / SYSTEM).as_posix()] = int(limit[1]) * megabytes[limit[2]]
    one = found.pop("neurohub@.service")  # within the slice, which is counted
    assert 8 * one == found["neurohub.slice"]
    assert 19 * 1024 <= sum(found.values()) <= 20 * 1024


def test_all_connections_together_are_below_fifty():
    from neurohub import settings

    unit = (DEPLOY / SYSTEM / "neurohub@.service").read_text()
    told = dict(pair.split("=") for pair in re.search(r"^Environment=(.*)$", unit, re.MULTILINE)[1].split())
    told = {key: text.replace("%i", "7") for key, text in told.items()}
    found = settings.read(told | {"DATABASE_URL": "postgresql:///", "SECRET_KEY": "-" * 32})
    assert (found.api_port, found.metrics_port, found.workers) == (8007, 9467, 1)
    assert 8 * found.connections_per_worker == 48


def test_a_line_of_the_settings_does_not_undo_what_the_units_set():
    unit = (DEPLOY / SYSTEM / "neurohub@.service").read_text()
    set_there = set(re.findall(r"([A-Z_]+)=\S+", re.search(r"^Environment=(.*)$", unit, re.MULTILINE)[1]))
    for plan in ("root", "two-servers/backend"):
        settings_file = DEPLOY / "onprem" / plan / "etc/neurohub/neurohub.env.example"
        given = set(re.findall(r"^([A-Z_]+)=", settings_file.read_text(), re.MULTILINE))
        assert not given & set_there
