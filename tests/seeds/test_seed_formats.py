"""The five real filings as Word, HTML, workbooks and PDFs of two printers, against the same answer key as their text.

A filing's text is written anew in each format with real tables. Skipped where the filings or a printer are absent.
"""

from collections import Counter

import pyoxigraph
import pytest
from test_seeds import HERE, KEYS, SEEDS, TOPICS, comparable, expected, rows, squeezed

from jixiao.ingest.document import read_document
from jixiao.ingest.readers import text
from tests.support.printers import CHROMIUM, LIBREOFFICE, printed_by_chromium, printed_by_libreoffice
from tests.support.writers import as_docx, as_html, as_xlsx

SCHEMES = sorted((HERE.parents[1] / "ontology").glob("*.ttl"))
NAMES = {
    "docx": "a.docx",
    "html": "a.html",
    "xlsx": "a.xlsx",
    "libreoffice": "a.pdf",
    "chromium": "a.pdf",
}


@pytest.fixture(scope="module")
def renditions():
    """Each filing as its text is read, by its key's file."""
    if not SEEDS.is_dir():
        pytest.skip(f"the filings are not there: {SEEDS}")
    return {key["file"]: text.read((SEEDS / key["file"]).read_bytes()) for key in KEYS}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("docx", marks=pytest.mark.judge),
        "html",
        pytest.param("xlsx", marks=pytest.mark.judge),
        pytest.param("libreoffice", marks=[pytest.mark.debian, pytest.mark.judge]),
        pytest.param("chromium", marks=[pytest.mark.debian, pytest.mark.judge]),
    ],
)
def graphs(request, renditions, tmp_path_factory):
    """Return the reading of each filing in one format, by its key's file."""
    match request.param:
        case "docx":
            files = {name: as_docx(rendition) for name, rendition in renditions.items()}
        case "html":
            files = {name: as_html(rendition).encode() for name, rendition in renditions.items()}
        case "xlsx":
            files = {name: as_xlsx(rendition) for name, rendition in renditions.items()}
        case "libreoffice":
            if LIBREOFFICE is None:
                pytest.skip("LibreOffice (Debian: libreoffice-writer) is not installed")
            documents = {name: as_docx(rendition) for name, rendition in renditions.items()}
            files = printed_by_libreoffice(documents, tmp_path_factory.mktemp("printed"))
        case _:
            if CHROMIUM is None:
                pytest.skip("Chromium (Debian: chromium) is not installed")
            files = printed_by_chromium({name: as_html(rendition) for name, rendition in renditions.items()})
    return {name: graph(content, NAMES[request.param]) for name, content in files.items()}


def graph(content, name):
    """Return the statements of a file, with the concepts that it names."""
    reading = read_document(content, name, "http://localhost:8000/")
    assert reading.deposit, reading.refusal
    store = pyoxigraph.Store()
    store.load(reading.deposit.source_triples, pyoxigraph.RdfFormat.N_TRIPLES)
    for scheme in SCHEMES:
        store.load(path=scheme, format=pyoxigraph.RdfFormat.TURTLE)
    return store


def placeless(topic, found, labels):
    """Rows without their lines, which differ, and without white space, which no page shows.

    A row of a cost table that begins with a number has no name of its own in the key: its `labels` count.
    """
    counted = Counter()
    for row in found:
        cells = {name: squeezed(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
        if topic == "cost_items" and cells["label"] not in labels:
            cells["label"] = None
        counted[tuple(sorted((name, cell) for name, cell in cells.items() if name not in {"line", "sha256"}))] += 1
    return counted


@pytest.mark.sampled(3)
@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("key", KEYS, ids=[key["file"][:3] for key in KEYS])
def test_other_formats_say_what_the_filing_says(graphs, key, topic):
    labels = {squeezed(item["label"]) for project in key["projects"] for item in project["cost_items"] if item["label"]}
    wanted = [comparable(topic, row, set()) for row in expected(topic, key)]
    found = [comparable(topic, row, set()) for row in rows(graphs[key["file"]], HERE / f"{topic}.rq")]
    counted = placeless(topic, wanted, labels), placeless(topic, found, labels)
    assert counted[0] == counted[1], f"缺 missing: {counted[0] - counted[1]}; 多 too much: {counted[1] - counted[0]}"
