"""The coalescer under any interleaving of scans, replays, cancellations and failures."""

import asyncio

from fake_store import FakeStore, StoreError
from hypothesis import given, settings
from hypothesis import strategies as st
from running import run, running, settle

from neurohub.coalesce.coalescer import Fate

EVENTS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),  # unit
        st.sampled_from(["scan", "scan", "replay"]),
        st.sampled_from(["wait", "go", "go", "cancel", "repeat", "resubmit", "isolate"]),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(EVENTS)
def test_order_of_a_unit_holds_and_every_answer_is_true_whatever_happens(events):
    """Scans of a unit are committed in the order they came, each at most once but for resubmits; who got an
    answer is in the log, and everybody got an answer or an error.
    """

    async def story():
        log = []
        stores = [FakeStore(log), FakeStore(log)]
        answers = []
        async with running(*stores) as lanes:
            for number, (unit, kind, then) in enumerate(events):
                item = f"{unit}{kind[0]}{number:03}"
                hold = (f"{unit}{kind}",)
                if kind == "scan":
                    answers.append((item, lanes.submit(item, hold)))
                else:
                    answers.append((item, lanes.submit_all([(item, hold)])[0]))
                await act(then, stores[number % 2], answers)
            results = await asyncio.gather(*(answer for _, answer in answers), return_exceptions=True)
        for (item, _), result in zip(answers, results, strict=True):
            assert isinstance(result, StoreError | asyncio.CancelledError) or (
                result == f"done {item}" and log.count(item) == 1
            )
        for queue in {item[:2] for item in log}:
            order = [item for item in log if item.startswith(queue)]
            assert order == sorted(order)

    async def act(then, store, answers):
        if then == "go":
            await settle()
        elif then == "cancel":
            answers[len(answers) // 2][1].cancel()
        elif then in {"repeat", "resubmit", "isolate"}:
            store.failures.append(StoreError(Fate[then.upper()]))

    run(story)
