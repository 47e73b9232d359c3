"""Derive which texts of a filing hold another one, and what rules ask about sections: words of headings, references."""

from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.subject import RE, WORDING, Derived, Graph, Subject, text_key
from jixiao.ontology import terms
from jixiao.ontology.grouping import by_key

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
    short = (prose for prose in subject.sections if len(prose.text) <= _LONGEST_REFERENCE)
    yield from ((prose.holder, terms.refersElsewhere, f.true()) for prose in short if RE.elsewhere.match(prose.text))


def years_of_goals(subject: Subject) -> Iterator[Derived]:
    """Derive the number of calendar years of the goals, if their header prints the first and the last year."""
    printed = subject.graph.prose(subject.iri, terms.goalPeriod, "period")
    years = ((span.first.year, span.last.year) for prose in printed for span in prose.spans[:1])
    yield from ((subject.iri, terms.yearsOfGoals, f.integer(b - a + 1)) for a, b in years if a and b)


def targets(subject: Subject) -> Iterator[Derived]:
    """Derive a text key for each target, equal for equal targets."""
    yield from ((row.iri, terms.textKey, f.plain(text_key(row.target))) for row in subject.rows if row.target)


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
    for subjects in by_key((subject.filing or subject.iri, subject) for subject in graph.subjects).values():
        yield from _held(
            [
                _Text(prose.holder, subject.iri, subject.name, text_key(prose.flow.text), prose.place != "section")
                for subject in subjects
                for prose in subject.running
            ]
        )


def _held(texts: list[_Text]) -> Iterator[Derived]:
    goals = by_key((text.key[:_SHORT], text) for text in texts if text.is_goal and len(text.key) >= _SHORT)
    twins = {(text.project, text.key) for text in texts if text.is_goal}
    for text in texts:
        starts = {text.key[at : at + _SHORT] for at in range(len(text.key) - _SHORT + 1)}
        near = {goal.node: goal for start in starts for goal in goals.get(start, ()) if goal is not text}
        held = (goal for _, goal in sorted(near.items()) if goal.key in text.key and _counts(text, goal, twins))
        yield from ((text.node, terms.holdsTextOf, f.iri(goal.node)) for goal in held)


def _counts(text: _Text, goal: _Text, twins: set[tuple[str, str]]) -> bool:
    is_long, is_same = len(goal.key) >= _LONG, goal.key == text.key
    if goal.project == text.project or not text.is_goal:
        return goal.project == text.project and (is_long or (text.is_goal and is_same))
    others = any(project == text.project and key != text.key for project, key in twins)
    fits, fits_here = (bool(name) and name[-2:] in text.key for name in (goal.name, text.name))
    return (is_long or (others and is_same)) and (fits or not fits_here or not is_same)
