"""The customer's tables add up or are shown not to, and each deployment keeps to fifty connections."""

import pytest

from bench import capacity_offers as offers
from bench.capacity_model import connections_per_worker, share
from bench.capacity_offers import OFFERS, Offer
from neurohub.settings import Settings


@pytest.mark.parametrize(
    ("what", "total", "agrees"),
    [
        ("AWS a month, USD", 228, True),
        ("AWS a month, KRW", 296_400, True),
        ("AWS a month in practice, KRW", 296_400, False),
        ("Railway a month, USD", 22, True),
        ("Railway a month, KRW at 1,300 a dollar", 28_600, False),
        ("memory of the server, GB", 19, True),
        ("bandwidth at the peak, Mbit/s: 100 users × 0.1/s × 25 KB × 8 × 5", 10, True),
        ("bandwidth of 500 TPS at 25 KB each, Mbit/s", 100, False),
    ],
)
def test_each_sum_of_the_customer_is_checked(what: str, total: float, agrees: bool) -> None:
    found = {one.what: one for one in offers.SUMS}
    assert len(found) == len(offers.SUMS) == 8
    assert found[what].total == pytest.approx(total)
    assert found[what].agrees is agrees


def test_ten_times_less_settles_both_contradictions_of_the_won() -> None:
    by_what = {one.what: one for one in offers.SUMS}
    practice, railway = (
        by_what["AWS a month in practice, KRW"],
        by_what["Railway a month, KRW at 1,300 a dollar"],
    )
    assert practice.said[0] / 10 <= practice.total <= practice.said[1] / 10
    least, most = 20 * offers.KRW_PER_USD, 30 * offers.KRW_PER_USD
    assert least <= railway.said[0] / 10 <= most or least <= railway.said[1] / 10 <= most
    assert least <= railway.total <= most


def test_every_line_with_both_currencies_implies_the_exchange_rate() -> None:
    rates = {cost.krw / cost.usd for offer in OFFERS for cost in offer.costs if cost.krw}
    assert rates == {offers.KRW_PER_USD}


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.name)
def test_connections_stay_within_fifty_while_everything_reloads(offer: Offer) -> None:
    each = connections_per_worker(offer)
    assert each >= 2
    assert offer.most_instances * (offer.workers + 1) * each < offers.CONNECTIONS_ASKED


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.name)
def test_the_service_takes_as_many_connections_as_the_page_says(offer: Offer) -> None:
    service = Settings(
        database_url="", secret_key="", workers=offer.workers, database_connections=share(offer)
    )
    assert service.connections_per_worker == connections_per_worker(offer)
