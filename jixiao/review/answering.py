"""Turn a steward's form, for a question or a passage's picture, into decisions, and publish a generation with them."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from jixiao import stewarding
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.writing import read_with, writing
from jixiao.ontology import identity, properties, terms
from jixiao.ontology.text.decimals import digits
from jixiao.review.passages import Passage
from jixiao.review.questions import Question
from jixiao.store import (
    Decision,
    Generation,
    RegistryError,
    SourceMissingError,
    SourceRecord,
    Store,
    Term,
    Transcription,
)
from jixiao.store.commit.batch import Batch

UNITS = {"yuan": Decimal(1), "wan": Decimal(10_000), "yi": Decimal(100_000_000)}
"""The units that an amount may be typed in, with their yuan."""

_LONGEST = 20_000  # characters of a typed text

Form = Mapping[str, str]
"""The fields of a form that was sent, by name: among them `reason`, `date`, and `act`, the button that was pressed."""


def decide(
    store: Store, find: Callable[[Generation], Sequence[Question] | None], form: Form, by: str | None
) -> list[Decision]:
    """Make the decisions of a form about a question, publish them, and return them.

    `find` returns the question and all questions about the same reading, which are confirmed with it; it is called once
    the store is open for writing. If the question is no longer open, there are no decisions. The form's `act` is
    `confirm`, or `correct` with the right `value` and its `unit`. `by` is the steward's name. Raises UnclearWordError
    for a form that is not understood, RegistryError for a decision that the registry's rules forbid, StoreLockedError
    and StoreUnusableError; nothing is stored then.
    """
    with writing(store) as batch:
        now = store.present()
        questions = find(now)
        if not questions:
            return []
        why = stewarding.grounds(form.get("reason", ""), form.get("date", ""), by)
        made = [stewarding.decide(batch, now, kind, {**says, **why}) for kind, says in _decisions(questions, form)]
        batch.commit(strict=True)
    return made


def _decisions(questions: Sequence[Question], form: Form) -> list[tuple[str, Mapping[str, Term]]]:
    """Return kind and contents of the decisions that a form makes. Raises UnclearWordError."""
    question, act, unit = questions[0], form.get("act"), form.get("unit", "yuan")
    typed = form.get("value", "").replace("\r\n", "\n").strip()
    if act == "confirm":
        if not question.confirmable:
            raise stewarding.UnclearWordError("没有可以确认的读数 · there is no reading to confirm")
        if typed and not _equals_reading(question, typed, unit):
            raise stewarding.UnclearWordError(
                "填了另一个值：要更正请按“更正”，要确认请把它删去 · another value was typed: press Correct to use it,"
                " or delete it to confirm the reading"
            )
        return _confirmations(questions)
    if act != "correct" or not question.correctable:
        raise stewarding.UnclearWordError("这一项不能更正 · this value cannot be corrected")
    if not typed:
        raise stewarding.UnclearWordError("请填写正确的值 · type the right value")
    if question.confirmable and _equals_reading(question, typed, unit):
        return _confirmations(questions)
    return [(terms.Correction, _correction(question, _parsed(question, typed, unit)))]


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
    """Return the properties of a decision that supplies a withheld value, or corrects a stated one."""
    printed = None if question.is_withheld else question.reading
    return {
        terms.concerns: NamedNode(question.doubt.node),
        terms.correctedProperty: NamedNode(question.doubt.predicate),
        **({} if printed is None else {terms.printedValue: printed}),
        terms.correctedValue: value,
    }


def _equals_reading(question: Question, typed: str, unit: str) -> bool:
    """Return True if the typed value equals the one that was read. Raises UnclearWordError."""
    value, reading = _parsed(question, typed, unit), question.reading
    return isinstance(reading, Literal) and (value.datatype, value.value) == (reading.datatype, reading.value.strip())


def _parsed(question: Question, typed: str, unit: str) -> Literal:
    """Parse a typed value by the type of the question's property. Raises UnclearWordError."""
    if question.wanted is None or len(typed) > _LONGEST:
        raise stewarding.UnclearWordError("值太长 · the value is too long")
    value = stewarding.parse_value(typed, question.wanted.range)
    if value.datatype.value != terms.XSD_decimal:
        return value
    number = Decimal(value.value)
    if question.wanted.iri in properties.amounts():
        if unit not in UNITS:
            raise stewarding.UnclearWordError("没有这种单位 · there is no such unit")
        number *= UNITS[unit]
    return Literal(digits(number), datatype=value.datatype)


