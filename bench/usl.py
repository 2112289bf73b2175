"""The Universal Scalability Law fitted to a step load, and where its knee is. Pure. Who calls it: `facts`, `page`.

X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)): lambda is what one connection does alone, sigma the
part that waits for its turn (contention), kappa what agreeing costs (coherency). N. Gunther, Guerrilla
Capacity Planning, 2007.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

KNEE_AT: Final = 0.95  # of the highest rate seen: more connections than this buy latency alone


class Law(Struct, frozen=True, kw_only=True):
    """A fit. `r2` is of the rates; `peak_at` is where the law has its top (None: it has none)."""

    one_per_s: float
    sigma: float
    kappa: float
    r2: float
    peak_at: float | None

    def rate(self, n: float) -> float:
        """Return the rate at `n` connections."""
        return self.one_per_s * n / (1 + self.sigma * (n - 1) + self.kappa * n * (n - 1))


class Knee(Struct, frozen=True, kw_only=True):
    """The fewest connections that reach nearly the highest rate, with what they get."""

    connections: int
    tps: float
    p99_ms: float
    highest_tps: float


def knee(steps: Sequence[tuple[int, float, float]]) -> Knee:
    """Return the knee of (connections, rate, p99 in ms), ascending."""
    highest = max(rate for _, rate, _ in steps)
    n, rate, p99 = next(step for step in steps if step[1] >= KNEE_AT * highest)
    return Knee(connections=n, tps=rate, p99_ms=p99, highest_tps=highest)


def fit(steps: Sequence[tuple[int, float]]) -> Law | None:
    """Fit the law to (connections, rate) by least squares of N / X(N), linear in its three numbers.

    Weighted by X/N, so that it is the relative error that counts; numbers below zero mean nothing and are
    left out of the fit. None with fewer than three usable steps.
    """
    seen = [(n, rate) for n, rate in steps if rate > 0]
    if len(seen) < 3:
        return None
    n, rate = (np.array(column, dtype=float) for column in zip(*seen, strict=True))
    terms = np.stack([np.ones_like(n), n - 1, n * (n - 1)], axis=1) * (rate / n)[:, None]
    best: tuple[float, list[float]] | None = None
    for kept in ((0, 1, 2), (0, 1), (0, 2), (0,)):
        found, *_ = np.linalg.lstsq(terms[:, kept], np.ones_like(n), rcond=None)
        if found[0] <= 0 or (found < 0).any():
            continue
        error = float(((terms[:, kept] @ found - 1) ** 2).sum())
        numbers = [0.0, 0.0, 0.0]
        for place, value in zip(kept, found, strict=True):
            numbers[place] = float(value)
        if best is None or error < best[0]:
            best = error, numbers
    return None if best is None else _law(best[1], n, rate)


def _law(numbers: list[float], n: "np.ndarray", rate: "np.ndarray") -> Law:
    one_per_s = 1 / numbers[0]
    sigma, kappa = numbers[1] * one_per_s, numbers[2] * one_per_s
    law = Law(one_per_s=one_per_s, sigma=sigma, kappa=kappa, r2=0.0, peak_at=None)
    spread = float(((rate - rate.mean()) ** 2).sum())
    missed = sum((law.rate(one) - seen) ** 2 for one, seen in zip(n, rate, strict=True))
    peak_at = ((1 - sigma) / kappa) ** 0.5 if kappa > 0 and sigma < 1 else None
    return Law(
        one_per_s=one_per_s,
        sigma=sigma,
        kappa=kappa,
        r2=1 - float(missed) / spread if spread else 1.0,
        peak_at=peak_at,
    )
