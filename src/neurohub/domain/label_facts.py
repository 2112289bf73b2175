"""What a label may say: the words a template may name, all of them texts.

Not how a label looks (`labels`) nor where the facts come from (`label_facts` in SQL).
"""

from msgspec import Struct


class LabelFacts(Struct, frozen=True, kw_only=True):
    """`code` is what the label is for and what a scan of it gives; `number` is the unit's in its LOT, or nothing."""

    code: str
    lot: str
    number: str
    line: str
    line_name: str
    model: str
    model_name: str
    shift: str
    quantity: str
    date: str
