"""State a finding in a sentence: fill the numbers found into a fault's message, in Chinese and English.

Numbers get thousands separators; text that a query selects (a year, a title) is not changed.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

import pyoxigraph as ox

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.engine.data import Match, Term, text
from jixiao.shapes.engine.data import value as value_of

_LONGEST_QUOTE = 60
_PLACEHOLDER = re.compile(r"\{\?(\w+)\}")
_BOTH = re.compile(r"([^·]*[\u4e00-\u9fff][^·]*) · ([a-z][^·]*)")


def sentence(message: Bilingual, value: Term | None, bindings: Mapping[str, Term]) -> Bilingual:
    """Fill in the placeholders of a message; without any, add a sentence with the value at fault if it is short."""
    if _PLACEHOLDER.search(message.zh):
        known = {**bindings, "value": value} if value is not None else bindings
        return Bilingual(_filled(message.zh, known, 0), _filled(message.en, known, 1))
    if not isinstance(value, ox.Literal) or not value.value.strip() or len(value.value) > _LONGEST_QUOTE:
        return message
    return Bilingual(f"{message.zh}读到的是“{value.value}”。", f"{message.en} It reads “{value.value}”.")


def unquoted(message: Bilingual, said: Bilingual) -> Bilingual:
    """Return a rule's message if a finding's sentence is that message with the words at fault added, else the sentence.

    Findings of a group are told together by it, each with its words in the lines quoted.
    """
    return message if said.zh.startswith(message.zh) and said.en.startswith(message.en) else said


def with_place(said: Bilingual, file: str, line: str) -> Bilingual:
    """Add to a sentence where the other thing that it speaks of stands."""
    return Bilingual(f"{said.zh}另一处见{file}第{line}行。", f"{said.en} The other stands in {file}, line {line}.")


def formerly(fault: Fault, value: Term | None, bindings: Mapping[str, Term]) -> tuple[tuple[str, str], ...]:
    """Return the names of the retired rules that a rule took the place of, with their sentences in Chinese."""
    return tuple((each.name, sentence(each.message, value, bindings).zh) for each in catalogue.formerly(fault.iri))


def folded(fault: Fault, match: Match) -> str | None:
    """Return the value of the variable by which a rule folds its findings; None if it folds by something else."""
    if fault.folds_by is None or not fault.folds_by.startswith("?"):
        return None
    value = match.bindings.get(fault.folds_by[1:])
    return None if value is None else text(value)


def blanked(message: Bilingual) -> Bilingual:
    """Replace each placeholder by `…`, to show a rule's message without a finding."""
    return Bilingual(_PLACEHOLDER.sub("…", message.zh), _PLACEHOLDER.sub("…", message.en))


def _filled(message: str, known: Mapping[str, Term], half: int) -> str:
    """Replace every placeholder; one without a value becomes a dash, which cannot be mistaken for a number.

    Of a value in both languages, 中文 · English, the half of the message's language is told.
    """

    def told(found: re.Match[str]) -> str:
        value = shown(known[found[1]]) if found[1] in known else "—"
        both = _BOTH.fullmatch(value)
        return both[half + 1] if both else value

    return _PLACEHOLDER.sub(told, message)


def shown(node: Term) -> str:
    """Format a term for a sentence: numbers as `1,720,000` or `25.5`, text unchanged."""
    number = value_of(node)
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return text(node)
    return digits(number, grouped=True)
