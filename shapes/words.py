"""State a finding in a sentence: fill the numbers found into a fault's message, in Chinese and English.

Numbers get thousands separators; text that a query selects (a year, a title) is not changed.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

import pyoxigraph as ox

from jixiao.ontology.bilingual import Bilingual
from jixiao.ontology.decimals import digits
from jixiao.shapes.engine import literals
from jixiao.shapes.engine.data import Term, text

_LONGEST_QUOTE = 60
_PLACEHOLDER = re.compile(r"\{\?(\w+)\}")


def sentence(message: Bilingual, value: Term | None, bindings: Mapping[str, Term]) -> Bilingual:
    """Fill in the placeholders of a message; without any, add a sentence with the value at fault if it is short."""
    if _PLACEHOLDER.search(message.zh):
        known = {**bindings, "value": value} if value is not None else bindings
        return Bilingual(_filled(message.zh, known), _filled(message.en, known))
    if not isinstance(value, ox.Literal) or not value.value.strip() or len(value.value) > _LONGEST_QUOTE:
        return message
    return Bilingual(f"{message.zh}读到的是“{value.value}”。", f"{message.en} It reads “{value.value}”.")


def blanked(message: Bilingual) -> Bilingual:
    """Replace each placeholder by `…`, to show a rule's message without a finding."""
    return Bilingual(_PLACEHOLDER.sub("…", message.zh), _PLACEHOLDER.sub("…", message.en))


def _filled(message: str, known: Mapping[str, Term]) -> str:
    """Replace every placeholder; one without a value becomes a dash, which cannot be mistaken for a number."""
    return _PLACEHOLDER.sub(lambda found: shown(known[found[1]]) if found[1] in known else "—", message)


def shown(node: Term) -> str:
    """Format a term for a sentence: numbers as `1,720,000` or `25.5`, text unchanged."""
    number = literals.value(node)
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return text(node)
    return digits(number, grouped=True)