_MOST_LINES = 400  # lines of the text of one place


def transcribe(
    store: Store,
    record: SourceRecord,
    find: Callable[[Generation], Passage | None],
    form: Form,
    by: str | None,
) -> list[Decision]:
    """Record what a person read in a passage, read the source again, and return the decisions.

    `find` returns the passage, or None if it has changed meanwhile: there are no decisions then. The form has reason
    and date, and the text of the passage's places as `text0`, `text1` and so on; if its `act` is `nothing`, nothing is
    printed there. `by` is the steward's name. Raises UnclearWordError for a form that is not understood, RegistryError
    if the source cannot be read with these texts, StoreLockedError and StoreUnusableError; nothing is stored then.
    """
    source = identity.Iris(store.base_iri).source(record.sha256)
    with writing(store) as batch:
        now = store.present()
        passage = find(now)
        if passage is None:
            return []
        made: list[Decision] = []
        reason = form.get("reason", "").strip()
        why = stewarding.grounds(reason, form.get("date", ""), by)
        for place, text in zip(passage.places, _texts(passage, form), strict=True):
            if not place.decisions or text != place.text:
                for number in place.decisions:
                    batch.undo(number, reason, by)
                says = Transcription("", place.page, place.region, place.recognised, text).says(source) | why
                made.append(stewarding.decide(batch, now, terms.Transcription, says))
        if not made:
            raise stewarding.UnclearWordError("没有改动 · nothing was changed")
        if record.live:
            batch.commit(strict=True)
        else:
            _try_again(store, record, batch)
    return made


def _try_again(store: Store, record: SourceRecord, batch: Batch) -> None:
    """Read a refused scan again, now with its transcriptions, and add it to the store if it is accepted.

    Raises StoreError.
    """
    scan = store.refused_scan(record.sha256)
    if scan is None:
        raise SourceMissingError(f"没有这样的来源。 There is no such source: {record.sha16}")
    pictured = batch.pictured(record.sha256)
    reading, complaints = read_with(store.base_iri, record.file_name, scan[0].read_bytes(), pictured)
    if complaints:
        raise RegistryError("\n".join(dict.fromkeys(each.sentence for each in complaints)))
    if reading.deposit is not None:
        batch.add(reading.deposit)
    batch.commit()
    if reading.refusal is not None:
        batch.refuse(reading.refusal)


def _texts(passage: Passage, form: Form) -> list[str]:
    """Return the text that the form gives for each place of a passage. Raises UnclearWordError."""
    texts = [_cleaned(form.get(f"text{at}", "")) for at in range(len(passage.places))]
    if form.get("act") == "nothing":
        if passage.is_blank:
            raise stewarding.UnclearWordError("这里本来就没有文字 · there is no text here anyway")
        return [""] * len(texts)
    if form.get("act") != "read":
        raise stewarding.UnclearWordError("没有这样的操作 · there is no such act")
    if not all(texts):
        raise stewarding.UnclearWordError(
            "请写出图像上的文字；没有文字的，按“没有文字” · type the text of the picture, or press “No text”"
        )
    return texts


def _cleaned(text: str) -> str:
    """Return a text without control characters, blank lines and spaces around lines. Raises UnclearWordError."""
    if len(text) > _LONGEST:
        raise stewarding.UnclearWordError("文字太长 · the text is too long")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    shown = ("".join(char for char in line if unicodedata.category(char)[0] != "C").strip() for line in lines)
    kept = [line for line in shown if line]
    if len(kept) > _MOST_LINES:
        raise stewarding.UnclearWordError("行太多 · there are too many lines")
    if UNREAD in text:
        raise stewarding.UnclearWordError("请写出 � 处的字 · write the character that stands for �")
    return "\n".join(kept)
