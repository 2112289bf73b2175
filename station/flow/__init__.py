"""What a station does, without any device, window, network or clock: `(state, fact) -> (state, effects)`.

Read `facts` (what can happen), `effects` (what can be wanted), `state`, `machine` (the reducer), then the verbs
in `scan`, `press`, `work`, `answers`; `screens` says what all of it looks like.
"""

from station.flow.machine import advance, start
from station.flow.screens import show

__all__ = ["advance", "show", "start"]
