"""Read names in texts: of bodies, with their places and kinds, and of projects of the filing.

About bodies, it finds the places with which names begin, the kinds of organs in texts, and those who carry a project
out; about projects, their names in texts, and the kinds of work that name satisfaction.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import RE, WORDING, Derived, Graph, Mention, Stated, Subject, named
from jixiao.ontology import properties, terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.places import opening, places, within

_SHORTEST_PLACE, _LONGEST_PLACE = 3, 12  # characters of the name of a place
_KINDS, _CONGRESS = WORDING.meanings("organs"), WORDING.text("congress")
_WORKS, _SATISFIED = WORDING.meanings("works"), WORDING.text("satisfied")
_AUTONOMY = WORDING.text("autonomy")
_DISTINCT = 4  # characters of a distinctive part that stands for a project
_INDEPENDENT, _PEERS, _STATE = map(WORDING.words, ("independent", "peers", "organs_of_state"))


def organ_kinds(name: str) -> frozenset[str]:
    """Return the kinds of organs that a name implies, such as 政协."""
    return frozenset(_KINDS[found["organ"]] for found in RE.organ.finditer(name))


def parted(name: str) -> Iterator[tuple[str, f.Term | None]]:
    """Yield facts on the parts of a body's name: city and county at its beginning, and the organ after these.

    A name of another form yields nothing.
    """
    found = RE.division.fullmatch(RE.city_word.sub("", name))
    if found is None:
        return
    city, county, organ = _autonomous(found["city"] or ""), _autonomous(found["county"] or ""), found["organ"]
    if RE.area.fullmatch(county):
        county, organ = "", county + organ
    yield terms.namesCity, f.plain("" if RE.area.fullmatch(city) else city)
    yield terms.namesCounty, f.plain(county)
    yield terms.organName, f.plain(organ)


def _autonomous(name: str) -> str:
    """Return the full name of an autonomous county or prefecture by its short name; any other name is unchanged.

    漾濞县 gives 漾濞彝族自治县.
    """
    codes, rest = opening(name)
    full = places()[next(iter(codes))].name if len(codes) == 1 and not rest else ""
    return full if _AUTONOMY in full else name


def bodies(graph: Graph) -> Iterator[Derived]:
    """Derive places and organ kinds from the names of the bodies in a graph's forms.

    The kinds of organs in names of projects are derived, too.
    """
    known = dict.fromkeys(body for project in graph.projects for body in of_form(graph, project))
    yield from ((body, *fact) for body in known for fact in parted(graph.label(body)))
    for node in (*known, *graph.projects):
        yield from ((node, terms.organKind, f.plain(kind)) for kind in sorted(organ_kinds(graph.label(node))))


def of_form(graph: Graph, project: str) -> list[str]:
    """Return the IRIs of a project's bodies: those in its form, the body of its filing, and the scope of its unit."""
    filings = graph.texts(project, terms.partOfFiling)
    units = graph.texts(project, terms.implementingUnit)
    own = [(project, name) for name in properties.bodies()]
    others = [*((filing, terms.filedBy) for filing in filings), *((unit, terms.scopeOf) for unit in units)]
    return [body for node, name in (*own, *others) for body in graph.texts(node, name)]


def organs(subject: Subject) -> Iterator[Mention]:
    """Yield the organs that the texts of a project name outside of titles and numbers of documents.

    The thing of a mention is the words beside the organ if these show which organ is meant, otherwise None.
    """
    for prose in subject.proses:
        for found in (each for each in RE.organ.finditer(prose.text) if not prose.aside.meet(*each.span())):
            certain = found["of"] or found["meeting"] or found["organ"] == _CONGRESS
            thing = f"{found['of'] or ''}…{found['behind'] or ''}" if certain else None
            yield named(
                prose,
                (found.start(), found.end("named")),
                terms.Department,
                thing,
                {terms.organKind: f.plain(_KINDS[found["organ"]])},
            )


