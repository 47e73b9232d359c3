"""Every address in code on the pages about tables and views has rows on the examples, or the answer stated here."""

import re
from pathlib import Path

import pytest

from jixiao.store import Store
from tests.server.conftest import running

DOCS = Path(__file__).parents[3] / "docs"
ADDRESS = re.compile(r"(?:(/(?:tables|views)/[\w-]+)\?)?([\w.]+=[^\s`=…{|]+(?:&[\w.]+=[^\s`=…{|]+)*)")
OWN = re.compile(r"^### (?:自己的视图|Views of your own)$.*?(?=^##)", re.MULTILINE | re.DOTALL)
"""Sections on views of a reader's own, which test_view_folder.py asks."""
USUAL = {"tables.md": "/tables/projects", "views.md": "/views/projects"}
"""The table or view that is meant where an address names its parameters alone."""
OTHER = {
    "fund.is=财政资金": "/tables/funds",
    "level.is=county": "/tables/places",
    "level.is=县级": "/tables/places",
    "rows.least=3": "/tables/projects?group=body",
    "share_rows.least=10": "/tables/projects?group=body&figure=share",
    "ranges=0,100万,1000万": "/tables/projects?group=amount",
    "ranges=0,1000000,10000000": "/tables/projects?group=amount",
}
"""Tables and groups that the sentences around some addresses mean."""
ROWS, NO_ROWS, REFUSED = (200, True), (200, False), (400, False)
STATED = {
    "column.operator=value": REFUSED,
    "列.比较=值": REFUSED,
    "region=安徽": REFUSED,
    "amount.absent=1": NO_ROWS,
    "indicators.targetText.blank=1": NO_ROWS,
    "locations.place.absent=1": NO_ROWS,
    "without=hasIndicator": NO_ROWS,
    "without=绩效指标": NO_ROWS,
}
"""Forms that are no addresses, and addresses that the examples have nothing for."""


def addresses(page):
    """Return the addresses in spans and blocks of code of a page, each with its table or view and its parameters."""
    text = OWN.sub("", (DOCS / page).read_text(encoding="utf-8"))
    blocks = "\n".join(re.findall(r"^```text\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    spans = [*re.findall(r"`([^`\n]+)`", text), *blocks.split()]
    return sorted({(of[1] or "", of[2]) for of in map(ADDRESS.fullmatch, spans) if of})


CASES = [(page, *each) for page in USUAL for each in addresses(page)]


@pytest.fixture(scope="module")
def here(examples):
    with running(Store.open(examples)) as answering:
        yield answering


@pytest.mark.parametrize(("page", "path", "query"), CASES)
def test_an_address_of_the_documentation_has_rows(page, path, query, here):
    asked = path or OTHER.get(query, USUAL[page])
    answer = here.get(f"{asked}{'&' if '?' in asked else '?'}{query}", headers={"Accept": "application/json"})
    found = (answer.status_code, bool(answer.json().get("rows")))
    assert found == STATED.get(query, ROWS), answer.text[:300]


def test_what_is_stated_here_stands_in_the_documentation():
    assert {*OTHER, *STATED} - {query for _, _, query in CASES} == set()
