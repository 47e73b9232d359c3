"""Read names of bodies: the places with which they begin, kinds of organs in texts, and who carries a project out."""

from collections.abc import Iterator, Sequence

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import RE, WORDING, Derived, Graph, Mention, Stated, Subject, named
from jixiao.ontology import properties, terms

_KINDS, _CONGRESS = WORDING.meanings("organs"), WORDING.text("congress")
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
    city, county, organ = found["city"] or "", found["county"] or "", found["organ"]
    if RE.area.fullmatch(county):
        county, organ = "", county + organ
    yield terms.namesCity, f.plain("" if RE.area.fullmatch(city) else city)
    yield terms.namesCounty, f.plain(county)
    yield terms.organName, f.plain(organ)


def bodies(graph: Graph) -> Iterator[Derived]:
    """Derive places and organ kinds from the names of the bodies in a graph's forms.

    The kinds of organs in names of projects are derived, too.
    """
    nodes = {body: None for project in graph.projects for body in of_form(graph, project)}
    for node in nodes:
        name = graph.label(node)
        yield from ((node, property_, value) for property_, value in parted(name))
        yield from ((node, terms.organKind, f.plain(kind)) for kind in sorted(organ_kinds(name)))
    for project in graph.projects:
        name = graph.label(project)
        yield from ((project, terms.organKind, f.plain(kind)) for kind in sorted(organ_kinds(name)))


def of_form(graph: Graph, project: str) -> list[str]:
    """Return the IRIs of a project's bodies: those in its form, the body of its filing, and the scope of its unit."""
    filings = graph.texts(project, terms.partOfFiling)
    units = graph.texts(project, terms.implementingUnit)
    named = [(project, name) for name in properties.bodies()]
    others = [*((filing, terms.filedBy) for filing in filings), *((unit, terms.scopeOf) for unit in units)]
    return [body for node, name in (*named, *others) for body in graph.texts(node, name)]


def organs(subject: Subject) -> Iterator[Mention]:
    """Yield the organs that the texts of a project name outside of titles and numbers of documents.

    The thing of a mention is the words beside the organ if these show which organ is meant, otherwise None.
    """
    for prose in subject.proses:
        for found in RE.organ.finditer(prose.text):
            certain = found["of"] or found["meeting"] or found["organ"] == _CONGRESS
            if not prose.aside.meet(*found.span()):
                thing = f"{found['of'] or ''}…{found['behind'] or ''}" if certain else None
                kind = {terms.organKind: f.plain(_KINDS[found["organ"]])}
                yield named(prose, found.span(), terms.Department, thing, kind)


def implementers(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of the bodies that carry a project out, by its narrative.

    A mention names the bodies of the form that its words may mean. An office that is no body by itself is taken for an
    office of the unit. In an overview, an organ that acts (区教育局拟于3月实施) is a body of the form only if the form
    names it.
    """
    told = subject.graph.prose(subject.iri, terms.narrativeImplementer, "implementer")
    for prose in (*told, *subject.sections):
        if prose.place == "section" and RE.on_outline.search(prose.heading):
            for acting in RE.carried_out.finditer(prose.text):
                yield _carrying_out(subject, prose, acting.span("name"), acts=True)
            continue
        whole = RE.implementer.fullmatch(prose.text)
        if prose.place == "section":
            if not RE.on_implementer.search(prose.heading):
                continue
            if whole is None or not RE.somebody.search(RE.nobody.sub("", prose.text)):
                continue
        yield _carrying_out(subject, prose, whole.span("name") if whole else (0, len(prose.text)))


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
