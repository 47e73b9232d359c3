"""Extract the content of a rendition in stages: cells, roles, structure.

1. Cells: `cells/repair.py` repairs the rows of the rendition, so that each cell is one cell of a row, without persons.
2. Roles: `roles/role.py` finds the role of each cell (label, level, value …) by the words and patterns of forms.
3. Structure: `structure/segments.py` cuts the rows into cover, narratives and forms by these roles; each such part has
   a module that reads it, and `structure/filing.py` puts the parts of a project together.

The words that a form prints are distinguished from text with content, which has a number, an amount or a title in 《》.
A label may have a year, a weight, a serial number or a unit of money. Any other figure comes from the filer, so that a
line with one is never taken for words of the form.

In a fourth stage, `emitting/` states facts with their places. `jixiao explain --roles` draws the first two.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from jixiao.ingest.choosing import cells
from jixiao.ingest.errors import IngestError
from jixiao.ingest.model import Extraction
from jixiao.ingest.rendition import Marks, Place, Rendition, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.structure import ends, filing
from jixiao.ingest.text.slips import slips
from jixiao.ingest.text.sums import wrong_results, wrong_totals
from jixiao.ingest.text.variants import misprinted_names
from jixiao.ingest.values.amounts import named
from jixiao.ingest.values.plain import folded, remains
from jixiao.ontology.grouping import by_key


def extract(rendition: Rendition) -> Extraction:
    """Return the cover and the projects of a rendition, with the places of persons, labels and mistakes.

    Raises NotAFilingError if the rendition has neither a performance-target form nor a narrative with a project in its
    title.
    """
    marks = Marks()
    rows, hidden = cells(rendition, marks)
    try:
        front, projects = filing.read(rows, rendition, marks)
    except IngestError as error:
        error.hidden = hidden
        raise
    told = dict(_stating(rows))
    places = (place for row in rows for cell in row.filled for place in cell.places)
    return Extraction(
        front,
        projects,
        boilerplate=frozenset(marks.boilerplate),
        persons=frozenset(marks.persons),
        hidden=hidden,
        aside=frozenset(marks.aside) | {place for place, unkept in told.items() if unkept},
        telling=frozenset(told) - marks.figures,
        divided=frozenset(places) - frozenset(rendition.filled_places()),
        breaks_off=rendition.end.number if ends.before_another(projects, front, rendition) else None,
        markup=_markup(rows),
        text="\n".join("".join(cell.text.split()) for row in rows for cell in row.filled),
        misprints=(*slips(rows), *wrong_results(rows), *wrong_totals(rows), *misprinted_names(projects, rows)),
        rows=rows,
    )


def _markup(rows: Iterable[Row]) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """Return the mark-up left in rows: of each kind its first occurrence, and the places of all."""
    found = by_key(
        (kind, (words, cell.place(line)))
        for row in rows
        for cell in row.filled
        for line, text in cell.parts
        for kind, words in remains(text)
    )
    return tuple((left[0][0], tuple(dict.fromkeys(place for _, place in left))) for left in found.values())


@lru_cache(maxsize=8192)  # most cells hold words of the form, which are the same in every form
def may_state(text: str) -> bool:
    """Return whether a text may state something of its own: it has a figure, an amount in words, or a title in 《》.

    Figures that the form itself prints, such as numbers of rows and periods, do not count.
    """
    shown, telling = named(folded(text)), labels().lines["telling"]
    if not telling.search(shown) or labels().line("period", shown):
        return False
    return telling.search(labels().lines["own_figures"].sub("", shown)) is not None


def is_unkept(text: str) -> bool:
    """Return whether a text begins with a label whose value is not kept: 自有资金：30."""
    before = re.match(r"[^:：\d]*", labels().lines["among"].sub("", folded(text)))
    heads = (before[0] if before else "", *text.split(maxsplit=1)[:1])
    unkept = (labels().others, labels().others_in_line)
    return any(bare(head) in words for head in heads for words in unkept)


def _stating(rows: Iterable[Row]) -> Iterator[tuple[Place, bool]]:
    """Yield the place of each line that may state something, with True if the value of its cell is not kept."""
    for row in rows:
        for cell in row.filled:
            for line, text in cell.parts:
                if may_state(text):
                    yield cell.place(line), is_unkept(cell.text)
