"""bench/scans compares scans with the text that they were printed from."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyoxigraph import NamedNode

from bench.scans import measuring
from bench.scans.paper import DAMAGES, pictures, printed
from jixiao.ontology import terms
from tests.support.printers import LIBREOFFICE
from tests.support.scans import needs_engine

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-renda-2022.txt"


def table() -> np.ndarray[Any, Any]:
    """A page with a table of two columns, and a short stroke in each cell."""
    page = np.full((1100, 850, 3), 255, np.uint8)
    for at in range(200, 901, 100):
        page[at : at + 3, 100:700] = 0
    for at in (100, 400, 697):
        page[200:903, at : at + 3] = 0
    page[250:254, 130:150] = page[250:254, 450:470] = 0
    return page


@needs_engine
def test_wear_is_the_same_each_time_and_spares_text() -> None:
    from bench.scans.wear import BARE, WORN, worn

    clean = table()
    for kinds in (WORN, BARE):
        for number in range(len(kinds)):
            page = worn(clean, number, 100, kinds)
            assert (page == worn(clean, number, 100, kinds)).all()
            assert page.shape == clean.shape
            assert (page != clean).any()
    bare = worn(clean, 1, 100, BARE)
    assert (bare[250:254, 130:150] == 0).all()
    assert (bare < 128).all(axis=2).sum() == 160


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
    pdf = printed([EXAMPLE], "libreoffice")[EXAMPLE]
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
