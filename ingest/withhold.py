"""Remove uncertain facts, parts and projects from a document's graph, and state how completely each project was read.

Each rule of severity Violation says how much it withholds (`jx:withholds`): a fact, a part or a project. A withheld
fact loses its value but keeps its places, so that the ledger still shows its line and the reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from jixiao.ingest import facts as f
from jixiao.ingest.emit import Emitted
from jixiao.ingest.facts import Fact, Facts
from jixiao.ingest.result import Account
from jixiao.ontology import terms
from jixiao.ontology.properties import parts
from jixiao.shapes.findings.finding import Finding

_PART_LINKS = frozenset(part.property for part in parts().values())
# Nodes of these classes are kept only while another node refers to them.
_SHARED = frozenset({terms.Department, terms.Filing, terms.LegalBasis, terms.ProjectSeries})


@dataclass(frozen=True)
class Withholding:
    """A node from which a fact, a part or the project is withheld (`scope`); `names` are the properties of the facts.

    `project` is the node's project, if it is known; `why` is the reason given in the ledger.
    """

    node: str
    scope: str | None
    why: str
    names: frozenset[str] = frozenset()
    project: str | None = None

    @classmethod
    def of(cls, found: Finding) -> "Withholding":
        """Return what the result of a rule withholds."""
        names = frozenset({found.path} if found.path else found.fault.involves)
        why = f"存疑未收：{found.fault.label.zh} · withheld: {found.fault.label.en}"
        return cls(found.focus_node, found.fault.withholds, why, names, found.project)


def without(emitted: Emitted, withholdings: Iterable[Withholding]) -> Emitted:
    """Return the facts after withholding, without nodes to which no other node refers any more."""
    facts = emitted.facts.stated
    for found in withholdings:
        match found.scope:
            case "fact":
                facts = list(_without_fact(facts, found))
            case "part":
                facts = _without_parts(facts, found, emitted.projects.keys())
            case "project":
                facts = list(_without_project(facts, found))
    kept = _referred(facts)
    typed = set(links(kept, terms.RDF_type))
    projects = {iri: name for iri, name in emitted.projects.items() if (iri, terms.Project) in typed}
    filings = frozenset(iri for iri in emitted.filings if (iri, terms.Filing) in typed)
    return Emitted(
        Facts(emitted.facts.pages, kept), projects, filings, borrowed=frozenset(emitted.borrowed & projects.keys())
    )


def with_status(emitted: Emitted, taken: Account, *, left_out: bool) -> Emitted:
    """State the reading status of each project and filing.

    A project is partial if a fact of it or of its parts is withheld, or if a line of its form was not read. A filing is
    partial if one of its projects is, or if a project or page of the file was left out.
    """
    facts = emitted.facts.stated
    withheld = {fact.subject.partition("#")[0] for fact in facts if fact.property == terms.withheld}
    torn = frozenset(iri for iri in emitted.projects if iri in withheld or iri in taken.unread_within)
    filing_of = dict(links(facts, terms.partOfFiling))
    torn_filings = {filing_of[iri] for iri in torn if iri in filing_of} | (emitted.filings & withheld)
    torn_filings |= emitted.filings if left_out else set()
    status = emitted.facts.copied()
    for iri in (*emitted.projects, *sorted(emitted.filings)):
        is_partial = iri in torn or iri in torn_filings
        status.add(iri, terms.readingStatus, f.iri(terms.readPartial if is_partial else terms.readWhole))
    return replace(emitted, facts=status, partial=torn)


def links(facts: Iterable[Fact], name: str) -> list[tuple[str, str]]:
    """Return node and value of each fact of the property `name` (its IRI) that has a value."""
    return [(fact.subject, fact.value.value) for fact in facts if fact.property == name and fact.value is not None]


def moved(found: Finding, emitted: Emitted, filing_of: Mapping[str, str], source: str) -> Finding:
    """Return a finding with a focus node that the graph still states after facts were withheld.

    That is the finding's own node if a fact of it is left in `emitted`, otherwise its project, otherwise the filing of
    the project (`filing_of` maps IRIs of projects to those of filings), otherwise the source (its IRI).
    """
    stated = {fact.subject for fact in emitted.facts.stated if fact.value is not None}
    project = found.project or found.focus_node.partition("#")[0]
    nodes = (found.focus_node, project, filing_of.get(project))
    return replace(found, focus_node=next((node for node in nodes if node in stated), source))


def _emptied(fact: Fact, found: Withholding) -> Iterator[Fact]:
    """Yield the fact without its value if it has places for the ledger; otherwise nothing."""
    if fact.places:
        yield fact._replace(value=None, why=found.why, withheld=fact.value or fact.withheld)


def _without_fact(facts: Iterable[Fact], found: Withholding) -> Iterator[Fact]:
    noted: set[str] = set()
    for fact in facts:
        if fact.subject != found.node or fact.property not in found.names or fact.value is None:
            yield fact
            continue
        yield from _emptied(fact, found)
        if fact.places and fact.property not in noted:
            noted.add(fact.property)
            yield Fact(fact.subject, terms.withheld, f.iri(fact.property))


def _without_parts(facts: Iterable[Fact], found: Withholding, projects: Set[str]) -> list[Fact]:
    """Remove the part at fault; for a legal basis at fault, remove the citations that lead to it."""
    known, focus = list(facts), found.node
    gone = {focus}
    if "#" not in focus or focus.partition("#")[0] not in projects:
        gone |= {fact.subject for fact in known if fact.property == terms.citedBasis and _leads_to(fact, gone)}
    kept: list[Fact] = []
    for fact in known:
        if fact.subject in gone:
            kept += _emptied(fact, found)
        elif _leads_to(fact, gone) and fact.property in _PART_LINKS:
            kept.append(Fact(fact.subject, terms.withheld, f.iri(fact.property)))
        elif _leads_to(fact, gone):
            kept += _emptied(fact, found)
        else:
            kept.append(fact)
    return list(_without_short_cuts(kept))


def _leads_to(fact: Fact, nodes: Set[str]) -> bool:
    return fact.value is not None and fact.value.value in nodes


def _without_short_cuts(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the facts without direct links (jx:cites) to bases to which no citation of the project leads."""
    cited = {(node.partition("#")[0], basis) for node, basis in links(facts, terms.citedBasis)}
    for fact in facts:
        if fact.property != terms.cites or fact.value is None or (fact.subject, fact.value.value) in cited:
            yield fact


def _without_project(facts: Iterable[Fact], found: Withholding) -> Iterator[Fact]:
    """Remove a project with its parts; its filing states that one of its projects is withheld."""
    project = found.project or found.node.partition("#")[0]
    for fact in facts:
        if fact.subject == project and fact.property == terms.partOfFiling and fact.value is not None:
            yield Fact(fact.value.value, terms.withheld, f.iri(terms.partOfFiling))
        elif fact.subject == project or fact.subject.startswith(f"{project}#"):
            yield from _emptied(fact, found)
        else:
            yield fact


def _referred(facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts without those of shared nodes and filings to which no other node refers."""
    kept = list(facts)
    while True:
        targets = {fact.value.value for fact in kept if fact.value is not None and fact.property != terms.RDF_type}
        alone = {node for node, kind in links(kept, terms.RDF_type) if kind in _SHARED and node not in targets}
        if not alone:
            return kept
        kept = [fact for fact in kept if fact.subject not in alone]
