"""Turn a steward's answer to a question into a decision of the registry, and publish a generation with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from jixiao import stewarding
from jixiao.ingest.writing import writing
from jixiao.ontology import terms
from jixiao.ontology.properties import amounts
from jixiao.ontology.text.decimals import digits
from jixiao.review.questions import Question
from jixiao.stewarding import UnclearWordError, grounds, parse_value
from jixiao.store import Generation, Store
from jixiao.store.decisions.effects import Term
from jixiao.store.decisions.registry_file import number_of

UNITS = {"yuan": Decimal(1), "wan": Decimal(10_000), "yi": Decimal(100_000_000)}
"""The units that an amount may be typed in, with their yuan."""

_LONGEST = 20_000  # characters


@dataclass(frozen=True)
class Answer:
    """A form as it was sent: what to do (`confirm` or `correct`), the typed value and its unit, reason and date."""

    act: str
    value: str = ""
    unit: str = "yuan"
    reason: str = ""
    date: str = ""


class Decided(NamedTuple):
    """The numbers of the decisions that an answer made, the first and the last."""

    first: int
    last: int


def decide(
    store: Store, find: Callable[[Generation], Sequence[Question]], answer: Answer, by: str | None = None
) -> Decided | None:
    """Decide a question as it stands once the store is open for writing; None if it does not stand any more.

    `find` gives the question first, and then those about the same reading, which are confirmed with it.

    Raises UnclearWordError for a form that is not understood, RegistryError for a decision that the registry's rules
    forbid, StoreLockedError and StoreUnusableError; nothing is stored then.
    """
    with writing(store) as batch:
        now = store.current()
        questions = () if now is None else find(now)
        if now is None or not questions:
            return None
        why = grounds(answer.reason, answer.date, by)
        made = [stewarding.decide(batch, now, kind, {**says, **why}) for kind, says in _decisions(questions, answer)]
        batch.commit(strict=True)
    return Decided(number_of(made[0].iri), number_of(made[-1].iri))


def _decisions(questions: Sequence[Question], answer: Answer) -> list[tuple[str, Mapping[str, Term]]]:
    """Return kind and contents of the decisions that an answer makes. Raises UnclearWordError."""
    question = questions[0]
    typed = answer.value.replace("\r\n", "\n").strip()
    if answer.act == "confirm":
        if not question.confirmable:
            raise UnclearWordError("没有可以确认的读数 · there is no reading to confirm")
        if typed and not _is(question, typed, answer.unit):
            raise UnclearWordError(
                "填了另一个值：要更正请按“更正”，要确认请把它删去 · another value was typed: press Correct to use it,"
                " or delete it to confirm the reading"
            )
        return _confirmations(questions)
    if answer.act != "correct" or not question.correctable:
        raise UnclearWordError("这一项不能更正 · this value cannot be corrected")
    if not typed:
        raise UnclearWordError("请填写正确的值 · type the right value")
    if question.confirmable and _is(question, typed, answer.unit):
        return _confirmations(questions)
    return [(terms.Correction, _correction(question, _value(question, typed, answer.unit)))]


def _confirmations(questions: Sequence[Question]) -> list[tuple[str, Mapping[str, Term]]]:
    """Return decisions that supply the values read if they were withheld, or else accept the findings about them."""
    if questions[0].is_withheld:
        read = ((each, each.reading) for each in questions)
        return [(terms.Correction, _correction(each, value)) for each, value in read if isinstance(value, Literal)]
    return [
        (terms.Acceptance, {terms.acceptedFault: NamedNode(rule), terms.concerns: NamedNode(node)})
        for node, rule in dict.fromkeys(finding for each in questions for finding in each.findings)
    ]


def _correction(question: Question, value: Literal) -> Mapping[str, Term]:
    says: dict[str, Term] = {
        terms.concerns: NamedNode(question.doubt.node),
        terms.correctedProperty: NamedNode(question.doubt.predicate),
    }
    if not question.is_withheld and question.reading is not None:
        says[terms.printedValue] = question.reading
    return {**says, terms.correctedValue: value}


def _is(question: Question, typed: str, unit: str) -> bool:
    """Return True if the typed value equals the one that was read. Raises UnclearWordError."""
    value, reading = _value(question, typed, unit), question.reading
    return isinstance(reading, Literal) and (value.datatype, value.value) == (reading.datatype, reading.value.strip())


def _value(question: Question, typed: str, unit: str) -> Literal:
    """Parse a typed value by the type of the question's property. Raises UnclearWordError."""
    if question.wanted is None or len(typed) > _LONGEST:
        raise UnclearWordError("值太长 · the value is too long")
    value = parse_value(typed, question.wanted.range)
    if value.datatype.value != terms.XSD_decimal:
        return value
    number = Decimal(value.value)
    if question.wanted.iri in amounts():
        if unit not in UNITS:
            raise UnclearWordError("没有这种单位 · there is no such unit")
        number *= UNITS[unit]
    return Literal(digits(number), datatype=value.datatype)
