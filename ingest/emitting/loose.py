"""Find the texts of a filing that no field of a form claims: letters, notices, notes, and lines that stay unread."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from jixiao.ingest.facts import Fact
from jixiao.ingest.model import Extraction, Printed, Project
from jixiao.ingest.rendition import Place
from jixiao.ingest.structure.cover import states_year
from jixiao.ontology import properties, terms

# These take a few words of a text and leave the rest.
_WITHIN = frozenset({terms.place, terms.cites})
_CITED = properties.parts()[terms.Citation].letter


def loose(
    extraction: Extraction, facts: Iterable[Fact], projects: Sequence[str]
) -> Iterator[tuple[int | None, Printed]]:
    """Yield each unbroken sequence of texts that no field claims, with the index of the project it stands in.

    A text is claimed if it is the whole text of a fact in `facts`, the facts about the file's `projects` (IRIs in the
    order of `extraction.projects`). The index is None above the first project, and below the rows of a list, where a
    text may be about any of these. Citations, places and facts about a filing claim no text, since they are a few words
    of it. Lines in which a person's name is masked are left out, and so are words of the form, other than titles with a
    year.
    """
    words = extraction.boilerplate - extraction.telling
    claimed = set(_claimed(facts, frozenset(projects)))
    masked = {*extraction.hidden, *(place.line for place in extraction.persons)}
    starts = sorted((line, at) for at, each in enumerate(extraction.projects) for line in _starts(each))
    # A row of a list is no project that letters and notes can be about.
    own = {
        at
        for at, each in enumerate(extraction.projects)
        if each.form.titles or (each.narrative and each.narrative.title)
    }

    def owner(line: int) -> int | None:
        behind = bisect_right(starts, (line, len(projects)))
        at = starts[behind - 1][1] if behind else None
        return at if at in own or len(extraction.projects) == 1 else None

    parts = (
        (owner(place.line) if free else None, free, place, text)
        for row in extraction.rows
        for cell in row.filled
        for place, text in Printed.of(cell).parts
        for free in [place not in claimed and place.line not in masked and (place not in words or states_year(text))]
    )
    for (at, free), run in groupby(parts, key=lambda part: part[:2]):
        if free:
            yield at, Printed(tuple((place, text) for _, _, place, text in run))


def _claimed(facts: Iterable[Fact], projects: frozenset[str]) -> Iterator[Place]:
    """Yield the places whose entire text is taken up by a fact about one of the `projects` (IRIs) or its parts.

    Left out are facts about citations, places and cited documents, whose values are only a part of the text, and facts
    without a value.
    """
    for fact in facts:
        node, _, part = fact.subject.partition("#")
        if node in projects and not part.startswith(_CITED) and fact.property not in _WITHIN and fact.value is not None:
            yield from fact.places


def _starts(project: Project) -> Iterator[int]:
    """Yield the lines at which the form and the narrative of a project begin."""
    form, story = project.form, project.narrative
    if lines := [*(title.line for title in form.titles), *([form.first.line] if form.first else ())]:
        yield min(lines)
    if story and story.title:
        yield story.title.line
