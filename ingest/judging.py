"""Validate the facts of a document, and withhold uncertain ones until the rest has no violations.

Each rule of severity Violation says how much it withholds (`jx:withholds`): a fact, a part or a project. A withheld
fact loses its value but keeps its places, so that the ledger still shows its line and the reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from jixiao.ingest import facts as f
from jixiao.ingest.emitting.emit import Emitted
from jixiao.ingest.ledger import Ledger, settle
from jixiao.ingest.model import END_NOT_SEEN, Extraction
from jixiao.ingest.rendition import Place, Rendition
from jixiao.ingest.result import Account
from jixiao.ingest.text.flow import NO_FIELD, Flows
from jixiao.ingest.text.mentions.reading import mentions
from jixiao.ontology import properties, reference, terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.reasons import Reason, is_doubted, reason
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings.finding import Finding, Report
from jixiao.shapes.validate import Validation, order
from jixiao.store import Contents

_GOALS = frozenset({terms.hasGoal, terms.OverallGoal, terms.AnnualGoal})
_ROWS = frozenset({terms.hasIndicator, terms.hasResult})
_PART_LINKS = frozenset(part.property for part in properties.parts().values())
_LINES = frozenset({terms.sourceLine, terms.sourcePage})
# Nodes of these classes are kept only while another node refers to them.
_SHARED = frozenset({terms.Department, terms.Filing, terms.LegalBasis, terms.Issuer, terms.ProjectSeries})
_PARTS = (terms.Goal, terms.Indicator, terms.Citation, terms.StatedBasis, terms.NarrativeSection, terms.CostItem)
_NOTHING, _YUAN = Bilingual("", ""), Bilingual(" 元", " yuan")


@dataclass(frozen=True)
class Withholding:
    """A node from which something is withheld; `scope` says what: "fact", "part" or "project".

    `names` are the properties (IRIs) of the facts. `project` is the node's project, if it is known; `why` is the reason
    given in the ledger.
    """

    node: str
    scope: str | None
    why: Reason | None
    names: frozenset[str] = frozenset()
    project: str | None = None

    @classmethod
    def of(cls, found: Finding) -> "Withholding":
        """Return what a finding of a rule withholds: its property or properties, and how much the rule says."""
        names = frozenset({found.path} if found.path else found.fault.involves)
        why = reason("rule", rule=Reason(found.fault.label.zh, found.fault.label.en, (found.fault.name,)))
        return cls(found.focus_node, found.fault.withholds, why, names, found.project)


def without(emitted: Emitted, withholdings: Iterable[Withholding]) -> Emitted:
    """Return the facts of a document after each of the `withholdings` is applied, in order.

    A body, place, document or filing to which no other node refers any more is removed, and so is an inference of a
    value that is withheld.
    """
    facts, known = emitted.facts.stated, emitted.contents
    for found in withholdings:
        match found.scope:
            case "fact":
                facts = list(_without_fact(facts, found))
            case "part":
                facts = _without_parts(facts, found, known.forms.keys())
            case "project":
                facts = list(_without_project(facts, found))
    kept = _referred(_without_moot(facts))
    typed = set(f.links(kept, terms.RDF_type))
    projects = {iri: name for iri, name in known.projects.items() if (iri, terms.Project) in typed}
    evaluations = {iri: name for iri, name in known.evaluations.items() if (iri, terms.Evaluation) in typed}
    kept_forms = projects | evaluations
    contents = Contents(
        projects,
        tuple(iri for iri in known.filings if (iri, terms.Filing) in typed),
        borrowed=tuple(iri for iri in known.borrowed if iri in kept_forms),
        alike={iri: alike for iri, alike in known.alike.items() if iri in kept_forms},
        evaluations=evaluations,
        figures={iri: digest for iri, digest in known.figures.items() if iri in evaluations},
    )
    return Emitted(f.Facts(emitted.facts.pages, kept), contents)


def with_status(emitted: Emitted, taken: Account, *, left_out: bool) -> Emitted:
    """State the reading status of each project, evaluation, result of an evaluation, and filing.

    A result is partial if a fact of it is withheld, or if an unread line of it may hold one that it does not state. A
    project or evaluation is partial if a fact of it or of its parts is withheld, or if a line of its form was not read.
    A filing is partial if one of its projects is, if a project, page or money of the file was left out or lost, or if
    the file declares more projects than were read. So are all filings of a file with a partial project whose body is
    not known, since the project may belong to any of them. If no goal of a partial form was read, unread lines may hold
    it, so that goals are withheld rather than missing. A form of which nothing but its end is missing states the last
    line that was read.
    """
    facts, known = emitted.facts.stated, emitted.contents
    withheld = {fact.subject.partition("#")[0] for fact in facts if fact.property == terms.withheld}
    torn = {iri for iri in known.forms if iri in withheld or iri in taken.unread_within or taken.hidden.get(iri)}
    torn_filings = {filing for iri, filing in f.links(facts, terms.partOfFiling) if iri in torn}
    torn_filings |= withheld.intersection(known.filings)
    missed = any(int(count) > len(known.projects) for _, count in f.links(facts, terms.declaredProjectCount))
    if left_out or missed or torn_filings - dict(f.links(facts, terms.filedBy)).keys():
        torn_filings.update(known.filings)
    status = f.Facts(emitted.facts.pages, [*facts])
    told = dict(f.links(facts, terms.hasGoal)).keys() | {
        node for name in (terms.withheld, terms.leftBlank) for node, about in f.links(facts, name) if about in _GOALS
    }
    for iri in sorted(taken.unread_within & known.projects.keys() - told):
        status.add(iri, terms.withheld, f.iri(terms.hasGoal))
    hidden = {(iri, name) for iri, names in taken.hidden.items() for name in names}
    for iri, name in sorted(hidden.difference(f.links(facts, terms.withheld))):
        status.add(iri, terms.withheld, f.iri(name))
    ends = {fact.subject: fact.places[0].line for fact in facts if fact.why == END_NOT_SEEN}
    lost = {fact.subject.partition("#")[0] for fact in facts if _loses_more(fact)}
    for iri in sorted(
        ends.keys() - lost - taken.unread_within - {node for node, names in taken.hidden.items() if names}
    ):
        status.add(iri, terms.breaksOffAt, f.integer(ends[iri]))
    partial = torn | torn_filings | {iri for iri, _ in f.links(status.stated, terms.withheld)}
    for iri in (*known.forms, *known.filings, *sorted({row for _, row in f.links(facts, terms.hasResult)})):
        status.add(iri, terms.readingStatus, f.iri(terms.readPartial if iri in partial else terms.readWhole))
    return Emitted(status, replace(known, partial=tuple(sorted(torn))))


def _loses_more(fact: f.Fact) -> bool:
    """Return whether a fact says that more of a form was not read than what may stand behind its end."""
    if fact.property == terms.withheld and fact.value is not None:
        return fact.value.value not in _ROWS
    return fact.property in _ROWS and fact.value is None and fact.why != END_NOT_SEEN


def explained(report: Report, emitted: Emitted) -> Report:
    """Return a report in which findings on missing values also say why the values were not read.

    Findings that a goal is missing are left out if unread lines may hold the goal.
    """
    lost = {node for node, about in f.links(emitted.facts.stated, terms.withheld) if about == terms.hasGoal}
    why = {(one.subject, one.property): one.why for one in emitted.facts.stated if one.value is None and one.why}
    return Report(
        tuple(
            _with_reason(one, why.get((one.focus_node, one.path or "")))
            for one in report.results
            if one.project not in lost or terms.hasGoal not in one.fault.assumes_whole
        )
    )


def _with_reason(found: Finding, why: Reason | None) -> Finding:
    """Return a finding on a value that was not read, with the reason after its sentence."""
    if not why or not _is_about_withheld(found.fault):
        return found
    said = found.message
    message = Bilingual(f"{said.zh.rstrip('。')}：{why.zh}。", f"{said.en.rstrip('.')}: {why.en}.")
    return replace(found, message=message, lasting=found.lasting or said.zh)


def moved(found: Finding, emitted: Emitted, filing_of: Mapping[str, str], source: str) -> Finding:
    """Return a finding with a focus node that the graph still states after facts were withheld.

    That is the finding's own node if a fact of it is left in `emitted`, otherwise its project, otherwise the filing of
    the project (`filing_of` maps IRIs of projects to those of filings), otherwise the source (its IRI). A finding on a
    project that the graph does not state has no project.
    """
    stated = {fact.subject for fact in emitted.facts.stated if fact.value is not None}
    project = _project_of(found)
    focus = next((node for node in (found.focus_node, project, filing_of.get(project)) if node in stated), source)
    if project not in stated:
        return replace(found, focus_node=focus, project=None, about=None)
    return replace(found, focus_node=focus)


def _project_of(found: Finding | Withholding) -> str:
    return found.project or (found.focus_node if isinstance(found, Finding) else found.node).partition("#")[0]


def _with_contents(results: Iterable[Finding], emitted: Emitted) -> Iterator[Finding]:
    """Yield the results; a result that leaves out a project gets a sentence on what else was read of the project."""
    for one in results:
        if one.fault.withholds == "project":
            message = one.message + _else_read(emitted.facts.stated, _project_of(one))
            yield replace(one, message=message, lasting=one.lasting or one.message.zh)
        else:
            yield one


def _emptied(fact: f.Fact, found: Withholding) -> Iterator[f.Fact]:
    """Yield a fact without its value, which moves to `withheld`, and with the reason; nothing without places.

    A fact without places could be shown nowhere in the ledger.
    """
    if fact.places:
        yield fact._replace(value=None, why=found.why, withheld=fact.value or fact.withheld)


def _without_fact(facts: Iterable[f.Fact], found: Withholding) -> Iterator[f.Fact]:
    noted: set[str] = set()
    for fact in facts:
        if fact.subject != found.node or fact.property not in found.names or fact.value is None:
            yield fact
            continue
        yield from _emptied(fact, found)
        if fact.places and fact.property not in noted:
            noted.add(fact.property)
            yield f.Fact(fact.subject, terms.withheld, f.iri(fact.property))


def _without_parts(facts: Iterable[f.Fact], found: Withholding, projects: Set[str]) -> list[f.Fact]:
    """Withhold the part that `found` names: return the facts, those about the part without their values.

    If other files share the node of the part, as with a legal basis, the citations that lead to this node are withheld
    as well, and so is each jx:cites that no citation backs any more. The node that the part belongs to states that
    parts of this kind are withheld. `projects` are the IRIs of projects and evaluations.
    """
    known, focus = list(facts), found.node
    gone = {focus}
    if "#" not in focus or focus.partition("#")[0] not in projects:
        gone |= {fact.subject for fact in known if fact.property == terms.citedBasis and _leads_to(fact, gone)}
    kept: list[f.Fact] = []
    for fact in known:
        if fact.subject not in gone and _leads_to(fact, gone) and fact.property in _PART_LINKS:
            kept.append(f.Fact(fact.subject, terms.withheld, f.iri(fact.property)))
        elif fact.subject in gone or _leads_to(fact, gone):
            kept += _emptied(fact, found)
        else:
            kept.append(fact)
    # Without direct links (jx:cites) to bases to which no citation of the project leads.
    cited = {(node.partition("#")[0], basis) for node, basis in f.links(kept, terms.citedBasis)}
    return [
        fact
        for fact in kept
        if fact.property != terms.cites or fact.value is None or (fact.subject, fact.value.value) in cited
    ]


def _leads_to(fact: f.Fact, nodes: Set[str]) -> bool:
    return fact.value is not None and fact.value.value in nodes


def _without_project(facts: Iterable[f.Fact], found: Withholding) -> Iterator[f.Fact]:
    """Withhold the project that `found` names, with its parts: yield all facts, those about them without their values.

    The project's filing states that a project is withheld.
    """
    project = _project_of(found)
    for fact in facts:
        if fact.subject == project and fact.property == terms.partOfFiling and fact.value is not None:
            yield f.Fact(fact.value.value, terms.withheld, f.iri(terms.partOfFiling))
        elif fact.subject == project or fact.subject.startswith(f"{project}#"):
            yield from _emptied(fact, found)
        else:
            yield fact


def _without_moot(facts: Sequence[f.Fact]) -> list[f.Fact]:
    """Return the facts without the inferences of values that are withheld."""
    gone = set(f.links(facts, terms.withheld))
    about = f.links(facts, terms.inferredProperty)
    moot = {node for node, name in about if (node.partition("#")[0], name) in gone}
    return [fact for fact in facts if fact.subject not in moot and not _leads_to(fact, moot)]


def _referred(facts: Iterable[f.Fact]) -> list[f.Fact]:
    """Return the facts without those about nodes that files share, and filings, to which no other node refers.

    The facts are searched again until no such node is left.
    """
    kept = list(facts)
    while True:
        targets = {fact.value.value for fact in kept if fact.value is not None and fact.property != terms.RDF_type}
        alone = {node for node, kind in f.links(kept, terms.RDF_type) if kind in _SHARED and node not in targets}
        if not alone:
            return kept
        kept = [fact for fact in kept if fact.subject not in alone]


# Validations of one document after which forms are withheld, not facts: a fact that is withheld may cause violations by
# facts that need it.
_MOST_PASSES = 4
_ABOUT_READING = frozenset({terms.withheld, terms.inferredProperty})


@dataclass(frozen=True)
class Judged:
    """The facts that are kept, with their ledger and report.

    `refuses` is true if nothing can be kept: no project or evaluation is left, violations persist, or `strict` forbids
    violations.
    """

    emitted: Emitted
    ledger: Ledger
    report: Report
    refuses: bool


@dataclass
class _Pass:
    """One pass over a document's facts: the facts, their ledger, the values mentioned in its texts, and the validation.

    `read` has these values as facts; the validation is of both.
    """

    emitted: Emitted
    ledger: Ledger
    read: f.Facts

    @cached_property
    def validation(self) -> Validation:
        """The validation of the facts and mentions."""
        return Validation(self.triples, self.places_of)

    @cached_property
    def triples(self) -> bytes:
        """The facts and mentions as N-Triples."""
        return self.emitted.facts.n_triples() + self.read.n_triples()

    @cached_property
    def _mentioned(self) -> Mapping[str, tuple[Place, ...]]:
        places = by_key((fact.subject, place) for fact in self.read.stated for place in fact.places)
        return {node: tuple(dict.fromkeys(found)) for node, found in places.items()}

    def places_of(self, node: str, name: str, value: str | None = None) -> tuple[Place, ...]:
        """Return the places from which a property of a node was read; for a mention, the places of all its words."""
        return self._mentioned.get(node, ()) or self.ledger.places_of(node, name, value)

    def keeping(self, report: Report) -> Emitted:
        """Return the facts, with those of the mentions that a report is about or quotes.

        A mention is quoted if a finding on the node that states it has one of its lines. Facts derived from the words
        of a mention have no place, and are left out: they serve only the rules.
        """
        lines = by_key((one.focus_node, line) for one in report.results for line in one.lines)
        quoted = {
            fact.subject
            for fact in self.read.stated
            if fact.property in {terms.about, terms.statedIn} and fact.value is not None
            if {place.line for place in fact.places}.intersection(lines.get(fact.value.value, ()))
        }
        named = (lines.keys() | quoted) & self._mentioned.keys()
        kept = [
            fact
            for fact in self.read.stated
            if (fact.subject in named and (fact.places or fact.property in _LINES))
            or (fact.value is not None and fact.value.value in named)
        ]
        return replace(self.emitted, facts=f.Facts(self.emitted.facts.pages, [*self.emitted.facts.stated, *kept]))


@dataclass(frozen=True)
class Judge:
    """One document to judge: the rendition and extraction that its facts come from, and the IRI of its source.

    If `strict`, any violation refuses the whole file.
    """

    rendition: Rendition
    extraction: Extraction
    source: str
    strict: bool
    flows: Flows

    def judged(self, first: _Pass) -> Judged:
        """Return the facts that remain, with their ledger and report, after the `first` pass and further ones.

        Each further pass withholds the facts that caused violations, and validates the remaining ones. What the first
        pass finds in a project that is left out is reported, with what was read of it. In a file with pictures, results
        that depend on doubtful readings are left out.
        """
        withheld: list[Finding] = []
        last, passes = first, 0
        # Rules of other severities are not evaluated here.
        while (found := last.validation.report(_is_violation)).results and not self.strict:
            passes += 1
            results = found.results if passes < _MOST_PASSES else [*_of_forms(found.results, last.emitted)]
            remaining = without(last.emitted, map(Withholding.of, results))
            if remaining.facts == last.emitted.facts:
                break
            withheld += _with_contents(results, last.emitted)
            last = self.validated(remaining)
        refuses = bool(found.results) or not last.emitted.contents.forms
        kept = first if refuses else last
        report = Report(tuple(_with_contents(kept.validation.report().results, kept.emitted)))
        if withheld and not refuses:
            gone = {_project_of(one) for one in withheld if one.fault.withholds == "project"}
            if gone:
                checked = first.validation.report().results
                withheld += (one for one in checked if one.level != "Violation" and _project_of(one) in gone)
            filing_of = dict(f.links(first.emitted.facts.stated, terms.partOfFiling))
            shown = (moved(one, kept.emitted, filing_of, self.source) for one in withheld)
            # The results of violations already say what is withheld.
            known = set(first.validation.report(_is_about_withheld).results)
            rest = (one for one in report.results if one in known or not _is_about_withheld(one.fault))
            report = Report(tuple(sorted(dict.fromkeys((*rest, *shown)), key=order)))
        if self.rendition.recognition is not None:
            report = _without_doubtful(report, kept.ledger)
        return Judged(kept.keeping(report), kept.ledger, report, refuses)

    @property
    def alone(self) -> frozenset[int]:
        """The numbers of the lines that are read for mentions alone, since no field claims their texts."""
        texts = (flow for (_, name), flow in self.flows.items() if name == NO_FIELD)
        return frozenset(place.line for flow in texts for _, place in flow.places)

    def validated(self, emitted: Emitted) -> _Pass:
        """Return a pass over facts with their validation; no other document's facts are validated with them."""
        ledger = settle(self.rendition, self.extraction, emitted.facts.stated)
        return _Pass(emitted, ledger, mentions(emitted.facts, self.flows))


