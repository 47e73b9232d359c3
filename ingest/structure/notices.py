"""Read the documents by which a notice above a form (下达…的通知, 批复) hands money down.

They are the notice itself, by its number on a line of its own, and the numbered documents that its paragraphs go by
(根据…, 按照…). A document without a number is passed over: notices name attachments and reports to come in that way,
too. A paragraph that only makes the targets public (现将…予以公开) goes by documents about publishing, not about the
project.
"""

from jixiao.ingest.model import Citation, Printed
from jixiao.ingest.roles.headings import SECTIONS
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.structure.cover import is_notice
from jixiao.ingest.structure.segments import Segment
from jixiao.ingest.text import citations
from jixiao.ingest.values.plain import plain
from jixiao.ontology.numbers import parse

SECTION = SECTIONS["notice"]


def read(segment: Segment) -> tuple[Citation, ...]:
    """Return the documents of the notice in the rows above the first form; none if these rows are no notice."""
    if not is_notice(segment):
        return ()
    found: dict[str, Citation] = {}
    for cell in (row.filled[0] for row in segment.rows if len(row.filled) == 1):
        goes_by = parse(plain(cell.text)) or labels().line("goes_by", cell.text)
        if goes_by and not labels().line("publishes", cell.text):
            for citation in citations.citations(Printed.of(cell), SECTION, bare=False):
                if citation.number:
                    found.setdefault(citation.identity, citation)
    return tuple(found.values())
