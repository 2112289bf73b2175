"""The page on costs says what the tables and the kept measurement say, and its sums add up."""

import pytest

from bench import capacity_offers as offers
from bench.capacity_offers import HOURS_A_MONTH
from bench.cost import PAGE, page
from bench.cost_prices import ONLY_IF_ASKED, ORDERED, Ordered
from support.terraform import at

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_its_tables_make_of_it() -> None:
    assert page() == TEXT


@pytest.mark.parametrize("costs", [offers.AWS_COSTS, offers.RAILWAY_COSTS], ids=["aws", "railway"])
def test_the_sum_of_a_customers_table_is_shown_as_it_adds_up(costs: tuple[offers.Cost, ...]) -> None:
    usd = sum(cost.usd for cost in costs)
    shown = f"{' + '.join(f'{cost.usd:,.0f}' for cost in costs)} = **{usd:,.0f}** | **{usd * 1300:,.0f}**"
    assert shown in TEXT


def test_every_line_of_the_customers_table_is_ordered_and_what_is_more_is_said_to_be() -> None:
    ordered = {one.line for one in ORDERED}
    lines = tuple(line for line in ordered if line)
    assert [
        cost.item
        for cost in offers.AWS_COSTS
        if not cost.item.startswith(lines) and not cost.item.endswith(lines)
    ] == []
    assert len([one for one in (*ORDERED, *ONLY_IF_ASKED) if one.line is None]) == TEXT.count("없음 none")


def test_won_beside_dollars_is_the_customers_rate() -> None:
    total = sum(one.month_usd for one in ORDERED)
    assert f"**{total:,.2f}** | **{total * offers.KRW_PER_USD:,.0f}**" in TEXT


def test_the_page_warns_that_prices_are_to_be_checked_in_both_languages() -> None:
    assert "not checked against its list" in TEXT
    assert "가격표로 확인하지 못했습니다" in TEXT


@pytest.mark.parametrize("one", [*ORDERED, *ONLY_IF_ASKED], ids=lambda one: one.item)
def test_what_is_priced_is_ordered_in_the_folder(one: Ordered) -> None:
    assert at(*one.place.split(" "))


def test_as_much_is_priced_as_is_ordered() -> None:
    counted = {one.item: one for one in ORDERED}
    alarms, errors, burns = (at("alarms.tf", f"local.{name}") for name in ("alarms", "errors", "burns"))
    instances = at("instances.tf", "local.instances_least")
    disk = at("instances.tf", "aws_launch_template.neurohub.block_device_mappings.0.ebs.0.volume_size")
    endpoints = len(at("network.tf", "local.reached")) * len(at("network.tf", "local.subnets.app"))
    assert counted["EC2 t3.medium"].quantity == instances * HOURS_A_MONTH
    assert counted["EBS gp3, the instances' disks"].quantity == instances * disk
    assert counted["RDS gp3, Multi-AZ"].quantity == at(
        "database.tf", "aws_db_instance.neurohub.allocated_storage"
    )
    assert counted["endpoints inside the VPC: 4 services in 2 zones"].quantity == endpoints * HOURS_A_MONTH
    watched = len(alarms) + 3 * len(errors) + 2 + 1  # requests and both kinds of 5xx; hits and misses; hosts
    assert counted["CloudWatch alarms, by the metrics they watch"].quantity == watched
    assert counted["CloudWatch alarms made of alarms"].quantity == len(burns)
