"""Derive which texts of a filing hold another one, and what rules ask about sections: words of headings, references."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.subject import RE, WORDING, Derived, Graph, Subject, text_key
from jixiao.ontology import terms

_HEADINGS = WORDING.words("headings")
_LONG = 20  # characters of a goal that no other text holds by chance
_SHORT = 5  # least characters of a goal that is compared, by which others are looked up first
_LONGEST_REFERENCE = 40


def sections(subject: Subject) -> Iterator[Derived]:
    """Derive the heading words of each section, and the fact that a short section only refers to another part.

    Each result is a node (IRI), a property and a value.
    """
    for section in subject.graph.texts(subject.iri, terms.hasSection):
        heading = subject.graph.label(section)
        yield from ((section, terms.headingWord, f.plain(word)) for word in _HEADINGS if word in heading)
    for prose in subject.sections:
        if RE.elsewhere.match(prose.text) and len(prose.text) <= _LONGEST_REFERENCE:
            yield prose.holder, terms.refersElsewhere, f.true()


def years_of_goals(subject: Subject) -> Iterator[Derived]:
    """Derive the number of calendar years of the goals, if their header prints the first and the last year."""
    for prose in subject.graph.prose(subject.iri, terms.goalPeriod, "period"):
        for first, last in ((span.first.year, span.last.year) for span in prose.spans[:1]):
            if first and last:
                yield subject.iri, terms.yearsOfGoals, f.integer(last - first + 1)


def targets(subject: Subject) -> Iterator[Derived]:
    """Derive a text key for each target, equal for equal targets."""
    for row in subject.rows:
        if row.target:
            yield row.iri, terms.textKey, f.plain(text_key(row.target))


@dataclass(frozen=True)
class _Text:
    """A goal or section: its IRI, its project's IRI and name, its key, and whether it is a goal."""

    node: str
    project: str
    name: str
    key: str
    is_goal: bool


def copies(graph: Graph) -> Iterator[Derived]:
    """Derive which goals and sections contain the whole text of a goal, apart from punctuation and white space.

    A section may hold a goal of its own project; a goal may hold one of any project of the filing. A goal of fewer than
    20 characters only counts if the other text equals it and, between projects, if that other project has another goal,
    too. Of equal goals of two projects, the original is the one that has the last two characters of its project's name.
    """
    texts = {
        subject.iri: [
            _Text(prose.holder, subject.iri, subject.name, text_key(prose.flow.text), prose.place != "section")
            for prose in subject.running
        ]
        for subject in graph.subjects
    }
    for projects in graph.filings:
        known = [text for project in projects for text in texts[project]]
        yield from _held(known)
    alone = {subject.iri for subject in graph.subjects if subject.filing is None}
    for project in alone:
        yield from _held(texts[project])


def _held(texts: list[_Text]) -> Iterator[Derived]:
    by_node = {text.node: text for text in texts}
    goals: defaultdict[str, list[_Text]] = defaultdict(list)
    for text in texts:
        if text.is_goal and len(text.key) >= _SHORT:
            goals[text.key[:_SHORT]].append(text)
    twins = {(text.project, text.key) for text in texts if text.is_goal}
    for text in texts:
        starts = {text.key[at : at + _SHORT] for at in range(len(text.key) - _SHORT + 1)}
        near = sorted({goal.node for start in starts for goal in goals.get(start, ())} - {text.node})
        held = (by_node[node] for node in near if by_node[node].key in text.key)
        yield from ((text.node, terms.holdsTextOf, f.iri(goal.node)) for goal in held if _counts(text, goal, twins))


def _counts(text: _Text, goal: _Text, twins: set[tuple[str, str]]) -> bool:
    if goal.project == text.project:
        return len(goal.key) >= _LONG or (text.is_goal and text.key == goal.key)
    if not text.is_goal:
        return False
    if text.key != goal.key:
        return len(goal.key) >= _LONG
    others = any(project == text.project and key != text.key for project, key in twins)
    fits, fits_here = (bool(name) and name[-2:] in text.key for name in (goal.name, text.name))
    return (len(goal.key) >= _LONG or others) and (fits or not fits_here)
