"""A printed total covers items by its place among the rows of budget tables."""

from decimal import Decimal

import pytest

from jixiao.ingest.model import CostItem, CostSubtotal
from jixiao.ingest.rendition import Place
from jixiao.ingest.structure.narratives.budget import Line, read, settled
from tests.support.forms import row

PLACES = (Place(1, 0),)


def item(amount: int, group: int = 1) -> CostItem:
    return CostItem("费", None, None, Decimal(amount), PLACES, group=group)


def total(amount: int, label: str = "合计", group: int = 1) -> CostSubtotal:
    return CostSubtotal(label, Decimal(amount), None, (), PLACES, group)


def rows(text: str, amount: int = 1) -> list[Line]:
    """Rows from letters: i an item, j one with a total beside, x one without amount, t 合计, s 小计, | a new table."""
    lines: list[Line] = []
    group, items = 1, 0
    for letter in text:
        if letter == "|":
            group += 1
            continue
        at = items if letter in "ij" else None
        items += at is not None
        found = {"j": total(amount), "t": total(amount), "s": total(amount, "小计")}.get(letter)
        lines.append(Line(group, letter in "ts", at, found))
    return lines


@pytest.mark.parametrize(
    ("text", "amount", "covered"),
    [
        ("iit", 2, [(0, 1)]),
        ("iisiist", 2, [(0, 1), (2, 3), (0, 1, 2, 3)]),
        ("ixt", 1, [()]),
        ("ii|it", 1, [(2,)]),
        ("ii|it", 3, [(0, 1, 2)]),
        ("ii|it", 7, [(2,)]),
        ("jii", 3, [(0, 1, 2)]),
        ("jij", 3, []),
        ("j", 1, []),
        ("ii|ji|ii", 2, [(2, 3)]),
    ],
)
def test_what_a_total_covers(text: str, amount: int, covered: list[tuple[int, ...]]) -> None:
    lines = rows(text, amount)
    items = [item(1) for line in lines if line.item is not None]
    assert [found.items for found in settled(lines, items)] == covered


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "text", ["i" * 2_000 + "t" * 20_000, "it" * 20_000, "x" * 20_000 + "t" * 20_000, "j" * 20_000, "j|" * 20_000]
)
def test_totals_without_end_have_a_bound(text: str) -> None:
    lines = rows(text)
    items = [item(1)] * sum(line.item is not None for line in lines)
    assert sum(len(found.items) for found in settled(lines, items)) < 400_000


def test_tables_of_several_sections_keep_apart() -> None:
    table = [row("名称", "金额（元）"), row("印刷", "10"), row("合计", "10")]
    items, subtotals = read([table, table])
    assert [each.group for each in items] == [1, 2]
    assert [(each.group, each.items) for each in subtotals] == [(1, (0,)), (2, (1,))]
