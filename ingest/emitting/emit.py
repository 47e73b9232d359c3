"""State the facts of a file: the file, its filings and projects, the bodies and divisions they name, and misprints."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jixiao.ingest import facts as f
from jixiao.ingest.emitting import parts
from jixiao.ingest.emitting.loose import loose
from jixiao.ingest.facts import Facts
from jixiao.ingest.model import BODIES, END_NOT_SEEN, RUN_TOGETHER, Cover, Extraction, Narrative, Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.resolve import Body, Identified, Resolver
from jixiao.ingest.text.flow import NO_FIELD, Flow, Flows
from jixiao.ingest.values import dates
from jixiao.ontology import properties, schemes, terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.identity import Iris, label
from jixiao.ontology.places import lineage
from jixiao.ontology.reasons import Reason, reason
from jixiao.store import Contents
from jixiao.store.records import File

_PLACE_INFERRED, _NAMELESS = map(reason, ("place-inferred", "no-name"))
_AS_PHASE = {phase: name for name, phase in properties.phases().items() if name.startswith(f"{terms.JX}as")}
"""The properties that name amounts in a phase, by the phase's IRI."""
_SEEN_AS = {
    terms.impossibleDate: frozenset((terms.text, terms.targetText, terms.startDate, terms.endDate)),
    terms.wrongCalculation: frozenset(
        (terms.text, terms.itemAmount, terms.totalAmount, terms.annualRequest, terms.fiscalFunds, terms.declaredTotal)
    ),
}
"""Properties in whose values rules see a mistake themselves, by the kind of mistake."""


@dataclass(frozen=True)
class Source(File):
    """A file as received, with its size in bytes; `pages` maps each line to its page, if the format has pages."""

    size: int
    pages: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Emitted:
    """The facts of a document, its projects and filings, and the lines of its texts by node and property."""

    facts: Facts
    contents: Contents
    flows: Flows = field(default_factory=dict, compare=False)


Weigh = Callable[[Emitted], Emitted]


def emit(resolver: Resolver, source: Source, iris: Iris, weighing: Iterable[Weigh] = ()) -> Emitted:
    """Return the facts of a resolver's extraction, for the file `source`; equal extractions give equal facts.

    Each step of `weighing` is called with the result, and returns it with uncertain facts doubted or withheld.
    """
    facts = Facts(source.pages)
    _source(facts, source, iris)
    filings: set[str] = set()
    extraction = resolver.extraction
    identified = tuple(resolver.identify(iris, source.sha256))
    bodies = _Bodies(facts, resolver, iris, source.sha256)
    holders: list[parts.Holders] = []
    flows: dict[tuple[str, str], Flow] = {}
    for known in identified:
        if not known.evaluated and known.filing not in filings:
            _filing(facts, known, extraction.cover, bodies, iris.source(source.sha256))
            filings.add(known.filing)
        _project(facts, known, bodies, iris.source(source.sha256))
        if known.evaluated:
            holders.append(parts.emit_evaluation(facts, known, known.evaluated, iris))
        else:
            holders.append(parts.emit(facts, known, iris))
            flows.update(parts.flows(known, holders[-1]))
    filed = [known for known in identified if not known.evaluated]
    for known, own in zip(identified, holders, strict=True):
        if not known.evaluated:
            parts.variants(facts, known, iris, holders, own)
    if filed:
        _markup(facts, extraction, filed[0].filing)
        _misprints(facts, extraction, filed[0].filing)
        if extraction.breaks_off is not None:
            for filing in sorted(filings):
                facts.add(filing, terms.breaksOffAt, f.integer(extraction.breaks_off))
                facts.add(filing, terms.withheld, f.iri(terms.partOfFiling))
        flows.update(_loose(facts, extraction, identified, filed[0].filing))
    facts.name_once()
    emitted = Emitted(facts, _contents(facts, identified, filings), flows)
    for weigh in weighing:
        emitted = weigh(emitted)
    parts.inferences(emitted.facts, emitted.contents.forms, iris)
    return emitted


