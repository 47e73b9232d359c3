"""Collect the documents that a project cites, in any section, and the bases that it states without a document.

A document is cited once for each section that names it, in the order 立项依据, goals, other sections.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from jixiao.ingest.model import Citation, Printed, Project, Section
from jixiao.ingest.rendition import Row
from jixiao.ingest.roles.headings import BASIS_SECTION, SECTIONS
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.structure import units
from jixiao.ingest.structure.cover import is_notice
from jixiao.ingest.structure.narratives.narrative import of_tables, sums
from jixiao.ingest.structure.segments import Segment
from jixiao.ingest.text import citations
from jixiao.ontology.grouping import by_key
from jixiao.ontology.identity import key

GOAL_SECTIONS = {goal: SECTIONS[goal] for goal in ("overallGoal", "annualGoal")}


def collected(
    sections: Sequence[Section], goals: Mapping[str, Printed]
) -> tuple[tuple[Citation, ...], tuple[Printed, ...]]:
    """Return the citations and stated bases in a project's sections and goals; narrative sections come first."""
    bases = [section for section in sections if section.meaning == BASIS_SECTION and section.text.parts]
    others = [section for section in sections if section.meaning != BASIS_SECTION and section.text.parts]
    of_goals = [(goals[goal], section) for goal, section in GOAL_SECTIONS.items() if goal in goals]
    # A document that narrative and form both cite as a basis is cited once.
    in_bases = (citations.citations(section.text, section.label, bare=True) for section in bases)
    found = citations.distinct(chain.from_iterable(in_bases))
    for printed, section in of_goals:
        found += citations.citations(printed, section, bare=False)
    stated = by_key((key(basis.text), basis) for each in bases for basis in citations.stated_bases(each.text))
    return (*found, *_elsewhere(others, found)), tuple(basis for basis, *_ in stated.values())


def _elsewhere(sections: Iterable[Section], before: Iterable[Citation]) -> Iterator[Citation]:
    """Yield the citations of other sections, without bare titles that refer to a document cited before."""
    found = [
        citation for section in sections for citation in citations.citations(section.text, section.label, bare=False)
    ]
    named = citations.subject
    known = {named(citation.title) for citation in (*before, *(each for each in found if each.number))} - {""}
    seen: set[tuple[str, str]] = set()
    for citation in found:
        if citation.number is None and named(citation.title) in known:
            continue
        if (citation.section, citation.identity) not in seen:
            yield citation
        seen.add((citation.section, citation.identity))
        known |= {named(citation.title)} - {""}


def with_notice(projects: tuple[Project, ...], before: Segment, rows: Sequence[Row]) -> tuple[Project, ...]:
    """Add the documents that the notice above the forms cites to the projects for which the notice hands money down.

    They are the only project of a file, or all its projects if their amounts add up to a sum in the notice or to the
    total of a table in `rows`, those of the file; otherwise, the documents cannot be assigned. Documents that a project
    cites as its basis or in its goals are not repeated.
    """
    if len(projects) > 1 and not handed_down(before, rows) & (units.sums(projects) - {0}):
        return projects
    return tuple(_with(project, _of_notice(before)) for project in projects)


def _with(project: Project, noticed: Iterable[Citation]) -> Project:
    given = {section.label for section in project.sections if section.meaning == BASIS_SECTION}
    known = {each.identity for each in project.citations if each.section in given | set(GOAL_SECTIONS.values())}
    cited = (*project.citations, *(each for each in noticed if each.identity not in known))
    return replace(project, citations=cited)


def handed_down(before: Segment, rows: Sequence[Row]) -> frozenset[Decimal]:
    """Return the sums of money, in yuan, in the notice above the first form, and the totals of the tables in `rows`."""
    if not is_notice(before):
        return frozenset()
    texts = (Printed.of(row.filled[0]) for row in before.rows if len(row.filled) == 1)
    tables = "\t".join(cell.text for row in rows for cell in row.filled)
    return frozenset(value for text in texts for value in sums(text)) | frozenset(of_tables(tables))


def _of_notice(segment: Segment) -> Iterator[Citation]:
    """Yield the documents by which a notice above the first form (下达…的通知, 批复) hands money down.

    They are the numbered documents on which its paragraphs are based (根据…, 按照…); the notice's own number is no
    citation. Documents without a number are skipped unless their titles are those of regulations (某办法), because
    notices name attachments and future reports in the same way. A paragraph that only publishes the targets
    (现将…予以公开) cites documents about publishing; only those about money in their titles are the project's.
    """
    found: dict[str, Citation] = {}
    for cell in (row.filled[0] for row in segment.rows if len(row.filled) == 1):
        if labels().line("goes_by", cell.text):
            publishes = labels().line("publishes", cell.text) or not is_notice(segment)
            for citation in citations.citations(Printed.of(cell), SECTIONS["notice"], bare=False):
                known = citation.number or labels().line("regulation", citation.title or "")
                if known and (not publishes or labels().line("of_money", citation.title or "")):
                    found.setdefault(citation.identity, citation)
    yield from found.values()
