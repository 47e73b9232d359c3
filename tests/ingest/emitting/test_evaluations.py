"""Rates of execution as self-evaluations print them; tests/ingest/stated/evaluations.toml has what else they state."""

from decimal import Decimal

import pytest

from jixiao.ingest.emitting.parts import rate
from jixiao.ingest.model import Amount, Execution
from jixiao.ingest.rendition import Place
from tests.support.forms import printed as said


@pytest.mark.parametrize(
    ("printed", "yuan", "expected"),
    [
        ("100%", (), 100),
        ("88.4％", (100, 100, 88), Decimal("88.4")),
        ("100.00", (100, 100, 100), 100),
        ("0.88", (100, 100, 88), 88),
        ("1", (100, 100, 100), 100),
        ("20", (100, 100, 100), None),  # points, in the wrong column
        ("100.00", (), None),
        ("已执行完毕", (100, 100, 100), None),
    ],
)
def test_a_rate_is_a_number_only_if_it_is_clear(printed: str, yuan: tuple[int, ...], expected: Decimal | None) -> None:
    names = ("initialBudget", "adjustedBudget", "executed")
    amounts = (Amount(name, Decimal(each), (Place(1, 1),)) for name, each in zip(names, yuan, strict=False))
    row = Execution(said("总额"), True, tuple(amounts), said(printed), Decimal(10), Decimal(8), (Place(1, 6),))
    assert rate(row) == expected
