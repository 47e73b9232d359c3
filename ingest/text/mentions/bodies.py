"""Read names of bodies: the places that open them, the kinds of organs in texts, and those who carry a project out."""

from collections.abc import Iterator, Sequence

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.mention import Mention, Stated
from jixiao.ingest.text.mentions.naming import RE, WORDING, Derived, organ_kinds
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import Graph, Subject
from jixiao.ontology import properties, terms

_KINDS, _CONGRESS = WORDING.meanings("organs"), WORDING.text("congress")
_INDEPENDENT, _PEERS, _STATE = map(WORDING.words, ("independent", "peers", "organs_of_state"))
_REFORMED = 2019  # year in which local bodies got the names of the reform of 2018
_LONGEST = 80  # characters of a section that says no more than who is responsible


def parted(name: str) -> Iterator[tuple[str, f.Term | None]]:
    """Yield the facts of the places that open a name: its province, its city, its county, and the name behind them."""
    found = RE.division.fullmatch(RE.city_word.sub("", name))
    if found is None:
        return
    city, county, organ = found["city"] or "", found["county"] or "", found["organ"]
    if RE.area.fullmatch(county):
        county, organ = "", county + organ
    if province := RE.province.match(name):
        yield terms.namesProvince, f.plain(province["province"])
    yield terms.namesCity, f.plain("" if RE.area.fullmatch(city) else city)
    yield terms.namesCounty, f.plain(county)
    yield terms.organName, f.plain(organ)


def bodies(graph: Graph) -> Iterator[Derived]:
    """Derive the places and kinds that the names of bodies tell, and the year since which a name is not in use."""
    nodes = {body: None for project in graph.projects for body in of_form(graph, project)}
    for node in nodes:
        name = graph.label(node)
        yield from ((node, property_, value) for property_, value in parted(name))
        yield from ((node, terms.organKind, f.plain(kind)) for kind in sorted(organ_kinds(name)))
        if RE.former_body.search(name):
            yield node, terms.obsoleteFrom, f.integer(_REFORMED + 1)
    for project in graph.projects:
        name = graph.label(project)
        yield from ((project, terms.organKind, f.plain(kind)) for kind in sorted(organ_kinds(name)))


def of_form(graph: Graph, project: str) -> list[str]:
    """Return the bodies of a project's form, that of its filing, and those that its unit is a part of."""
    filings = graph.texts(project, terms.partOfFiling)
    units = graph.texts(project, terms.implementingUnit)
    named = [(project, name) for name in properties.bodies()]
    others = [*((filing, terms.filedBy) for filing in filings), *((unit, terms.scopeOf) for unit in units)]
    return [body for node, name in (*named, *others) for body in graph.texts(node, name)]


def organs(subject: Subject) -> Iterator[Mention]:
    """Yield the organs that the texts of a project name; their words have a thing if they tell of one certain organ."""
    for prose in subject.proses:
        for found in RE.organ.finditer(prose.text):
            certain = found["of"] or found["meeting"] or found["organ"] == _CONGRESS
            if not prose.aside.meet(*found.span()):
                yield Mention(
                    prose,
                    terms.StatedName,
                    found.start(),
                    found.end(),
                    thing=f"{found['of'] or ''}…{found['behind'] or ''}" if certain else None,
                    values={
                        terms.nameOf: f.iri(terms.Department),
                        terms.organKind: f.plain(_KINDS[found["organ"]]),
                    },
                )


def implementers(subject: Subject) -> Iterator[Mention]:
    """Yield who carries a project out as its narrative says; words that name nobody have no thing.

    A mention names the bodies of the form that its words may mean. An office that is none by itself is taken for one of
    the unit's own. In an overview, an organ that acts (区教育局拟于3月实施) is none of the form unless it is named
    there.
    """
    told = subject.graph.prose(subject.iri, terms.narrativeImplementer, "implementer")
    for prose in (*told, *subject.sections):
        if prose.place == "section" and RE.on_outline.search(prose.heading):
            for acting in RE.carried_out.finditer(prose.text):
                yield _named(subject, prose, acting.span("name"), acts=True)
            continue
        named = RE.implementer.fullmatch(prose.text)
        if prose.place == "section":
            if not RE.on_implementer.search(prose.heading):
                continue
            if named is None or not RE.somebody.search(RE.nobody.sub("", prose.text)):
                yield from _nobody(subject, prose)
                continue
        yield _named(subject, prose, named.span("name") if named else (0, len(prose.text)))


def _named(subject: Subject, prose: Prose, span: tuple[int, int], *, acts: bool = False) -> Mention:
    thing = prose.text[slice(*span)]
    values: dict[str, Stated] = {
        terms.nameOf: f.iri(terms.Department),
        terms.names: tuple(map(f.iri, _meant(subject, thing, said=prose.place == "section", acts=acts))),
        **{name: value for name, value in parted(thing) if value is not None},
    }
    return Mention(prose, terms.StatedName, *span, thing=thing, about=(subject.iri,), values=values)


def _nobody(subject: Subject, prose: Prose) -> Iterator[Mention]:
    """Yield the text of a section on the implementer if it is short and names nobody."""
    blank = RE.masked.search(prose.text) or len(prose.text) >= _LONGEST or not RE.responsible.search(prose.heading)
    if not blank and not RE.somebody.search(RE.nobody.sub("", prose.text)):
        values: dict[str, Stated] = {terms.nameOf: f.iri(terms.Department)}
        yield Mention(prose, terms.StatedName, 0, len(prose.text), about=(subject.iri,), values=values)


def _meant(subject: Subject, name: str, *, said: bool, acts: bool) -> Sequence[str]:
    """Return the bodies of the form that a name may mean; `said` is true for the words of a section.

    `acts` is true for an organ that a sentence says to carry the project out.
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
    """Return whether one name has the other, or a label the characters of a short name in their order."""
    rest = iter(label)
    return name in label or label in name or all(char in rest for char in short)
