"""State printed details of a project: the precision of money, the number, blank cells, claims of the narrative.

emit.py states the project's own facts; rules of consistency need these details, too.
"""

from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.emitting.parts import GOALS
from jixiao.ingest.facts import Facts
from jixiao.ingest.model import Amount, Narrative
from jixiao.ingest.resolve import Identified
from jixiao.ingest.structure.narratives import claims
from jixiao.ingest.structure.narratives.narrative import IMPLEMENTER_SECTION, PERIOD_SECTION
from jixiao.ontology import terms
from jixiao.ontology.identity import label


def emit(facts: Facts, known: Identified) -> None:
    """State printed details of the form of the project `known`, and the amount, term and body in its narrative."""
    node, form = known.iri, known.project.form
    if known.project.number is not None:
        story = known.project.narrative
        title = form.title or (story.title if story else None)
        facts.add(node, terms.printedOrdinal, f.integer(known.project.number), (title,) if title else ())
    money = [amount for amount in form.amounts if amount.step is not None and isinstance(amount.value, Decimal)]
    if money:
        finest = min(money, key=_step)
        facts.add(node, terms.roundedTo, f.decimal(_step(finest)), finest.places)
    for amount in form.amounts:
        if amount.empty:
            facts.add(node, terms.leftBlank, f.iri(terms.JX + amount.name), (amount.places[0],))
    if form.all_sources:
        facts.add(node, terms.listsAllSources, f.true())
    for name, place in form.left_blank:
        blank = GOALS.get(name) or (terms.RDFS_label if name == "name" else terms.JX + name)
        facts.add(node, terms.leftBlank, f.iri(blank), (place,))
        facts.add(node, blank, None, (place,), f.LEFT_BLANK)  # gives the finding a place
    if form.goal_period:
        facts.add(node, terms.goalPeriod, f.zh(form.goal_period.text), form.goal_period.places)
    if term := form.fields.get("projectTerm"):
        facts.add(node, terms.projectTerm, f.zh(label(term.text)), term.places)
    if known.project.narrative:
        _narrative(facts, node, known.project.narrative)


def _step(amount: Amount) -> Decimal:
    return amount.step or Decimal(0)


def _narrative(facts: Facts, node: str, story: Narrative) -> None:
    if claim := story.amount:
        facts.add(node, terms.narrativeAmount, f.decimal(claim.value), claim.places)
        if claim.step is not None:
            facts.add(node, terms.narrativeRoundedTo, f.decimal(claim.step), claim.places)
    period, body = story.section(PERIOD_SECTION), story.section(IMPLEMENTER_SECTION)
    if period and (term := claims.term(period.prose)):
        facts.add(node, terms.narrativeStart, f.date(term.first), term.places)
        facts.add(node, terms.narrativeEnd, f.date(term.last), term.places)
    if body and (named := claims.implementer(body.prose)):
        facts.add(node, terms.narrativeImplementer, f.zh(named.text), named.places)
