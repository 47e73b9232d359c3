"""The sentence of a finding: a fault's message with the numbers of what was found, in Chinese and English.

Numbers come with thousands separators; what a query selects as text (a year, a title) stays as it is.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

import pyoxigraph as ox

from jixiao.ontology.bilingual import Bilingual
from jixiao.shapes.engine import literals
from jixiao.shapes.engine.data import Term, text

_LONGEST_QUOTE = 60
_PLACEHOLDER = re.compile(r"\{\?(\w+)\}")


def sentence(message: Bilingual, value: Term | None, bindings: Mapping[str, Term]) -> Bilingual:
    """Fill in a message; one without placeholders gets the value at fault added, where that is short text."""
    if _PLACEHOLDER.search(message.zh):
        known = {**bindings, "value": value} if value is not None else bindings
        return Bilingual(_filled(message.zh, known), _filled(message.en, known))
    if not isinstance(value, ox.Literal) or not value.value.strip() or len(value.value) > _LONGEST_QUOTE:
        return message
    return Bilingual(f"{message.zh}读到的是“{value.value}”。", f"{message.en} It reads “{value.value}”.")


def blanked(message: Bilingual) -> Bilingual:
    """A message before anything is found: `…` where a number or name will stand."""
    return Bilingual(_PLACEHOLDER.sub("…", message.zh), _PLACEHOLDER.sub("…", message.en))


def _filled(message: str, known: Mapping[str, Term]) -> str:
    """Every placeholder replaced; one without a value is a dash, so that nobody takes it for a number."""
    return _PLACEHOLDER.sub(lambda found: shown(known[found[1]]) if found[1] in known else "—", message)


def shown(node: Term) -> str:
    """A term as a sentence shows it: `1,720,000`, `25.5`, text as it is."""
    number = literals.value(node)
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return text(node)
    digits = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