def _contents(facts: Facts, identified: Sequence[Identified], filings: Iterable[str]) -> Contents:
    def names(evaluated: bool) -> dict[str, str]:
        some = (one for one in identified if bool(one.evaluated) == evaluated)
        return {one.iri: label(one.project.name.text) if one.project.name else "" for one in some}

    return Contents(
        names(False),
        tuple(sorted(filings)),
        borrowed=tuple(sorted(one.iri for one in identified if one.project.borrowed)),
        alike={one.iri: one.alike for one in identified if one.alike},
        evaluations=names(True),
        figures={one.iri: parts.figures(facts, one.iri) for one in identified if one.evaluated},
    )


def _loose(
    facts: Facts, extraction: Extraction, identified: Sequence[Identified], filing: str
) -> Iterator[tuple[tuple[str, str], Flow]]:
    """Yield, by node and property, the texts that no field claims: one for each project, and one for the filing.

    The filing has the texts that belong to no single project. Texts of evaluations are left out.
    """
    holders = by_key(
        (filing if at is None else identified[at].iri, Flow.of(printed))
        for at, printed in loose(extraction, facts.stated, [one.iri for one in identified])
        if at is None or not identified[at].evaluated
    )
    for holder, texts in holders.items():
        yield (holder, NO_FIELD), Flow.joined(texts)


def _source(facts: Facts, source: Source, iris: Iris) -> None:
    values = {
        terms.RDF_type: f.iri(terms.SourceDocument),
        terms.RDFS_label: f.zh(source.file_name),
        terms.fileName: f.plain(source.file_name),
        terms.sha256: f.plain(source.sha256),
        terms.DCTERMS_format: f.plain(source.media_type),
        terms.DCTERMS_extent: f.integer(source.size),
    }
    facts.state(iris.source(source.sha256), values)


def _markup(facts: Facts, extraction: Extraction, node: str) -> None:
    """State the mark-up left on lines that were read or are labels, as facts about the filing `node`."""
    read = {place for fact in facts.stated for place in fact.places} | extraction.boilerplate
    for words, places in extraction.markup:
        if known := tuple(place for place in places if place in read):
            facts.add(node, terms.markupRemains, f.plain(words), known)


def _misprints(facts: Facts, extraction: Extraction, node: str) -> None:
    """State the misprints of a file as facts about the filing `node`, including those in unread lines.

    An impossible day, or a wrong result or total, is left out if a fact already states it at its place.
    """
    seen = {
        kind: {place for fact in facts.stated if fact.property in names for place in fact.places}
        for kind, names in _SEEN_AS.items()
    }
    for single in extraction.misprints:
        if not single.in_any and not seen.get(single.kind, set()).isdisjoint(single.places):
            continue
        words = single.text if single.prescribed is None else f"{single.text}→{single.prescribed}"
        # pySHACL puts values into messages with a pattern in which a backslash has a meaning.
        facts.add(node, single.kind, f.plain(words.replace("\\", "＼")), single.places)


