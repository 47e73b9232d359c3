"""Turn the extraction of one file into facts in the terms of the ontology (design, section 3).

A fact is an RDF triple with the places of the file that it was read from. To *state* a fact is to add it to the `facts`
that a function is given. The parts of projects (goals, indicators, cost items …) are stated by ingest/emitting/.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jixiao.ingest import facts as f
from jixiao.ingest.emitting import details, parts
from jixiao.ingest.facts import Facts
from jixiao.ingest.model import BODIES, Amount, Cover, Extraction, Form, Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.resolve import Identified, identify
from jixiao.ingest.values.dates import day
from jixiao.ingest.values.plain import ENTITIES
from jixiao.ontology import schemes, terms
from jixiao.ontology.identity import Iris, label, plain_body

RUN_TOGETHER = "各格连在一起，不能确定分界，未收 · cells run together and cannot be surely told apart: withheld"
"""The reason given in the ledger for withholding cells whose boundaries are uncertain."""
_NAMELESS = "没有名称，未收 · left out: no name"


@dataclass(frozen=True)
class Source:
    """A file as received: its hash, base name, media type, size in bytes, and the page of each line if it has pages."""

    sha256: str
    file_name: str
    media_type: str
    size: int
    pages: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Emitted:
    """The facts of a document, the names of its projects by IRI ("" without a name), and the IRIs of its filings.

    `partial` has the IRIs of projects that were not read completely; `borrowed` has those of projects whose name was
    taken from a heading or title, because their form has none.
    """

    facts: Facts
    projects: dict[str, str]
    filings: frozenset[str]
    partial: frozenset[str] = frozenset()
    borrowed: frozenset[str] = frozenset()


Weigh = Callable[[Emitted], Emitted]


def emit(extraction: Extraction, source: Source, iris: Iris, weigh: Weigh | None = None) -> Emitted:
    """Return the facts of an extraction, with its projects and filings; equal extractions give equal facts.

    `weigh` is called with the result for a file with pictures, and returns it with facts doubted or withheld.
    """
    facts = Facts(source.pages)
    _source(facts, source, iris)
    projects: dict[str, str] = {}
    filings: set[str] = set()
    borrowed: set[str] = set()
    identified = tuple(identify(extraction, iris, source.sha256))
    holders: list[parts.Holders] = []
    for known in identified:
        if known.filing not in filings:
            _filing(facts, known, extraction.cover, iris, source)
        filings.add(known.filing)
        projects[known.iri] = label(known.project.name.text) if known.project.name else ""
        _project(facts, known, iris, source)
        holders.append(parts.emit(facts, known, iris))
        if known.project.borrowed:
            borrowed.add(known.iri)
    for known, own in zip(identified, holders, strict=True):
        parts.variants(facts, known, iris, holders, own)
    if identified:
        _markup(facts, extraction, identified[0].filing)
        _misprints(facts, extraction, identified[0].filing)
    facts.name_once()
    emitted = Emitted(facts, projects, frozenset(filings), borrowed=frozenset(borrowed))
    if weigh is not None:
        emitted = weigh(emitted)
    parts.inferences(emitted.facts, emitted.projects, iris)
    return emitted


def _source(facts: Facts, source: Source, iris: Iris) -> None:
    node = iris.source(source.sha256)
    facts.typed(node, terms.SourceDocument)
    facts.add(node, terms.RDFS_label, f.zh(source.file_name))
    facts.add(node, terms.fileName, f.plain(source.file_name))
    facts.add(node, terms.sha256, f.plain(source.sha256))
    facts.add(node, terms.DCTERMS_format, f.plain(source.media_type))
    facts.add(node, terms.DCTERMS_extent, f.integer(source.size))


def _markup(facts: Facts, extraction: Extraction, node: str) -> None:
    """State the mark-up left on lines that were read or are labels, as facts about the filing `node`."""
    read = {place for fact in facts.stated for place in fact.places} | extraction.boilerplate
    for kind, words, places in extraction.markup:
        if known := tuple(place for place in places if place in read):
            name = terms.entityRemains if kind in ENTITIES else terms.markupRemains
            facts.add(node, name, f.plain(words), known)


def _misprints(facts: Facts, extraction: Extraction, node: str) -> None:
    """State the misprints of a file as facts about the filing `node`, including those in unread lines."""
    for single in extraction.misprints:
        words = single.text if single.prescribed is None else f"{single.text}→{single.prescribed}"
        # pySHACL puts values into messages with a pattern in which a backslash has a meaning.
        facts.add(node, single.kind, f.plain(words.replace("\\", "＼")), single.places)


def _filing(facts: Facts, known: Identified, cover: Cover, iris: Iris, source: Source) -> None:
    node = known.filing
    facts.typed(node, terms.Filing)
    if known.body:
        places = cover.body.places if cover.body else ()
        body = cover.body or next(iter(_bodies(known)))
        facts.add(node, terms.filedBy, f.iri(iris.org(known.body)), places)
        facts.add(node, terms.RDFS_label, f.zh(_filing_label(known.body, known.year)))
        _department(facts, body, iris)
    _year(facts, node, known)
    # A cover is about the whole file: with several filings, its figures belong to none of them alone.
    if cover.count:
        facts.add(node, terms.declaredProjectCount, f.integer(int(cover.count.value)), cover.count.places)
    if cover.total:
        facts.add(node, terms.declaredTotal, f.decimal(cover.total.value), cover.total.places)
        if cover.total.step is not None:
            facts.add(node, terms.declaredRoundedTo, f.decimal(cover.total.step), cover.total.places)
    facts.add(node, terms.PROV_wasDerivedFrom, f.iri(iris.source(source.sha256)))


def _filing_label(body: str, year: int | None) -> str:
    """Return a label for a filing from its body and year, to be shown on pages, since filings have no printed name."""
    return f"{body}{year}年度绩效目标申报" if year else f"{body}绩效目标申报"


def _bodies(known: Identified) -> list[Printed]:
    fields, surer = known.project.form.fields, known.project.body
    return [surer] if surer else [fields[name] for name in BODIES if name in fields]


def _year(facts: Facts, node: str, known: Identified, places: tuple[Place, ...] = ()) -> None:
    if known.year:
        facts.add(node, terms.fiscalYear, f.year(known.year))
        facts.add(node, terms.year, f.integer(known.year), places)


def _department(facts: Facts, printed: Printed, iris: Iris) -> str:
    """State a filing body, and return its IRI.

    If （本级） or （汇总） follows its name, the body without this is stated, too, and linked as its scope.
    """
    shown = label(printed.text)
    node = iris.org(shown)
    facts.typed(node, terms.Department)
    facts.add(node, terms.RDFS_label, f.zh(shown))
    body = plain_body(shown)
    if body != shown:
        facts.add(node, terms.scopeOf, f.iri(iris.org(body)))
        facts.typed(iris.org(body), terms.Department)
        facts.add(iris.org(body), terms.RDFS_label, f.zh(body))
    return node


def _project(facts: Facts, known: Identified, iris: Iris, source: Source) -> None:
    node, fields = known.iri, known.project.form.fields
    facts.typed(node, terms.Project)
    if known.project.name:
        _name(facts, known, known.project.name)
    else:
        _nameless(facts, known)
    facts.add(node, terms.partOfFiling, f.iri(known.filing))
    facts.add(node, terms.ordinal, f.integer(known.project.ordinal))
    place = known.project.form.year_place
    _year(facts, node, known, (place,) if place else ())
    for name in BODIES:
        if name in fields:
            facts.add(node, terms.JX + name, f.iri(_department(facts, fields[name], iris)), fields[name].places)
    _concepts(facts, node, fields)
    _dates(facts, node, fields)
    for amount in known.project.form.amounts:
        _amount(facts, node, amount)
    details.emit(facts, known)
    _withheld(facts, node, known.project.form)
    facts.add(node, terms.PROV_wasDerivedFrom, f.iri(iris.source(source.sha256)))


def _withheld(facts: Facts, node: str, form: Form) -> None:
    """State which printed properties of a project (`node`) were not completely read, and where its form breaks off."""
    names = {name for name, _ in form.withheld}
    for name, places in form.withheld:
        if places:
            facts.add(node, terms.JX + name, None, places, RUN_TOGETHER)
    if form.breaks_off is not None:
        facts.add(node, terms.breaksOffAt, f.integer(form.breaks_off))
        names.add("hasIndicator")
        if not form.indicators and not form.goals:
            names.add("hasGoal")
            if not form.amounts:
                names.add("annualRequest")
    for name in sorted(names):
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
    facts.typed(known.series, terms.ProjectSeries)
    facts.add(known.series, terms.RDFS_label, f.zh(shown))
    facts.add(known.iri, terms.DCTERMS_isVersionOf, f.iri(known.series))


def _nameless(facts: Facts, known: Identified) -> None:
    """State the place of a project without a name: the blank cell of its name, otherwise its first line."""
    blank = dict(known.project.form.left_blank).get("name")
    place = blank or known.project.first
    if place:
        facts.line(known.iri, place.line)
    if place and not blank:
        facts.add(known.iri, terms.RDFS_label, None, (place,), _NAMELESS)


def _concepts(facts: Facts, node: str, fields: dict[str, Printed]) -> None:
    for name, concept_of, spare in (
        ("category", schemes.category, terms.printedCategory),
        ("nature", schemes.nature, terms.printedNature),
    ):
        if name in fields:
            printed = fields[name]
            concept = concept_of(label(printed.text))
            if concept:
                facts.add(node, terms.JX + name, f.iri(concept), printed.places)
            else:
                facts.add(node, spare, f.zh(label(printed.text)), printed.places)


def _dates(facts: Facts, node: str, fields: dict[str, Printed]) -> None:
    for name in ("startDate", "endDate"):
        if name in fields:
            printed = fields[name]
            found = day(printed.text, last=name == "endDate")
            if found:
                facts.add(node, terms.JX + name, f.date(found[0]), printed.places, found[1])
            elif re.search(r"\d", printed.text):
                facts.add(node, terms.JX + name, f.plain(printed.text), printed.places)
            else:
                facts.add(node, terms.JX + name, None, printed.places, "文字，不是日期 · words, no date")
                facts.add(node, terms.withheld, f.iri(terms.JX + name))


def _amount(facts: Facts, node: str, amount: Amount) -> None:
    if amount.value is None:
        facts.add(node, terms.JX + amount.name, None, amount.places, amount.why or f.NO_VALUE)
        if amount.why:
            facts.add(node, terms.withheld, f.iri(terms.JX + amount.name))
    elif isinstance(amount.value, str):
        facts.add(node, terms.JX + amount.name, f.plain(amount.value), amount.places)
    else:
        facts.add(node, terms.JX + amount.name, f.decimal(amount.value), amount.places, amount.why)
