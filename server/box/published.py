"""Read and answer texts by the current data of a running server, with the numbers of rows beside an answer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.box import answering
from jixiao.server.box.answering import Asked
from jixiao.server.box.reading import Reader, Reading, given
from jixiao.server.box.words import table as words
from jixiao.server.editions import lookups, protocols
from jixiao.server.errors import ParameterError
from jixiao.server.http import requests
from jixiao.server.runtime.service import Service, unless_limited, version as version_of
from jixiao.server.views import heads, published
from jixiao.server.views.answers import Answer
from jixiao.server.views.parameters import Given
from jixiao.store.tables.table import tables


def read(service: Service, typed: str, after: str = "", table: str = "", without: Sequence[str] = ()) -> Asked:
    """Return the reading of a text, as a request; `after` is the text that it follows, `table` the table asked for.

    `without` are the names of parameters that are taken away from the reading.

    Raises ParameterError, NoIndexError and QueryTimeoutError.
    """
    return service.on_current(lambda now: _asked(service, now, answering.checked(typed), after, table, without))


def _asked(  # noqa: PLR0913, PLR0917 - a text, and what is asked of it
    service: Service,
    now: protocols.Edition,
    typed: str,
    after: str = "",
    table: str = "",
    without: Sequence[str] = (),
) -> Asked:
    reading = _read(service, now, typed, after, table).without(without)
    return answering.asked(reading, published.views(service), service.store.base_iri, after)


def _read(service: Service, now: protocols.Edition, typed: str, after: str = "", table: str = "") -> Reading:
    with lookups.index_of(now) as index:
        return Reader(index, partial(_count, service, now)).read(typed, after, table)


def answered(service: Service, asked: Asked, page: int | None = None) -> Answer:
    """Return the answer to a text, of at most `page` rows if it asks for no number. Raises as published.answer does.

    For a condition on what the dataset does not have, such as a region without filings, the answer has no rows and says
    so.
    """
    try:
        answer = published.answer(service, asked.view, asked.given, page)
    except ParameterError as error:
        told = {"zh": error.zh, "en": error.en}
        version, columns = service.generation().version, asked.view.columns
        return heads.headed(asked.view, Answer(asked.view.name, asked.given, version, False, columns, (), "", told))
    return answering.told(asked.reading, asked.view, answer)


def _count(service: Service, now: protocols.Edition, table: str, conditions: Given) -> int:
    """Return the number of rows of a table under conditions; 1 if a limit stops the count."""
    answer = partial(published.answer_from, service, now)
    return unless_limited(partial(answering.count, answer, service.store.base_iri, table, conditions), 1)


def beside(service: Service, asked: Asked, answered: Answer | None) -> dict[str, Any]:
    """Return the values for the template box.html: tabs and, without rows, the numbers found without each condition.

    There are no tabs for a text that was not understood, or that has unused words and no answer: their numbers would be
    those of another question.
    """
    now, reading = service.generation(), asked.reading
    tabs = []
    is_meant = reading.understood and not (answered is None and reading.unused)
    for name in [each for each in words()["tab"] if each in tables() and is_meant]:
        own = reading if name == reading.table.name else _read(service, now, reading.q, asked.after, name)
        if len(own.unused) > len(reading.unused):
            continue  # the table has no column for a condition
        count = _count(service, now, own.table.name, given(own.said))
        link = requests.address("/ask", {"q": reading.q, "after": asked.after, "table": name})
        tabs.append((own.table.label, count, link, own is reading))
    tabs.sort(key=lambda tab: not tab[-1])
    return {
        "asked": asked,
        "nearest": answering.said(reading) if reading.refused and reading.given else None,
        "said": {each.values: each.words for each in reading.said if len(each.values) > 1},
        "tabs": tabs,
        "without": [] if answered and answered.rows else without(service, asked),
    }


def removing(asked: Asked, without: Sequence[str] = ()) -> dict[str, str]:
    """Return the address of a question without each of its parameters, by the names that these have in its view."""
    question = {"q": asked.reading.q, "after": asked.after, "table": asked.reading.table.name}
    conditioned = asked.view.tabled.conditioned if asked.expressed and asked.view.tabled else {}
    names = [name for name in asked.reading.given if name not in ("measure", "figure", "offset", "words")]
    return {
        conditioned.get(name, name): requests.address("/ask", {**question, "without": ",".join((*without, name))})
        for name in names
    }


def without(service: Service, asked: Asked) -> list[dict[str, Any]]:
    """Return, for each condition that some rows lack alone, its words, the number of rows and their address."""
    now, reading = service.generation(), asked.reading
    return [
        {"without": condition.text, "rows": rows, "address": rest.address}
        for name, condition in reading.stated.items()
        if (rest := reading.without([name])).said
        and (rows := _count(service, now, reading.table.name, given(rest.said)))
    ]


def examples(service: Service, most: int = 100) -> Mapping[Bilingual, str]:
    """Return questions that have an answer in the store, each with its SPARQL. Empty without an index."""
    now = service.store.current()
    if now is None or now.index is None:
        return {}
    made = service.kept("examples", version_of(now), lambda: dict(_examples(service, now)))
    return dict(islice(made.items(), most))


def _examples(service: Service, now: protocols.Edition) -> Iterator[tuple[Bilingual, str]]:
    """Yield the questions of words.yaml about the values that most projects have, as far as these give rows."""
    with lookups.index_of(now) as index:
        most = {kind: index.choices(kind, limit=1) for kind in ("basis", "place", "year", "org")}
    filled = {kind: choices[0].label for kind, choices in most.items() if choices}
    zh, en = ({kind: in_language(each, lang) for kind, each in filled.items()} for lang in ("zh", "en"))
    for each in words()["example"]:
        with suppress(KeyError, ParameterError):
            text = Bilingual(each["zh"].format_map(zh), each["en"].format_map(en))
            asked = _asked(service, now, text.zh)
            answer = published.answer_from(service, now, asked.view, asked.given)
            if answer.rows and answer.sparql and asked.reading.understood:
                yield text, answer.sparql
