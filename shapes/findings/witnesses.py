"""Decide whether two findings are witnesses of one mistake: they rest on the same line and the same figures or words.

One wrong figure contradicts the form, the narrative and the cover, each by a rule of its own. If both findings name the
wrong figure and the one in its place, or differ by the same amount, one correction settles both. Two findings that have
only one figure in common are two mistakes: whatever that figure should be, it cannot agree with both of the others.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from jixiao.shapes.findings.finding import Finding

_FIGURE = re.compile(
    r"(?P<year>\d{4})(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})(?![\d,])"
    r"|(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[^\s\d，。；：、]?)"
)
_FEW_DIGITS = 2  # of a number that says little without its unit
_LONGEST_QUOTE = 60  # characters; a longer quotation is a paragraph, which may hold several mistakes
_ENOUGH = 2  # figures in common: the one at fault, and the one that it should be


def is_witness(cause: Finding, effect: Finding) -> bool:
    """Return whether one mistake made both findings: they share a line, and figures or known effects show it.

    The effect must be about the cause's project, or about the filing as a whole.
    """
    return (
        effect.project in {cause.project, None}
        and _meet(cause.lines, effect.lines)
        and (effect.fault.name in cause.fault.effects or _same(cause, effect))
    )


def _meet(lines: Sequence[int], others: Sequence[int]) -> bool:
    """Return whether the lines of two findings have one in common, or both have no lines, as in RDF."""
    return not {*lines}.isdisjoint(others) or not (lines or others)


def _same(one: Finding, other: Finding) -> bool:
    """Return whether two findings state one difference, or have enough figures or quoted words in common.

    Findings of different kinds need two figures in common. For findings of one kind, one figure is enough if one of
    them has no other, and so is a quotation of one that contains the other's.
    """
    if one.difference and one.difference == other.difference:
        return True
    mine, theirs = _figures(one), _figures(other)
    if one.fault.kind != other.fault.kind:
        return len(mine & theirs) >= _ENOUGH
    quotes = [each for each in (one.quote, other.quote) if each and len(each) <= _LONGEST_QUOTE]
    if len(quotes) == _ENOUGH and (quotes[0] in quotes[1] or quotes[1] in quotes[0]):
        return True
    return len(mine & theirs) >= min(_ENOUGH, len(mine), len(theirs)) > 0


@lru_cache(maxsize=1024)
def _figures(finding: Finding) -> frozenset[str]:
    """Return the numbers and dates in a finding's sentence, quotation and value.

    Those that the rule's message has in every finding are left out.
    """
    quote = finding.quote if finding.quote and len(finding.quote) <= _LONGEST_QUOTE else ""
    said = frozenset(_read(f"{finding.message.zh} {quote} {finding.value or ''}"))
    return said - frozenset(_read(finding.fault.pattern.zh))


def _read(text: str) -> Iterator[str]:
    for found in _FIGURE.finditer(text):
        if found["year"]:
            yield f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}"
        else:
            number = Decimal(found["number"].replace(",", "")).normalize()
            short = len(number.as_tuple().digits) <= _FEW_DIGITS and abs(number) < 10**_FEW_DIGITS
            yield f"{number:f}{found['unit'] if short else ''}"
