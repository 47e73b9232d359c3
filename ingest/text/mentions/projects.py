"""Read the names of projects in texts, and the kinds of work that name satisfaction."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.subject import RE, WORDING, Graph, Mention, Subject, named
from jixiao.ontology import terms

_WORKS, _SATISFIED = WORDING.meanings("works"), WORDING.text("satisfied")
_SHORTEST = 4  # characters of a distinctive part that stands for a project


@dataclass(frozen=True)
class _Called:
    """A project, its name, and the distinctive parts of the name for sections and for other texts (empty for none)."""

    iri: str
    name: str
    in_sections: str
    elsewhere: str


def named_projects(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of projects of the filing, the own one included, by the distinctive parts of their names.

    Another project is left out if its name contains the own distinctive part, or if the own name contains its
    distinctive part. Goals, sections and names of indicators are searched.
    """
    own = RE.common_own.sub("", subject.name)
    others = _projects(subject.graph).get(subject.iri, {})
    if len(own) < 2:
        return
    for prose in (*subject.running, *(cell for cell in subject.cells if cell.place == "name")):
        shown = (at for at, char in enumerate(prose.text) if not char.isspace())
        at = [each for each in shown if not prose.aside.meet(each, each + 1)]
        plain = "".join(prose.text[place] for place in at)
        if (start := plain.find(own)) >= 0:
            span = at[start], at[start + len(own) - 1] + 1
            yield named(prose, span, terms.Project, own, {terms.names: f.iri(subject.iri)})
        for start in range(len(plain) - 1):
            for other in others.get(plain[start : start + 2], ()):
                part = other.in_sections if prose.place == "section" else other.elsewhere
                told = part and other.iri != subject.iri and part not in subject.name and own not in other.name
                if told and plain.startswith(part, start):
                    span = at[start], at[start + len(part) - 1] + 1
                    yield named(prose, span, terms.Project, part, {terms.names: f.iri(other.iri)})


@lru_cache(maxsize=1)  # asked for each project of a graph
def _projects(graph: Graph) -> Mapping[str, Mapping[str, Sequence[_Called]]]:
    """Map each project to the projects of its filing, in lists by how the distinctive parts of their names begin.

    The key of a list is the first two characters of a distinctive part. A project without such a part is in no list.
    """
    found: dict[str, Mapping[str, Sequence[_Called]]] = {}
    for projects in graph.filings:
        starting: defaultdict[str, list[_Called]] = defaultdict(list)
        for iri in projects:
            name = graph.label(iri)
            parts = [_part(RE.common_end.sub("", name)), _part(RE.common_words.sub("", name))]
            for start in {part[:2] for part in parts if part}:
                starting[start].append(_Called(iri, name, *parts))
        found |= dict.fromkeys(projects, starting)
    return found


def _part(name: str) -> str:
    """Return a name as a distinctive part; empty if it has fewer than 4 characters, or is a word for persons."""
    return name if len(name) >= _SHORTEST and not RE.persons.search(name) else ""


def works(subject: Subject) -> Iterator[Mention]:
    """Yield a mention of the kind of work that the name of a satisfaction (满意度) indicator names.

    There is no mention if another text of the project names a kind of work that the indicator's name has, or if the
    project's own name has no kind of work.
    """
    own = _kinds(subject.name)
    rows = [cell for cell in subject.cells if own and cell.place == "name" and _SATISFIED in cell.text]
    for prose in rows:
        found = RE.work.search(prose.text)
        told = {kind for other in subject.proses if other is not prose for kind in _kinds(other.text)}
        if found and not _kinds(prose.text) & told:
            yield named(prose, found.span(), terms.Project, _WORKS[found.group()])


def _kinds(text: str) -> set[str]:
    return {_WORKS[found.group()] for found in RE.work.finditer(text)}
