"""Write the values that a query bound into a fault's message, in Chinese and English.

Numbers get thousands separators; text that a query selects (a year, a title) is not changed.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

import pyoxigraph as ox

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.engine.data import Term, text, value_of

_LONGEST_QUOTE = 60
_FEWEST_AMOUNTS = 2  # that can differ
_PLACEHOLDER = re.compile(r"\{\?(\w+)\}")
_YUAN = re.compile(r"\{\?(\w+)\} 元")
_BOTH = re.compile(r"([^·]*[\u4e00-\u9fff][^·]*) · ([A-Za-z\d][^·]*)")


def sentence(message: Bilingual, value: Term | None, bindings: Mapping[str, Term]) -> Bilingual:
    """Fill in the placeholders of a message; without any, add a sentence with the value at fault if it is short."""
    if _PLACEHOLDER.search(message.zh):
        known = {**bindings, "value": value} if value is not None else bindings
        return Bilingual(_filled(message.zh, known, 0), _filled(message.en, known, 1))
    if not isinstance(value, ox.Literal) or not value.value.strip() or len(value.value) > _LONGEST_QUOTE:
        return message
    return Bilingual(f"{message.zh}读到的是“{value.value}”。", f"{message.en} It reads “{value.value}”.")


def pattern(fault: Fault) -> Bilingual:
    """Return a fault's message with `…` for each number or name that a finding fills in."""
    return Bilingual(_PLACEHOLDER.sub("…", fault.message.zh), _PLACEHOLDER.sub("…", fault.message.en))


def difference(fault: Fault, bindings: Mapping[str, Term]) -> Decimal | None:
    """Return by how many yuan the amounts of a rule on money differ: `?difference`, or else the last two amounts.

    The message tells which variables are amounts. None for a rule that compares none.
    """
    names = _YUAN.findall(fault.message.zh) if fault.kind == "money" else ()
    values = ((name, value_of(bindings[name])) for name in names if name in bindings)
    amounts = {name: Decimal(value) for name, value in values if isinstance(value, int | Decimal)}
    if len(amounts) < _FEWEST_AMOUNTS:
        return None
    *_, one, other = amounts.values()
    return abs(amounts.get("difference", one - other))


def _filled(message: str, known: Mapping[str, Term], half: int) -> str:
    """Replace every placeholder of a message; one without a value becomes a dash, never a number.

    Of a value in two languages (中文 · English), only the part in the message's language is used: `half` is 0 for
    Chinese, 1 for English.
    """

    def told(match: re.Match[str]) -> str:
        value = shown(known[match[1]]) if match[1] in known else "—"
        both = _BOTH.fullmatch(value)
        return both[half + 1] if both else value

    return _PLACEHOLDER.sub(told, message)


def shown(node: Term) -> str:
    """Format a term for a sentence: numbers as `1,720,000` or `25.5`, text unchanged."""
    number = value_of(node)
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return text(node)
    return digits(number, grouped=True)