def judged(documents: Sequence[tuple[Judge, Emitted]]) -> list[Judged]:
    """Return, for each document, its facts without those that cause violations, with their ledger and report.

    Each rule is applied to all documents at once, which takes less time.
    """
    passes = [judge.validated(emitted) for judge, emitted in documents]
    validations = Validation.of_many((each.triples, each.places_of) for each in passes)
    for each, found in zip(passes, validations, strict=True):
        each.validation = found
    return [judge.judged(each) for (judge, _), each in zip(documents, passes, strict=True)]


def _is_violation(fault: Fault) -> bool:
    return fault.severity == terms.SH_Violation


def _of_forms(results: Iterable[Finding], emitted: Emitted) -> Iterator[Finding]:
    """Yield the results; one on a project, an evaluation or a part of them as if its rule left out the whole form."""
    for one in results:
        is_of_form = _project_of(one) in emitted.contents.forms
        yield replace(one, fault=replace(one.fault, withholds="project")) if is_of_form else one


def _is_about_withheld(fault: Fault) -> bool:
    """Return whether a rule involves `jx:withheld`, so that its findings report withheld facts."""
    return terms.withheld in fault.involves


def _without_doubtful(report: Report, ledger: Ledger) -> Report:
    """Return a report without findings about doubtful facts; violations and remarks on the reading itself stay.

    Doubtful facts are recognised ones that are in doubt or withheld.
    """
    doubtful = {
        (entry.line, fact.property)
        for entry in ledger.entries
        for fact in entry.facts
        if fact.seen and (fact.withheld is not None or is_doubted(fact.why))
    }
    stay = (
        result
        for result in report.results
        if result.fault.level == "Violation"
        or not _ABOUT_READING.isdisjoint(result.fault.involves)
        or doubtful.isdisjoint(product(result.lines, result.fault.involves))
    )
    return Report(tuple(stay))