@dataclass(frozen=True)
class _Bodies:
    """The bodies and places of one source, stated when a filing or project names them."""

    facts: Facts
    resolver: Resolver
    iris: Iris
    sha256: str

    def state(self, body: Body) -> str:
        """State a body, and return its IRI.

        If （本级） or （汇总） follows its name, the body without this is stated, too, and linked as its scope.
        """
        node, plain = self._department(body), body.plain()
        if plain.iri(self.iris, self.sha256) != node:
            self.facts.add(node, terms.scopeOf, f.iri(self._department(plain)))
        return node

    def filed_by(self, node: str, body: Body, places: Iterable[Place]) -> Body:
        """State which body files the filing or evaluation `node`; return the body without （本级） and （汇总）."""
        plain = body.plain()
        self.state(body)
        self.facts.add(node, terms.filedBy, f.iri(plain.iri(self.iris, self.sha256)), places)
        return plain

    def _department(self, body: Body) -> str:
        node = body.iri(self.iris, self.sha256)
        values = {
            terms.RDF_type: f.iri(terms.Department),
            terms.RDFS_label: f.zh(body.shown),
            terms.SKOS_altLabel: f.zh(label(body.printed.text)) if body.longer else None,
            terms.fullName: f.zh(body.full or body.shown),
        }
        self.facts.state(node, values)
        self.place(node, body.place)
        return node

    def place(self, node: str, code: str | None, places: Iterable[Place] = (), why: Reason | None = None) -> None:
        """State in which administrative division a node lies, and describe this division and those that contain it.

        `code` is the division's code; nothing is stated if it is None. `places` are the lines that show the division,
        and `why` is the reason for an inferred one.
        """
        if code is None:
            return
        self.facts.add(node, terms.place, f.iri(self.iris.place(code)), places, why)
        for area in lineage(code):
            division = self.iris.place(area.code)
            values = {
                terms.RDF_type: f.iri(terms.Place),
                terms.RDFS_label: f.zh(area.name),
                terms.DCTERMS_identifier: f.plain(area.code),
                terms.placeLevel: f.iri(f"{terms.VOCAB}place-level/{area.level}"),
                terms.SCHEMA_containedInPlace: f.iri(self.iris.place(area.above)) if area.above else None,
            }
            self.facts.state(division, values)
            self.facts.add(division, terms.RDFS_label, f.en(area.english))


def _filing(facts: Facts, known: Identified, cover: Cover, bodies: _Bodies, source: str) -> None:
    node, body = known.filing, known.body
    facts.typed(node, terms.Filing)
    if body:
        on_cover = cover.body if cover.body and cover.body.text == body.printed.text else None
        plain = bodies.filed_by(node, body, on_cover.places if on_cover else ())
        # Filings have no printed name; this label is shown on pages.
        named = plain.full or plain.shown
        shown = f"{named}{known.year}年度绩效目标申报" if known.year else f"{named}绩效目标申报"
        facts.add(node, terms.RDFS_label, f.zh(shown))
    bodies.place(node, known.place)
    _year(facts, node, known, cover.year_places if known.year == cover.year else ())
    # A cover is about the whole file: with several filings, its figures belong to none of them alone.
    if cover.count:
        facts.add(node, terms.declaredProjectCount, f.integer(int(cover.count.value)), cover.count.places)
    if total := cover.total:
        values = {terms.declaredTotal: f.decimal(total.value), terms.declaredRoundedTo: f.decimal(total.step)}
        facts.state(node, values, total.places)
    facts.add(node, terms.PROV_wasDerivedFrom, f.iri(source))


def _year(
    facts: Facts, node: str, known: Identified, places: tuple[Place, ...] = (), why: Reason | None = None
) -> None:
    if known.year:
        facts.add(node, terms.fiscalYear, f.year(known.year))
        facts.add(node, terms.year, f.integer(known.year), places, why)


def _project(facts: Facts, known: Identified, bodies: _Bodies, source: str) -> None:
    """State a project or an evaluation; an evaluation is `filedBy` the body that reports, on the form or cover."""
    node, project = known.iri, known.project
    form, cover = project.form, bodies.resolver.extraction.cover
    facts.typed(node, terms.Evaluation if known.evaluated else terms.Project)
    if project.name:
        _name(facts, known, project.name)
    else:
        _nameless(facts, known)
    if not known.evaluated:
        facts.add(node, terms.partOfFiling, f.iri(known.filing))
    facts.add(node, terms.ordinal, f.integer(project.ordinal))
    why = None if form.year else cover.year_why
    of_cover = cover.year_places if why or known.evaluated else ()  # that of a filing is its own fact
    _year(facts, node, known, (form.year_place,) if form.year_place else of_cover, why)
    if known.evaluated and known.body:
        bodies.filed_by(node, known.body, known.body.printed.places)
    _bodies(known, bodies)
    if not known.evaluated:
        _concepts(facts, node, form.fields)
        _dates(facts, node, form.fields, known.year)
        for amount in form.amounts:
            parts.amount(facts, node, amount)
        _printed(facts, known)
    _withheld(facts, known)
    facts.add(node, terms.PROV_wasDerivedFrom, f.iri(source))


