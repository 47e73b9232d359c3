"""Add up a form's money by level of government, and find the total that the sum should equal."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.ingest.model import Amount, Calculation, Form
from jixiao.ingest.structure.forms.wording import FORM

_DIVISIONS = tuple(frozenset(FORM.words(name)) for name in ("higher_and_own", "each_level"))
_WHOLES = ("annualRequest", "totalAmount", "fiscalFunds", "currentYearAppropriation")
_OTHERS = ("otherFunds", "annualOtherFunds")
_UNIT = FORM.text("yuan")


def sums(form: Form) -> tuple[Calculation, ...]:
    """Return the sums of the money by level (higher and own level, or each level), each with its total.

    The total is the amount of the form that equals the sum, or is nearest to it.
    """
    return tuple(_sums(form))


def _sums(form: Form) -> Iterator[Calculation]:
    wholes = list(_wholes({each.name: each for each in form.amounts}))
    for words in _DIVISIONS:
        parts = [each for each in form.of_levels if each.name in words]
        computed = sum((_yuan(each) for each in parts), Decimal(0))
        if computed and wholes:
            total, whole = min(wholes, key=lambda one: abs(one[0] - computed))
            yield _stated(parts, computed, total, whole)


def _wholes(amounts: dict[str, Amount]) -> Iterator[tuple[Decimal, Amount]]:
    """Yield each amount that may be the total of the levels, in yuan, with and without other funds (其他资金)."""
    others = [_yuan(amounts[name]) for name in _OTHERS if name in amounts]
    for name in _WHOLES:
        if name in amounts and (yuan := _yuan(amounts[name])):
            yield yuan, amounts[name]
            yield from ((yuan - other, amounts[name]) for other in others if other)


def _stated(parts: Sequence[Amount], computed: Decimal, total: Decimal, whole: Amount) -> Calculation:
    words = "，".join(f"{each.name}{_yuan(each).normalize():f}{_UNIT}" for each in parts)
    places = tuple(place for each in (*parts, whole) for place in each.places)
    # Each part may have been rounded, except that a single part equals the total.
    step = max(each.step or Decimal(1) for each in parts) * (len(parts) - 1) or Decimal(1)
    return Calculation(
        words, computed, total, step, None, tuple(sorted(places, key=lambda one: (one.line, one.column)))
    )


def _yuan(amount: Amount) -> Decimal:
    return amount.value if isinstance(amount.value, Decimal) else Decimal(0)
