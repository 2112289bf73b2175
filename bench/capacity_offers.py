"""The customer's three deployments and cost tables, each number with the section of their design it is from.

Beside them, marked as such: what the clouds publish and the customer's tables do not say. No measurement and no
assumption of ours is in here; those are in `capacity_assumed`. Who calls it: `capacity_model`, `capacity_page`.
"""

from typing import Final, Literal

from msgspec import Struct

Work = Literal["service", "database"]

# 4.4.1 성능 지표: what each deployment has to carry, and what a user is in a normal hour.
USERS_ASKED: Final = 200
TPS_ASKED: Final = 500.0
MEAN_ASKED_MS: Final = 100.0
CONNECTIONS_ASKED: Final = 50
TPS_OF_A_USER: Final = TPS_ASKED / USERS_ASKED
# 4.4.2 targetCPU = 70 and 4.4.3 EC2 Auto Scaling at CPU 70 %: more than that is not planned for.
CPU_ASKED: Final = 0.70


class Cost(Struct, frozen=True):
    """A line of a cost table, a month. `krw` is None where the table has none."""

    item: str
    usd: float
    krw: float | None = None


class Part(Struct, frozen=True, kw_only=True):
    """Machines of one kind. `kept_cores` is for what else runs there, of each machine."""

    name: str
    machines: int
    cores: float
    memory_mb: float | None
    runs: tuple[Work, ...]
    kept_cores: float = 0.0
    is_burstable: bool = False
    paid_usd: float | None = None  # where use is billed: what the customer's table sets aside a month


class Offer(Struct, frozen=True, kw_only=True):
    """One deployment. `most_instances` may run at once, a rollout or a scale-out counted."""

    name: str
    section: str
    instances: int
    most_instances: int
    workers: int
    machines: str
    parts: tuple[Part, ...]
    costs: tuple[Cost, ...]
    is_cloud: bool


class Sum(Struct, frozen=True, kw_only=True):
    """A total as the document says it, beside what it is made of. `takes` says what is used here."""

    section: str
    what: str
    addends: tuple[float, ...]
    said: tuple[float, float]  # the least and the most that the document's words allow
    words: str
    unit: str
    takes: str

    @property
    def total(self) -> float:
        return sum(self.addends)

    @property
    def arithmetic(self) -> str:
        return f"{' + '.join(f'{n:,g}' for n in self.addends)} = {self.total:,g} {self.unit}"

    @property
    def agrees(self) -> bool:
        return self.said[0] <= self.total <= self.said[1]


AWS_COSTS: Final = (  # 4.4.3 비용 산정 (월간)
    Cost("EC2 t3.medium × 2", 60, 78_000),
    Cost("RDS db.t3.medium (Multi-AZ)", 120, 156_000),
    Cost("ElastiCache cache.t3.micro", 15, 19_500),
    Cost("ALB", 20, 26_000),
    Cost("S3 (10 GB)", 3, 3_900),
    Cost("데이터 전송 data transfer", 10, 13_000),
)
RAILWAY_COSTS: Final = (  # 4.4.2 비용 최적화
    Cost("Backend", 10),
    Cost("PostgreSQL", 5),
    Cost("Redis", 5),
    Cost("Volume", 2),
)
KRW_PER_USD: Final = 1_300.0  # implied by every line of AWS_COSTS
ON_PREMISES_MEMORY_MB: Final = {  # 4.4.1 컴포넌트 배치
    "Nginx": 512,
    "service, 8 workers": 4096,
    "PostgreSQL": 8192,
    "Redis": 4096,
    "Prometheus": 2048,
    "Grafana": 512,
}