def _bodies(known: Identified, bodies: _Bodies) -> None:
    """State the bodies that a form names, and the place of the project.

    The place has a reason if the name of the filing body does not imply it.
    """
    fields, body, first = known.project.form.fields, known.body, known.project.first
    for name in BODIES:
        if name in fields:
            node = bodies.state(bodies.resolver.body(fields[name]))
            bodies.facts.add(known.iri, terms.JX + name, f.iri(node), fields[name].places)
    if body is None and not fields.keys().isdisjoint(BODIES) and not bodies.resolver.extraction.cover.of_finance:
        bodies.facts.add(known.iri, terms.withheld, f.iri(terms.filedBy))  # their places contradict each other
    inferred = known.place is not None and (body is None or body.inferred or body.place != known.place)
    at_first = (first,) if first else ()
    bodies.place(
        known.iri, known.place, body.printed.places if body else at_first, _PLACE_INFERRED if inferred else None
    )


def _withheld(facts: Facts, known: Identified) -> None:
    """State which printed properties of a project were not completely read, and where its form breaks off.

    The requested amount is withheld, too, if cells run together and no amount was read, or if the form breaks off
    before any amount, goal or indicator. A narrative's amount stands in for the requested amount in the first case, and
    in the second only if nothing of the form was read. Behind the amounts of a form without goals and indicators, other
    funds may follow.
    """
    node, form = known.iri, known.project.form
    story = None if form.evaluated else known.project.narrative
    withheld = (*form.withheld, *(story.withheld if story else ()))
    if form.evaluated:
        withheld = tuple(each._replace(name=parts.counterpart(each.name)) for each in withheld)
    names = {name for name, _, _ in withheld}
    for name, places, why in withheld:
        facts.add(node, terms.JX + name, None, places, why)
        spent = form.evaluated and form.evaluated.executions
        if why == RUN_TOGETHER and not (form.amounts or spent) and not (story and story.amount):
            names.add("annualRequest")
    if "hasGoal" in names and form.evaluated and not form.evaluated.done:
        names.add("doneText")
    if form.breaks_off is not None:
        facts.add(node, terms.breaksOffAt, f.integer(form.breaks_off))
        rows = parts.counterpart("hasIndicator") if form.evaluated else "hasIndicator"
        facts.add(node, terms.JX + rows, None, (Place(form.breaks_off, 0),), END_NOT_SEEN)
        names.add("hasIndicator")
        if not form.indicators and not form.goals:
            names.add("hasGoal")
            if not form.evaluated:
                names |= {"otherFunds", "annualOtherFunds"} - {each.name for each in form.amounts}
            if not form.amounts and (form.first or not (story and story.amount)):
                names.add("annualRequest")
    names -= {"filedBy"} if known.body else set()
    for name in sorted({parts.counterpart(name) for name in names} if form.evaluated else names):
        facts.add(node, terms.withheld, f.iri(terms.JX + name))


def _name(facts: Facts, known: Identified, printed: Printed) -> None:
    shown = label(printed.text)
    why = known.project.borrowed[1] if known.project.borrowed else None
    facts.add(known.iri, terms.RDFS_label, f.zh(shown), printed.places, why)
    facts.line(known.iri, printed.line)
    story = known.project.narrative
    if story and story.name:
        # The narrative's title also names the project; a different name there is an alternative label.
        again = label(story.name.text)
        facts.add(known.iri, terms.SKOS_altLabel, f.zh(again) if again != shown else None, story.name.places)
    if not known.evaluated:
        facts.typed(known.series, terms.ProjectSeries)
        facts.add(known.series, terms.RDFS_label, f.zh(shown))
        facts.add(known.iri, terms.DCTERMS_isVersionOf, f.iri(known.series))


