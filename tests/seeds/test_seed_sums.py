"""The sums that answers give over the five real filings are those of their key, project by project."""

from collections import defaultdict
from decimal import Decimal

from test_seeds import KEYS

from jixiao.viewing import Viewing


def test_sums_by_year_are_those_of_the_key(store):
    """Test the head's sums and the groups by year: all filings ask for money of one year."""
    wanted = defaultdict(lambda: (0, Decimal(0)))
    for key in KEYS:
        for project in key["projects"]:
            number, amount = wanted[key["filing"]["year"]]
            wanted[key["filing"]["year"]] = number + 1, amount + Decimal(project["amounts"]["annualRequest"])
    viewing = Viewing.open(store.path)
    answer = viewing.answer("by-year", {})
    assert {row["year"]: (row["with_amount_requested"], row["sum_amount_requested"]) for row in answer.rows} == wanted
    assert {part.year: (part.rows, part.amount) for part in answer.whole.parts} == wanted
    bodies = viewing.table("projects", {"group": "body", "measure": "sum_amount"}).rows
    total = sum(amount for _, amount in wanted.values())
    assert sum(row["sum_amount_requested"] for row in bodies) == total