ON_PREMISES: Final = Offer(
    name="온프레미스 On-premises",
    section="4.4.1",
    instances=8,
    most_instances=8,
    workers=1,
    machines="1 server: 8 cores, 32 GB, 500 GB NVMe, 1 Gbit/s",
    parts=(
        Part(
            name="the one server",
            machines=1,
            cores=8,
            memory_mb=ON_PREMISES_MEMORY_MB["service, 8 workers"],
            runs=("service", "database"),
            kept_cores=1,
        ),
    ),
    costs=(),
    is_cloud=False,
)
RAILWAY: Final = Offer(
    name="Railway",
    section="4.4.2",
    instances=1,  # a volume, as priced, forbids replicas; up to 3 need object storage for the firmware
    most_instances=2,  # old and new overlap during a rollout
    workers=4,
    machines="1 replica with 4 workers; managed PostgreSQL and Redis; volume 10 GB",
    parts=(
        Part(name="service", machines=1, cores=4, memory_mb=None, runs=("service",), paid_usd=10),
        Part(name="database", machines=1, cores=2, memory_mb=None, runs=("database",), paid_usd=5),
    ),
    costs=RAILWAY_COSTS,
    is_cloud=True,
)
AWS: Final = Offer(
    name="AWS",
    section="4.4.3",
    instances=2,
    most_instances=4,
    workers=2,
    machines="EC2 t3.medium × 2 behind an ALB; RDS db.t3.medium Multi-AZ; cache.t3.micro",
    parts=(
        Part(name="EC2", machines=2, cores=2, memory_mb=4096, runs=("service",), is_burstable=True),
        Part(name="RDS", machines=1, cores=2, memory_mb=None, runs=("database",), is_burstable=True),
    ),
    costs=AWS_COSTS,
    is_cloud=True,
)
OFFERS: Final = (ON_PREMISES, RAILWAY, AWS)

# Published by the clouds, not in the customer's tables. Burstable t3.medium and db.t3.medium:
BASELINE: Final = 0.20  # of each vCPU, for ever
CREDITS_MOST: Final = 576  # vCPU minutes saved up at most: a day's worth
HOURS_A_MONTH: Final = 730
SURPLUS_USD_VCPU_H: Final = {"EC2": 0.05, "RDS": 0.075}  # beyond the credits, in unlimited mode
# Railway bills use, by the second:
RAILWAY_USD_VCPU_MONTH: Final = 20.0
RAILWAY_USD_GB_MONTH: Final = 10.0

SUMS: Final = (
    Sum(
        section="4.4.3",
        what="AWS a month, USD",
        addends=tuple(cost.usd for cost in AWS_COSTS),
        said=(228, 228),
        words="총합 $228",
        unit="USD",
        takes="$228",
    ),
    Sum(
        section="4.4.3",
        what="AWS a month, KRW",
        addends=tuple(cost.krw or 0 for cost in AWS_COSTS),
        said=(295_500, 296_499),
        words="총합 약 296,000원",
        unit="KRW",
        takes="296,400원: the document's total is rounded",
    ),
    Sum(
        section="4.4.3",
        what="AWS a month in practice, KRW",
        addends=tuple(cost.krw or 0 for cost in AWS_COSTS),
        said=(2_200_000, 3_500_000),
        words="실제 월 운영비는 220-350만원 예상",
        unit="KRW",
        takes="296,400원: ten times too much is said; 22-35만원 (220,000-350,000원) fits the table",
    ),
    Sum(
        section="4.4.2",
        what="Railway a month, USD",
        addends=tuple(cost.usd for cost in RAILWAY_COSTS),
        said=(20, 30),
        words="~$20-30/월",
        unit="USD",
        takes="$22",
    ),
    Sum(
        section="4.4.2",
        what="Railway a month, KRW at 1,300 a dollar",
        addends=tuple(cost.usd * KRW_PER_USD for cost in RAILWAY_COSTS),
        said=(255_000, 265_000),
        words="약 26만원",
        unit="KRW",
        takes="28,600원: ten times too much is said; $20 is 2.6만원 (26,000원), $30 is 39,000원",
    ),
    Sum(
        section="4.4.1",
        what="memory of the server, GB",
        addends=tuple(mb / 1024 for mb in ON_PREMISES_MEMORY_MB.values()),
        said=(18.5, 20.5),
        words="약 20GB",
        unit="GB",
        takes="19 GB of 32 GB",
    ),
    Sum(
        section="4.5",
        what="bandwidth at the peak, Mbit/s: 100 users × 0.1/s × 25 KB × 8 × 5",
        addends=(100 * 0.1 * 25 * 8 / 1000 * 5,),
        said=(10, 10),
        words="피크 시간대 (×5): 10Mbps",
        unit="Mbit/s",
        takes="right for the 10 requests/s it assumes (50 at the peak)",
    ),
    Sum(
        section="4.5 ↔ 4.4.1",
        what="bandwidth of 500 TPS at 25 KB each, Mbit/s",
        addends=(TPS_ASKED * 25 * 8 / 1000,),
        said=(10, 10),
        words="피크 시 10Mbps beside 약 500 TPS",
        unit="Mbit/s",
        takes="10 Mbit/s and 25 KB a request cannot both hold at 500 TPS; the bytes measured are used",
    ),
)
