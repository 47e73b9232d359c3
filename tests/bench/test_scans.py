"""bench/scans compares scans with the text that they were printed from."""

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from bench.scans import measuring
from bench.scans.paper import DAMAGES, pictures, printed
from jixiao.ontology import terms
from tests.support.printers import LIBREOFFICE
from tests.support.scans import needs_engine

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-renda-2022.txt"


def test_differences_are_missing_or_wrong() -> None:
    truth = Counter([("a", "b", "1"), ("a", "b", "1"), ("a", "c", "2")])
    found = Counter([("a", "b", "1"), ("a", "c", "7")])
    assert measuring.differences(truth, found) == ([("a", "b", "1"), ("a", "c", "2")], [("a", "c", "7")])


def test_figures_add_up_to_shares() -> None:
    figures = measuring.Figures(90, 10, 0, 0, 2, 6.0, 10.0) + measuring.Figures(90, 10, 20, 1, 2, 6.0, 10.0)
    assert str(figures).split() == ["4", "200", "90.00%", "10.00%", "1", "3.00", "0.60"]


@needs_engine
@pytest.mark.debian
@pytest.mark.judge
@pytest.mark.skipif(LIBREOFFICE is None, reason="needs Debian's package libreoffice-writer")
@pytest.mark.parametrize(
    ("damage", "right", "wrong"), [("mild", 0.97, 0.005), ("heavy", 0.9, 0.01), ("photo", 0.9, 0.01)]
)
def test_scans_at_200_pixels_an_inch_state_what_the_text_states(damage: str, right: float, wrong: float) -> None:
    pdf = printed(EXAMPLE, "libreoffice")
    figures, errors, _ = measuring.measured(EXAMPLE, pictures(pdf, 200, DAMAGES[damage]), 5)
    assert figures.right / (figures.right + figures.missing) >= right, errors
    assert figures.wrong / (figures.right + figures.wrong) <= wrong, errors
    assert not [error for error in errors if error[1] == terms.totalAmount]
    assert figures.amounts == 0
    assert figures.seconds <= 2 * figures.alone


def test_filings_without_a_body_are_compared_without_their_checksums() -> None:
    truth, found = (NamedNode(f"http://localhost:8000/id/project/s-{of}/2022/abc#i3") for of in ("0a1b", "9f8e"))
    assert measuring.unnumbered(truth) == measuring.unnumbered(found)
    assert measuring.unnumbered(truth).endswith("/s-/2022/abc#i")