def _told(term: str, value: str, places: Iterable[Place], unit: Bilingual = _NOTHING) -> Bilingual:
    """Return in Chinese and English the label of `term` (an IRI), a value with its unit, and the first and last line.

    `places` are the places of the facts that the value was taken from.
    """
    lines = [place.line for place in places]
    first, last = min(lines, default=0), max(lines, default=0)
    shown = first if first == last else f"{first}–{last}"
    where = Bilingual(f"（第 {shown} 行）", f" (line {shown})") if lines else _NOTHING
    return Bilingual(
        f"{reference.labels()[term, 'zh']} {value}{unit.zh}{where.zh}",
        f"{reference.labels()[term, 'en']} {value}{unit.en}{where.en}",
    )


def _else_read(facts: Iterable[f.Fact], project: str) -> Bilingual:
    """Return a sentence with the bodies, amounts (yuan) and number of parts among a project's facts, with their lines.

    `project` is the IRI that the project has in these facts.
    """
    said = list(_said([fact for fact in facts if fact.value is not None], project))
    if not said:
        return Bilingual("没有读到其中别的内容。", "Nothing else of it was read.")
    return Bilingual(
        f"其中另读到：{'、'.join(each.zh for each in said)}。",
        f"What else was read of it: {', '.join(each.en for each in said)}.",
    )


def _said(facts: list[f.Fact], project: str) -> Iterator[Bilingual]:
    of_node = by_key((fact.subject, fact) for fact in facts)
    own = of_node.get(project, [])
    labels = dict(f.links(facts, terms.RDFS_label))
    for fact in own:
        if fact.property in properties.bodies() and fact.value is not None:
            yield _told(fact.property, labels.get(fact.value.value, ""), fact.places)
        elif fact.property in properties.amount_sources() and (value := f.number(fact)) is not None:
            yield _told(fact.property, digits(value, grouped=True), fact.places, _YUAN)
    for kind in _PARTS:
        link = properties.parts()[kind].property
        nodes = [node for _, node in f.links(own, link)]
        places = (place for node in nodes for fact in of_node.get(node, ()) for place in fact.places)
        if nodes:
            yield _told(kind, str(len(nodes)), places)
