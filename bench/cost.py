"""`just cost`: writes deploy/cost.md: what each place costs a month and carries, with the arithmetic shown.

The customer's tables are in `capacity_offers`, what `deploy/aws` orders in `cost_prices`, what is carried in
deploy/sizing.json: a result of `just capacity`, renewed with `--from FILE`. Holds no number of its own.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from bench import capacity_offers as offers
from bench.capacity import Capacity
from bench.capacity_model import Load, Sizing
from bench.cost_prices import ONLY_IF_ASKED, ORDERED, Ordered

DEPLOY: Final = Path(__file__).parents[1] / "deploy"
PAGE: Final = DEPLOY / "cost.md"
SIZING: Final = DEPLOY / "sizing.json"
Row = Sequence[str]


def main() -> int:
    parser = argparse.ArgumentParser(prog="just cost", description=__doc__)
    parser.add_argument(
        "--from", dest="result", type=Path, metavar="FILE", help="keep this result of `just capacity` (JSON)"
    )
    result = parser.parse_args().result
    if result is not None:
        SIZING.write_bytes(msgspec.json.format(result.read_bytes()) + b"\n")
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
    return 0


def page() -> str:
    """Return the page as Markdown."""
    carried = msgspec.json.decode(SIZING.read_bytes(), type=Capacity)
    return (
        "\n\n".join(
            [
                "# 비용과 규모 What each place costs, and what it carries",
                "Made by `just cost` from `bench/capacity_offers.py` (the customer's tables), "
                f"`bench/cost_prices.py` (what `deploy/aws` orders) and `sizing.json`, made by `just capacity` out of "
                f"{carried.step_load} at commit {carried.machine.commit}; a test holds it to them. "
                "이 페이지는 `just cost`가 만듭니다. 숫자는 위 파일에서만 고칩니다.",
                "## 한눈에 At a glance",
                _glance(carried.sizings),
                _glance_words(),
                "## AWS: 고객 표 The customer's table (4.4.3)",
                _customer(offers.AWS_COSTS),
                "## AWS: 실제 주문 내역 What `deploy/aws` orders",
                _ordered(),
                _ordered_words(),
                "## Railway: 고객 표 The customer's table (4.4.2)",
                _customer(offers.RAILWAY_COSTS),
                "## 원문 모순과 정정 The document's sums, checked",
                _sums(),
                _sums_words(),
            ]
        )
        + "\n"
    )


def _glance(rows: Sequence[Sizing]) -> str:
    head = (
        "",
        "USD a month",
        "원/월",
        "peak users 최대 사용자",
        "TPS",
        "all day 상시 TPS",
        "원/월 a peak user",
    )
    lines = [_place(row) for row in rows]
    ordered = sum(one.month_usd for one in ORDERED)
    (aws,) = (row for row in rows if row.offer.name == offers.AWS.name)
    as_ordered = ("AWS, 실제 주문 as ordered below", f"{ordered:,.0f}", _krw(ordered), *_place(aws)[3:6])
    return table(head, [*lines, (*as_ordered, _each(ordered * offers.KRW_PER_USD, aws))])


def _place(row: Sizing) -> Row:
    carries = (_users(row.peak), f"{row.peak.tps:,.0f}", f"{row.always.tps:,.0f}")
    if row.usd is None or row.krw is None:
        return (row.offer.name, "not in the document", "원문에 없음", *carries, "")
    return (
        row.offer.name,
        f"{row.usd:,.0f}",
        f"{row.krw:,.0f}",
        *carries,
        _each(row.krw, row),
    )


def _each(krw: float, row: Sizing) -> str:
    return f"{krw:,.0f} / {row.peak.users:,} = {krw / row.peak.users:,.0f}"


def _users(load: Load) -> str:
    return f"{load.users:,} ({load.bound})"


def _glance_words() -> str:
    return (
        f"A user is {offers.TPS_OF_A_USER:g} transactions a second ({offers.TPS_ASKED:.0f} TPS / "
        f"{offers.USERS_ASKED} users, 4.4.1); asked are {offers.USERS_ASKED} users and {offers.TPS_ASKED:.0f} TPS. All "
        "rates are extrapolated from a measurement on two cores; how, says the page of `just capacity`. *All "
        "day* is what t3 machines bear on their baseline, and what the money set aside at Railway pays for. "
        f"KRW at {offers.KRW_PER_USD:,.0f} a dollar, which every line of the customer's AWS table implies.\n\n"
        f"사용자 1명은 초당 {offers.TPS_OF_A_USER:g}건입니다"
        f"(4.4.1: {offers.TPS_ASKED:.0f} TPS / {offers.USERS_ASKED}명). "
        "처리량은 2코어 실측에서 외삽한 값입니다. '상시'는 t3의 기본 성능(20 %)과 Railway에 책정된 금액으로 하루 종일 "
        f"감당하는 양입니다. 환율은 고객 표가 뜻하는 1달러 {offers.KRW_PER_USD:,.0f}원입니다."
    )


def _customer(costs: Sequence[offers.Cost]) -> str:
    rate = offers.KRW_PER_USD
    rows = [
        (
            cost.item,
            f"{cost.usd:,.0f}",
            f"{cost.usd:,.0f} × {rate:,.0f} = {cost.usd * rate:,.0f}",
            "" if cost.krw is None else f"{cost.krw:,.0f}",
        )
        for cost in costs
    ]
    usd = sum(cost.usd for cost in costs)
    said = sum(cost.krw or 0 for cost in costs)
    rows.append(
        (
            "**합계 sum**",
            f"{' + '.join(f'{cost.usd:,.0f}' for cost in costs)} = **{usd:,.0f}**",
            f"**{usd * rate:,.0f}**",
            f"{said:,.0f}" if said else "",
        )
    )
    return table(("항목 Item", "USD", "원", "고객 표의 원 said"), rows)


def _ordered() -> str:
    rows = [_line(one) for one in ORDERED]
    total = sum(one.month_usd for one in ORDERED)
    rows.append(("**합계 sum**", "", f"**{total:,.2f}**", f"**{_krw(total)}**", ""))
    rows += [_line(one) for one in ONLY_IF_ASKED]
    return table(("항목 Item", "수량 × 단가", "USD", "원", "고객 표의 줄"), rows)


def _line(one: Ordered) -> Row:
    factors = " × ".join(f"{factor:g}" for factor in one.factors)
    counted = f"{factors} {one.unit} × ${one.usd:g}"
    return (one.item, counted, f"{one.month_usd:,.2f}", _krw(one.month_usd), one.line or "없음 none")


def _krw(usd: float) -> str:
    return f"{usd * offers.KRW_PER_USD:,.0f}"


def _ordered_words() -> str:
    total = sum(one.month_usd for one in ORDERED)
    listed = sum(one.month_usd for one in ORDERED if one.line)
    said = sum(cost.usd for cost in offers.AWS_COSTS)
    return (
        f"The lines that the customer's table has come to ${listed:,.2f} beside its ${said:,.0f}; what it leaves out "
        f"(disks, the database's storage, endpoints, addresses, logs, alarms) adds ${total - listed:,.2f}. The unit "
        "prices are AWS's for Seoul as commonly quoted in 2025 and **were not checked against its list**: before "
        "ordering, check them and change `bench/cost_prices.py`. Endpoints are the price of machines without any way "
        "to the internet; two NAT gateways in their place cost more and open that way.\n\n"
        f"고객 표에 있는 항목의 합은 ${listed:,.2f}(고객 표 ${said:,.0f}), 표에 없는 항목(디스크, DB 저장소, "
        f"엔드포인트, 공인 IP, 로그, 알람)은 ${total - listed:,.2f}입니다. 단가는 2025년 서울 리전에 흔히 "
        "인용되는 값이며 **가격표로 확인하지 못했습니다**. 주문 전에 확인하고 `bench/cost_prices.py`를 고치십시오."
    )


def _sums() -> str:
    rows = [
        (
            one.section,
            one.what,
            one.arithmetic,
            one.words,
            "맞음 agrees" if one.agrees else "**모순 CONTRADICTS**",
            one.takes,
        )
        for one in offers.SUMS
    ]
    return table(("절 Section", "What", "계산 Arithmetic", "원문 The document", "", "Used here"), rows)


def _sums_words() -> str:
    return (
        "Both contradictions of the won are a factor of ten: 만원 is 10,000원. 220-350만원 beside a table of "
        "296,400원 is 22-35만원 written as if it were ten times that; 26만원 "
        "beside $20-30 is 2.6만원 (20 × 1,300 = 26,000원).\n\n"
        "원화 모순은 둘 다 자릿수(10배) 오류입니다: 220-350만원은 22-35만원, 26만원은 2.6만원이라야 표와 맞습니다."
    )


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