def _nameless(facts: Facts, known: Identified) -> None:
    """State the first line of a project without a name: that of the blank cell of its name, or else of the project.

    Without a blank cell, a fact without a value says that the project has no name.
    """
    blank = dict(known.project.form.left_blank).get("name")
    place = blank or known.project.first
    if place:
        facts.line(known.iri, place.line)
    if place and not blank:
        facts.add(known.iri, terms.RDFS_label, None, (place,), _NAMELESS)


def _concepts(facts: Facts, node: str, fields: dict[str, Printed]) -> None:
    """State category, nature and function of a project, each as a concept and its printed words.

    The words of category and nature are only stated if they mean no known concept.
    """
    for names, concept_of, of_words in (
        (("category",), schemes.category, terms.printedCategory),
        (("nature",), schemes.nature, terms.printedNature),
        (("function", "functionCode"), schemes.function, terms.printedFunction),
    ):
        for printed in [fields[name] for name in names if name in fields][:1]:
            shown = label(printed.text)
            concept = concept_of(shown)
            words = f.zh(shown) if concept is None or of_words == terms.printedFunction else None
            stated = {of_words: words, terms.JX + names[0]: f.iri(concept) if concept else None}
            facts.state(node, stated, printed.places)


def _dates(facts: Facts, node: str, fields: dict[str, Printed], year: int | None) -> None:
    for name, printed in ((name, fields[name]) for name in ("startDate", "endDate") if name in fields):
        if found := dates.day(printed.text, last=name == "endDate", year=year):
            facts.add(node, terms.JX + name, f.date(found[0]), printed.places, found[1])
        elif why := dates.doubt(printed.text):
            facts.add(node, terms.JX + name, None, printed.places, why)
            facts.add(node, terms.withheld, f.iri(terms.JX + name))
        else:
            facts.add(node, terms.JX + name, f.plain(printed.text), printed.places)


def _printed(facts: Facts, known: Identified) -> None:
    """State details that rules need: the printed number, the precision of money, blank cells, period and term.

    The details of a narrative are stated, too.
    """
    node, form, story = known.iri, known.project.form, known.project.narrative
    title = form.title or (story.title if story else None)
    facts.state(node, {terms.printedOrdinal: f.integer(known.project.number)}, (title,) if title else ())
    parts.precision(facts, node, form.amounts)
    for amount in form.amounts:
        if amount.empty:
            facts.add(node, terms.leftBlank, f.iri(terms.JX + amount.name), (amount.places[0],))
    facts.state(node, {terms.listsAllSources: f.true() if form.all_sources else None})
    if decision := known.project.decision:
        facts.add(node, terms.fundingDecision, f.iri(terms.JXD + decision))
    for name, phase in known.project.phases:
        facts.add(node, _AS_PHASE[terms.JXD + phase], f.iri(terms.JX + name))
    for name, place in form.left_blank:
        blank = parts.GOALS.get(name) or (terms.RDFS_label if name == "name" else terms.JX + name)
        facts.add(node, terms.leftBlank, f.iri(blank), (place,))
        facts.add(node, blank, None, (place,), f.LEFT_BLANK)  # gives the finding a place
    if form.goal_period:
        facts.add(node, terms.goalPeriod, f.zh(form.goal_period.text), form.goal_period.places)
    if term := form.fields.get("projectTerm"):
        facts.add(node, terms.projectTerm, f.zh(label(term.text)), term.places)
    if story:
        _narrative(facts, node, story)


def _narrative(facts: Facts, node: str, story: Narrative) -> None:
    """State the amount, term and body that the narrative of a project (`node`) names."""
    if claim := story.amount:
        values = {terms.narrativeAmount: f.decimal(claim.value), terms.narrativeRoundedTo: f.decimal(claim.step)}
        facts.state(node, values, claim.places)
    if term := story.term:
        values = {terms.narrativeStart: f.date(term.first), terms.narrativeEnd: f.date(term.last)}
        facts.state(node, values, term.places)
    if body := story.implementer:
        facts.add(node, terms.narrativeImplementer, f.zh(body.text), body.places)
