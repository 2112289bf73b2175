"""What `deploy/aws` orders, each line with its quantity and unit price, and where in the folder it stands.

The prices are AWS's for Seoul, on demand, as commonly quoted in 2025; no list could be reached from where this was
written, so they are to be checked before anything is ordered: change them here. Who calls it: `cost`.
"""

from typing import Final

from msgspec import Struct

from bench.capacity_offers import HOURS_A_MONTH

# What is not a machine, in the plant's own numbers: 100,000 transactions a day at most, 20 KB an answer (4.5).
TRANSACTIONS_A_DAY: Final = 100_000
DAYS: Final = 30
ANSWER_KB: Final = 20
LOG_LINE_KB: Final = 0.4  # one canonical line a request


class Ordered(Struct, frozen=True, kw_only=True):
    """A line of the bill: `factors` multiply to the quantity. `has_line` says whether the customer's table has it."""

    item: str
    factors: tuple[float, ...]
    unit: str
    usd: float  # a unit
    place: str  # file and resource in deploy/aws
    line: str | None  # the customer's line that it belongs to

    @property
    def quantity(self) -> float:
        product = 1.0
        for factor in self.factors:
            product *= factor
        return product

    @property
    def month_usd(self) -> float:
        return round(self.quantity * self.usd, 2)


_MESSAGES_GB: Final = TRANSACTIONS_A_DAY * DAYS * ANSWER_KB / 1_000_000
_LOGS_GB: Final = TRANSACTIONS_A_DAY * DAYS * LOG_LINE_KB / 1_000_000

ORDERED: Final = (
    Ordered(
        item="EC2 t3.medium",
        factors=(2, HOURS_A_MONTH),
        unit="h",
        usd=0.052,
        place="instances.tf aws_autoscaling_group.neurohub",
        line="EC2",
    ),
    Ordered(
        item="EBS gp3, the instances' disks",
        factors=(2, 20),
        unit="GB",
        usd=0.0912,
        place="instances.tf aws_launch_template.neurohub",
        line=None,
    ),
    Ordered(
        item="RDS db.t3.medium, Multi-AZ",
        factors=(HOURS_A_MONTH,),
        unit="h",
        usd=0.208,
        place="database.tf aws_db_instance.neurohub",
        line="RDS",
    ),
    Ordered(
        item="RDS gp3, Multi-AZ",
        factors=(100,),
        unit="GB",
        usd=0.262,
        place="database.tf aws_db_instance.neurohub",
        line=None,
    ),
    Ordered(
        item="ElastiCache cache.t3.micro",
        factors=(HOURS_A_MONTH,),
        unit="h",
        usd=0.025,
        place="cache.tf aws_elasticache_replication_group.neurohub",
        line="ElastiCache",
    ),
    Ordered(
        item="ALB",
        factors=(HOURS_A_MONTH,),
        unit="h",
        usd=0.0225,
        place="balancer.tf aws_lb.neurohub",
        line="ALB",
    ),
    Ordered(
        item="ALB, one capacity unit",
        factors=(HOURS_A_MONTH,),
        unit="h",
        usd=0.008,
        place="balancer.tf aws_lb.neurohub",
        line="ALB",
    ),
    Ordered(
        item="public addresses of the ALB",
        factors=(2, HOURS_A_MONTH),
        unit="h",
        usd=0.005,
        place="balancer.tf aws_lb.neurohub",
        line=None,
    ),
    Ordered(
        item="endpoints inside the VPC: 4 services in 2 zones",
        factors=(4, 2, HOURS_A_MONTH),
        unit="h",
        usd=0.013,
        place="network.tf aws_vpc_endpoint.service",
        line=None,
    ),
    Ordered(
        item="S3, firmware",
        factors=(10,),
        unit="GB",
        usd=0.025,
        place="storage.tf aws_s3_bucket.neurohub",
        line="S3",
    ),
    Ordered(
        item="data transfer out",
        factors=(_MESSAGES_GB,),
        unit="GB",
        usd=0.126,
        place="balancer.tf aws_lb.neurohub",
        line="data transfer",
    ),
    Ordered(
        item="CloudWatch logs, taken in",
        factors=(_LOGS_GB,),
        unit="GB",
        usd=0.76,
        place="logs.tf aws_cloudwatch_log_group.service",
        line=None,
    ),
    Ordered(
        item="CloudWatch alarms, by the metrics they watch",
        factors=(10 + 5 * 3 + 2 + 1,),
        unit="metrics",
        usd=0.10,
        place="alarms.tf local.alarms",
        line=None,
    ),
    Ordered(
        item="CloudWatch alarms made of alarms",
        factors=(2,),
        unit="alarms",
        usd=0.50,
        place="alarms.tf local.burns",
        line=None,
    ),
    Ordered(
        item="CloudWatch, metrics of our own",
        factors=(3,),
        unit="metrics",
        usd=0.30,
        place="alarms.tf local.agent",
        line=None,
    ),
)
ONLY_IF_ASKED: Final = (
    Ordered(
        item="`factory`: VPN",
        factors=(HOURS_A_MONTH,),
        unit="h",
        usd=0.05,
        place="vpn.tf aws_vpn_connection.factory",
        line=None,
    ),
    Ordered(
        item="`read_replica`: RDS db.t3.medium",
        factors=(HOURS_A_MONTH,),
        unit="h",
        usd=0.104,
        place="replica.tf aws_db_instance.replica",
        line=None,
    ),
    Ordered(
        item="`read_replica`: gp3",
        factors=(100,),
        unit="GB",
        usd=0.131,
        place="replica.tf aws_db_instance.replica",
        line=None,
    ),
)
