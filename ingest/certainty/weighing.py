"""Withhold facts that a file's picture, bytes or fonts do not show for sure, or state them with a doubt.

Each fact that was recognised in a picture is stated, stated with a doubt, or withheld. An amount is stated only if
something confirms it, however high its characters score. Other facts are judged by the least score of their characters,
and withheld if another scale reads them differently. A few broken bytes, or a font without a table of its characters,
cost only the cells concerned.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from jixiao.ingest import facts as f
from jixiao.ingest.certainty import kinds
from jixiao.ingest.certainty.confirming import Confirming, Key, Stated
from jixiao.ingest.certainty.scores import Score, Scores
from jixiao.ingest.emitting.emit import Emitted
from jixiao.ingest.facts import Fact, Facts, Seen, links, number
from jixiao.ingest.judging import Withholding, without
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.rendition import LOST, Rendition
from jixiao.ingest.text.altered import ALTERED, is_altered
from jixiao.ontology import grouping, schemes, terms
from jixiao.ontology.reasons import DOUBTED, Reason, reason

UNSURE, DIFFERS, UNIT, MARK, UNCONFIRMED = map(
    reason, ("unsure", "scales-differ", "unsure-unit", "unsure-mark", "unconfirmed")
)
READ = reason("read-by-steward")


class Doubt(IntEnum):
    """The degrees of doubt about a fact: it is stated, stated with its doubt, or not stated."""

    NONE = 0
    DOUBTED = 1
    WITHHELD = 2


class Verdict(NamedTuple):
    """A degree of doubt, and the reason."""

    doubt: Doubt
    why: Reason | None = None


_FINE = Verdict(Doubt.NONE)


def weigh(emitted: Emitted, rendition: Rendition, unsure: Mapping[int, Reason]) -> Emitted:
    """Return the facts of a file with scores and doubts, without recognised facts that are not sure enough.

    `unsure` has, by the project's position in the file, the reason for each project that is not identified for sure;
    such projects are withheld.
    """
    weighing = _Weighing(emitted, rendition, unsure)
    facts = Facts(emitted.facts.pages, [*weighing.weighed(), *weighing.added()])
    return without(replace(emitted, facts=facts), weighing.withholdings())


class _Weighing:
    """The weighing of one file's facts, with the rendition (numbered lines) that they were read from.

    `names` has the label of each node, by its IRI: if the value of a fact is a node, its lines print that label.
    """

    def __init__(self, emitted: Emitted, rendition: Rendition, unsure: Mapping[int, Reason]) -> None:
        self.contents = emitted.contents
        self.rendition = rendition
        self.unsure = unsure
        self.facts = emitted.facts.stated
        self.names = dict(links(self.facts, terms.RDFS_label))
        self.stated = Stated.of(self.facts)
        self._scores = Scores(rendition.recognised)
        self._confirming = Confirming(self.stated, {line.number: line.text for line in rendition.lines}, self._scores)
        self.confirmed = self._confirming.confirmed()

    @cached_property
    def seen(self) -> Mapping[int, Score]:
        """The score of each fact that was recognised, by its position in `facts`."""
        found = (
            (at, self._scores.of((place.line for place in fact.places), self.printed(fact)))
            for at, fact in enumerate(self.facts)
            if fact.places and fact.value is not None
        )
        return {at: score for at, score in found if score is not None}

    def printed(self, fact: Fact) -> str | Decimal | None:
        """Return the value of a fact as its lines print it: a text, a number, or the label of a node."""
        if isinstance(fact.value, NamedNode):
            return self.names.get(fact.value.value)
        known = number(fact)
        return known if known is not None or fact.value is None else fact.value.value

    @cached_property
    def verdicts(self) -> Mapping[Key, Verdict]:
        """The verdict on each group of facts of a node, by the node and the group's name (see `kinds.group`).

        It is the gravest of the verdicts on the facts of the group.
        """
        found: dict[Key, Verdict] = {}
        for at, score in self.seen.items():
            fact = self.facts[at]
            if fact.property not in _NOT_JUDGED and not self._is_read_off(fact):
                key = (fact.subject, kinds.group(fact.property))
                found[key] = max(found.get(key, _FINE), self._verdict(fact, score))
        return found

    def _is_read_off(self, fact: Fact) -> bool:
        """Return whether a fact needs no verdict of its own, because its value follows from known words.

        This holds for a level of indicators whose text is a known word, and for an indicator's type, which follows from
        its printed second level.
        """
        if fact.property == terms.indicatorType:
            return terms.printedLevel2 in self._properties.get(fact.subject, ())
        known = _LEVELS.get(fact.property)
        return known is not None and fact.value is not None and fact.value.value in known()

    def _verdict(self, fact: Fact, score: Score) -> Verdict:
        kind, key = kinds.kind(fact.property), (fact.subject, fact.property)
        is_named = fact.subject in self.contents.forms or fact.subject in self.contents.filings
        identifies = fact.property in _OF_IDENTITY and is_named  # identities.py decides
        if identifies or (score.decision and kind != "amount"):
            return _FINE
        if kind in kinds.WITH_FIGURES and not (score.agrees and score.mark >= kinds.MARK):
            return Verdict(Doubt.WITHHELD, MARK if score.agrees else DIFFERS)
        if kind == "amount":
            if why := self._unconfirmed(key, read=score.decision is not None):
                return Verdict(Doubt.WITHHELD, why)
        elif key in self.confirmed or (kind in kinds.REPEATED and self._is_repeated(fact)):
            return _FINE
        limits = kinds.limits(kind)
        if score.least < limits.withheld or not score.agrees:
            return Verdict(Doubt.WITHHELD, UNSURE if score.agrees else DIFFERS)
        return _FINE if score.least >= limits.doubted else Verdict(Doubt.DOUBTED, DOUBTED)

    def _unconfirmed(self, key: Key, *, read: bool) -> Reason | None:
        """Return why an amount is withheld: nothing confirms it, or its unit is not sure; None if it is not withheld.

        `key` has the amount's node and property. An amount that a steward has `read` in the picture needs no
        confirmation, only a sure unit.
        """
        if not read and key not in self.confirmed:
            return UNCONFIRMED
        in_unit = key in self.confirmed and key in self._confirming.in_units
        return None if in_unit or self._confirming.has_sure_unit(*key, read=read) else UNIT

    def _is_repeated(self, fact: Fact) -> bool:
        """Return whether the text of a fact also occurs on a line that the fact was not read from."""
        return self._scores.stands_again(str(self.printed(fact) or ""), {place.line for place in fact.places})

    @cached_property
    def _compared(self) -> frozenset[str]:
        """The IRIs of nodes that state a difference between two texts, of which at least one was recognised.

        Facts about these nodes are dropped, since the difference may be an error of recognition.
        """
        seen = {self.facts[at].subject for at, score in self.seen.items() if not score.decision}
        nodes = {node for kind in kinds.COMPARISONS for node in self.stated.nodes(kind)}
        ends = {(fact.subject, fact.value.value) for fact in self.facts if fact.subject in nodes and fact.value}
        return frozenset(node for node, value in ends if node in seen or value in seen)

    def weighed(self) -> Iterator[Fact]:
        """Yield the facts with their scores, confirmations and doubts.

        A withheld fact about a node that other files share (a body or document) is yielded without its value. All other
        withheld facts are yielded unchanged, and removed afterwards by what `withholdings` yields.
        """
        for at, fact in enumerate(self.facts):
            if fact.subject in self._compared or (fact.value is not None and fact.value.value in self._compared):
                continue
            score = self.seen.get(at)
            if score is None:
                yield fact
                continue
            verdict = self._of_step(fact) if fact.property in kinds.STEPS else self._of_group(fact)
            known = fact._replace(seen=self._seen(fact, score))
            if fact.property in kinds.OF_THE_PRINT and not score.decision:
                continue
            if verdict.doubt == Doubt.DOUBTED:
                yield known._replace(why=DOUBTED.followed_by(fact.why))
            elif verdict.doubt == Doubt.WITHHELD and (fact.property in kinds.STEPS or self._is_shared(fact.subject)):
                yield known._replace(value=None, why=verdict.why, withheld=fact.value)
            else:
                yield known

    def _seen(self, fact: Fact, score: Score) -> Seen:
        if score.decision:
            return Seen(score.least, READ, score.decision)
        return Seen(score.least, self.confirmed.get((fact.subject, fact.property)))

    def added(self) -> Iterator[Fact]:
        """Yield facts about the recognition: the engine of the source, and look-alikes of cited document numbers."""
        if self.rendition.recognition is not None:
            # Sorted, since a kept recognition is.
            engine = ", ".join(" ".join(part) for part in sorted(self.rendition.recognition.engine.items()))
            for source in self.stated.nodes(terms.SourceDocument):
                yield Fact(source, terms.recognisedBy, f.plain(engine))
        own = {(fact.subject, fact.property): fact.value.value for fact in self.facts if fact.value}
        for at, score in self.seen.items():
            fact = self.facts[at]
            if fact.property == terms.citedBasis and fact.value and not score.decision:
                number, code = (own.get((fact.value.value, name)) for name in (terms.documentNumber, terms.issuerCode))
                for other in _look_alikes(number, code) if number and code else ():
                    yield Fact(fact.subject, terms.lookAlike, f.plain(other))

    def _of_group(self, fact: Fact) -> Verdict:
        return self.verdicts.get((fact.subject, kinds.group(fact.property)), _FINE)

    def _of_step(self, fact: Fact) -> Verdict:
        """Return the verdict on a fact about the place of an amount's last digit (0.01 yuan, for example).

        It is the verdict on the amount of that node on the same lines. The place holds for all amounts of the node, so
        the fact is withheld if one of them could not be read at all.
        """
        if fact.subject in self._unread:
            return Verdict(Doubt.WITHHELD, UNSURE)
        with_it = (each for each in self.facts if each.subject == fact.subject and each.places == fact.places)
        return max((self._of_group(each) for each in with_it if kinds.kind(each.property) == "amount"), default=_FINE)

    @cached_property
    def _unread(self) -> frozenset[str]:
        """The nodes with an amount of which no character was read."""
        amounts = (fact for fact in self.facts if fact.value and kinds.kind(fact.property) == "amount")
        return frozenset(fact.subject for fact in amounts if fact.value and UNREAD in fact.value.value)

    def _is_shared(self, node: str) -> bool:
        return node.partition("#")[0] not in self.contents.forms and node not in self.contents.filings

    def withholdings(self) -> Iterator[Withholding]:
        """Yield each thing that is withheld, with the reason.

        It is an entire project, an entire part of a project, or some properties of a project, part or filing.
        """
        kinds_of_forms = (terms.Project, terms.Evaluation)
        identified = enumerate(node for node, kind in links(self.facts, terms.RDF_type) if kind in kinds_of_forms)
        yield from (Withholding(node, "project", self.unsure[at]) for at, node in identified if at in self.unsure)
        gone: dict[str, Reason | None] = {}
        for (node, group), verdict in self.verdicts.items():
            if verdict.doubt < Doubt.WITHHELD or self._is_shared(node):
                continue
            names = frozenset(name for name in self._properties.get(node, ()) if kinds.group(name) == group)
            if "#" in node and (names & kinds.WHOLE or self.stated.kinds.get(node, frozenset()) & kinds.WHOLE_PARTS):
                gone.setdefault(node, verdict.why)
            else:
                yield Withholding(node, "fact", verdict.why, names)
        gone |= {
            node: gone[holder]
            for node, holder in links(self.facts, terms.statedIn)
            if holder in gone and node not in gone
        }
        yield from (Withholding(node, "part", why) for node, why in gone.items())

    @cached_property
    def _properties(self) -> Mapping[str, Sequence[str]]:
        return grouping.by_key((self.facts[at].subject, self.facts[at].property) for at in self.seen)


_OF_IDENTITY = frozenset({terms.RDFS_label, terms.filedBy, terms.year, terms.fiscalYear})
_LEVELS = {terms.printedLevel1: schemes.level1_labels, terms.printedLevel2: schemes.level2_labels}
_NOT_JUDGED = kinds.SETTLED | kinds.STEPS | kinds.FOLLOWING
_ALIKE = [set(group) for group in kinds.WORDING.words("alike")]


def _look_alikes(number: str, code: str) -> Iterator[str]:
    """Yield the document numbers that `number` may be a misreading of.

    Each has one character of `code`, the issuer's code at the start of the number, replaced by a character that looks
    alike. Nothing is yielded for a number that does not begin with `code`. Year and serial number are never changed.
    """
    if number.startswith(code):
        for at, char in enumerate(code):
            for other in sorted({other for group in _ALIKE if char in group for other in group - {char}}):
                yield f"{code[:at]}{other}{number[at + 1 :]}"


DAMAGED = reason("damaged")
# These go with the citation that they follow from.
_OF_CITATIONS = frozenset({terms.cites, terms.citedBasis})
_OF_YEARS = frozenset({terms.year, terms.fiscalYear})
# Further facts of a filing that are lost with its body or year, which its label names.
_WITH = {terms.filedBy: frozenset({terms.place, terms.RDFS_label}), terms.year: frozenset({terms.RDFS_label})}


def without_lost(emitted: Emitted, rendition: Rendition) -> Emitted:
    """Return the facts of a file without the values read from cells with lost characters.

    A fact about a node outside the file's own forms and filings is kept, but its value is withheld, with the reason
    DAMAGED. Of the file's own nodes, a part of a project is withheld if the fact that gives the part a meaning is lost.
    A body whose name is lost is not stated as a value. A missing year or body is stated as withheld if it may have been
    in a lost cell from which no fact was read.
    """
    own = emitted.contents.forms.keys() | emitted.contents.filings
    stated = emitted.facts.stated
    in_cells = {fact for fact in stated if fact.value is not None and any(map(rendition.is_lost, fact.places))}
    unnamed = {
        node
        for node, name in links(stated, terms.RDFS_label)
        if LOST.search(name) and node.partition("#")[0] not in own
    }
    years = {fact.value.value for fact in in_cells if fact.property in _OF_YEARS and fact.value}

    def is_lost(fact: Fact) -> bool:
        if fact.value is None or fact.property in _OF_CITATIONS or fact.subject in unnamed:
            return False
        value = fact.value.value
        derived = value in unnamed or (fact.property in _OF_YEARS and not fact.places and value in years)
        return derived or fact in in_cells or LOST.search(value) is not None

    supposed = list(_supposed(emitted, rendition))
    known = _without([*filter(is_lost, stated), *supposed], emitted, DAMAGED)
    named = [*known.facts.stated, *(Fact(fact.subject, terms.withheld, f.iri(fact.property)) for fact in supposed)]
    return replace(known, facts=Facts(known.facts.pages, named))


def without_altered(emitted: Emitted) -> Emitted:
    """Return the facts of a file without texts into which a copy has put advertising; the name of the file is kept.

    A form that loses a goal or section in this way says where it was printed.
    """
    stated = emitted.facts.stated
    files = {fact.subject for fact in stated if fact.property == terms.fileName}
    altered = [
        fact
        for fact in stated
        if isinstance(fact.value, Literal) and fact.value.language and fact.subject not in files
        if is_altered(fact.value.value)
    ]
    if not altered:
        return emitted
    known, lost = _without(altered, emitted, ALTERED), {fact.subject: fact.places for fact in altered}
    left = set(known.facts.stated)
    named = [
        Fact(link.subject, link.property, None, lost[link.value.value], ALTERED)
        for link in stated
        if link.subject in emitted.contents.forms and link not in left and link.value and link.value.value in lost
    ]
    return replace(known, facts=Facts(known.facts.pages, [*known.facts.stated, *named]))


def _without(lost: Sequence[Fact], emitted: Emitted, why: Reason) -> Emitted:
    """Return the facts of a file without those in `lost`, which are withheld for the reason `why`."""
    own = emitted.contents.forms.keys() | emitted.contents.filings
    of_others = {fact for fact in lost if fact.subject.partition("#")[0] not in own}
    facts = [
        fact._replace(value=None, why=why, withheld=fact.value) if fact in of_others else fact
        for fact in emitted.facts.stated
    ]
    known = replace(emitted, facts=Facts(emitted.facts.pages, facts))
    return without(known, _withholdings([fact for fact in lost if fact not in of_others], known, why))


def _supposed(emitted: Emitted, rendition: Rendition) -> Iterator[Fact]:
    """Yield the facts to withhold because an unread cell with lost characters may contradict them.

    Those are the filing body of forms without a competent department, if it was inferred, and the missing year of forms
    without a year. Nothing is yielded if facts were read from all cells with lost characters.
    """
    stated = emitted.facts.stated
    read = {place for fact in stated for place in fact.places}
    # Fonts of pages have icons among the characters for private use, which are no lost words.
    cells = (cell for row in rendition.rows for cell in row.filled if UNREAD in cell.text)
    if all(not read.isdisjoint(cell.places) for cell in cells):
        return
    led = {fact.subject for fact in stated if fact.property == terms.competentDepartment}
    unled = {filing for project, filing in links(stated, terms.partOfFiling) if project not in led}
    dated = dict(links(stated, terms.year))
    yield from (fact for fact in stated if fact.property == terms.filedBy and not fact.places and fact.subject in unled)
    yield from (Fact(node, terms.year, None) for node in emitted.contents.forms if node not in dated)


def _withholdings(lost: list[Fact], emitted: Emitted, why: Reason) -> Iterator[Withholding]:
    """Yield what is withheld for the reason `why` with the facts in `lost`; a citation with a number keeps it."""
    stated = emitted.facts.stated
    classes = grouping.by_key(links(stated, terms.RDF_type))
    properties = grouping.by_key((fact.subject, fact.property) for fact in stated)
    gone: set[str] = set()
    for node, names in grouping.by_key((fact.subject, fact.property) for fact in lost).items():
        numbered = {*names} == {terms.printedTitle} and terms.printedNumber in properties[node]
        if (
            "#" in node
            and not numbered
            and not (kinds.WHOLE.isdisjoint(names) and kinds.WHOLE_PARTS.isdisjoint(classes[node]))
        ):
            gone.add(node)
        else:
            groups = set(map(kinds.group, names))
            together = {name for name in properties[node] if kinds.group(name) in groups}
            if node in emitted.contents.filings:
                together = together.union(*(_WITH.get(name, ()) for name in names))
            yield Withholding(node, "fact", why, frozenset(together))
    gone |= {node for node, holder in links(stated, terms.statedIn) if holder in gone}
    yield from (Withholding(node, "part", why) for node in sorted(gone))