def named_places(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of cities, and of counties of the own province, in goals and names, that are others than the own.

    A place within the project's own division, or around it, is its own; a place that somebody goes to or works with is
    left out.
    """
    own = (subject.graph.text(subject.iri, terms.place) or "").rpartition("/")[2]
    read = (each for each in subject.proses if each.place not in {"section", "target"})
    for prose in read if places().get(own) and places()[own].level != "province" else ():
        for end in (found.end() for found in RE.place_end.finditer(prose.text)):
            spans = ((max(0, end - size), end) for size in range(_LONGEST_PLACE, _SHORTEST_PLACE - 1, -1))
            span = next((each for each in spans if prose.text[slice(*each)] in _codes()), (end, end))
            meant = _codes().get(prose.text[slice(*span)], ())
            far = all(code[:2] != own[:2] and not code.endswith("00") for code in meant)
            ours = any(within(code, own) or within(own, code) for code in meant)
            beside = RE.beside_place.search(prose.text, 0, span[0]) or prose.aside.meet(*span)
            if not far and not ours and not beside:
                yield named(prose, span, terms.Place, prose.text[slice(*span)])


@cache
def _codes() -> Mapping[str, Sequence[str]]:
    """Return the codes of cities and counties by their full names."""
    current = (one for one in places().values() if not one.former and one.level != "province")
    return by_key((one.name, one.code) for one in current if len(one.name) >= _SHORTEST_PLACE)


def implementers(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of the bodies that carry a project out, by its narrative.

    A mention names the bodies of the form that its words may mean. An office that is no body by itself is taken for an
    office of the unit. In an overview, an organ that acts (区教育局拟于3月实施) is a body of the form only if the form
    names it.
    """
    for prose in subject.graph.prose(subject.iri, terms.narrativeImplementer, "implementer"):
        whole = RE.implementer.fullmatch(prose.text)
        yield _carrying_out(subject, prose, whole.span("name") if whole else (0, len(prose.text)))
    for prose in subject.sections:
        outline, told = RE.on_outline.search(prose.heading), RE.on_implementer.search(prose.heading)
        for acting in RE.carried_out.finditer(prose.text) if outline else ():
            yield _carrying_out(subject, prose, acting.span("name"), acts=True)
        whole = RE.implementer.fullmatch(prose.text) if told and not outline else None
        if whole and RE.somebody.search(RE.nobody.sub("", prose.text)):
            yield _carrying_out(subject, prose, whole.span("name"))


def _carrying_out(subject: Subject, prose: Prose, span: tuple[int, int], *, acts: bool = False) -> Mention:
    thing = prose.text[slice(*span)]
    values: dict[str, Stated] = {
        terms.about: f.iri(subject.iri),
        terms.names: tuple(map(f.iri, _meant(subject, thing, said=prose.place == "section", acts=acts))),
        **{name: value for name, value in parted(thing) if value is not None},
    }
    return named(prose, span, terms.Department, thing, values)


def _meant(subject: Subject, name: str, *, said: bool, acts: bool) -> Sequence[str]:
    """Return the IRIs of those bodies in the form that a name in the text may mean.

    `said` is true for a name in a section; `acts` is true for an organ of which a sentence says that it carries the
    project out.
    """
    graph = subject.graph
    units = graph.texts(subject.iri, terms.implementingUnit)
    known = {node: graph.label(node) for node in of_form(graph, subject.iri)}
    kinds = organ_kinds(name).intersection(_STATE)
    ours = {kind for unit in units for kind in organ_kinds(known[unit]).intersection(_STATE)}
    if said and kinds:
        same = [node for node, label in known.items() if organ_kinds(label) & kinds or _is_short(name, name, label)]
        return same if ours or acts else units
    if not name.endswith(_INDEPENDENT) or RE.own_office.match(name) or "(" in name:
        return units
    name = RE.party.sub("", name)  # of the same body
    below = RE.below.search(name)
    short = name[below.end() :] if below else name
    if len(short) < 2:
        return units
    unit = next((known[each] for each in units), "")
    peers = name.endswith(_PEERS) and unit.endswith(_PEERS)
    return [
        node
        for node, label in known.items()
        if _is_short(name, short, label) and (not peers or node in units or label in unit or unit in label)
    ]


def _is_short(name: str, short: str, label: str) -> bool:
    """Return whether `name` and `label` contain one another, or `label` has the characters of `short` in order.

    Other characters may stand between these.
    """
    rest = iter(label)
    return name in label or label in name or all(char in rest for char in short)


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
    return name if len(name) >= _DISTINCT and not RE.persons.search(name) else ""


def works(subject: Subject) -> Iterator[Mention]:
    """Yield a mention of the kind of work that the name of a satisfaction (满意度) indicator names.

    There is no mention if another text of the project names a kind of work that the indicator's name has, or if the
    project's own name has no kind of work.
    """
    own = _works_in(subject.name)
    rows = [cell for cell in subject.cells if own and cell.place == "name" and _SATISFIED in cell.text]
    for prose in rows:
        found = RE.work.search(prose.text)
        told = {kind for other in subject.proses if other is not prose for kind in _works_in(other.text)}
        if found and not _works_in(prose.text) & told:
            yield named(prose, found.span(), terms.Project, _WORKS[found.group()])


def _works_in(text: str) -> set[str]:
    return {_WORKS[found.group()] for found in RE.work.finditer(text)}
