"""Answer the views of a running server, as rows or as an HTML page.

A page has the form of the view with the typed and the known values, the filters in force, the rows, and links to other
pages of rows, orders and formats.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.responses import Response

from jixiao.ontology import numbers
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server import errors
from jixiao.server.editions import lookups, protocols, renditions
from jixiao.server.errors import ParameterError, ServerError
from jixiao.server.http import language, negotiation, requests, signposting
from jixiao.server.query.binding import Term
from jixiao.server.runtime.service import Service, unless_limited, version
from jixiao.server.views import answer_sentence, evidence, heads, view_folder, word_order
from jixiao.server.views.answers import Answer, Column, Row
from jixiao.server.views.downloads import Style, Subject, download, file_stem
from jixiao.server.views.parameters import Given, Parameter, called, iri, split
from jixiao.server.views.sentences import refusal
from jixiao.server.views.tabled import Files
from jixiao.server.views.typed_names import AmbiguousError, Names, labels
from jixiao.server.views.view_files import MAX_ROWS, MOST_SKIPPED, View
from jixiao.server.words import WORDS
from jixiao.store import SourceRecord, StoreError
from jixiao.store.tables import table
from jixiao.store.tables.table import Table

_LOG = logging.getLogger(__name__)

ROWS = 20
"""Rows on an HTML page, unless the view has its own template or the address has `limit`."""

COLUMNS = "columns"
"""The parameter of a page with the names of the columns to show."""

FEW = 12
"""Most values in a form's list to choose from, and of a facet; a form offers more values as completions of a text."""

CHOSEN = ("year", "operator", "category", "fault", "own-fault")
"""Kinds of parameters that may be shown as a list; others accept part of a name, which a list does not."""

_OFFERED = 20
"""Most values that a form offers before somebody types; then /search/suggest has those that fit."""


_WIDEST = {"view": 13, "table": 8}
"""Most columns that a page of a view or table shows before somebody chooses others."""


class Views(dict[str, View]):
    """Cache of the views by name."""


def views(service: Service) -> Views:
    """Return the views of a server, with IRIs below the store's base. Raises ViewFileError at the first call."""
    return service.own(Views, lambda: Views(view_folder.load_all(service.store.base_iri, service.settings.views)))


def tables(service: Service) -> dict[str, Table]:
    """Return the tables of a server by name: jixiao's, and those of the operator's views."""
    return {**table.tables(), **_own(service)}


def _own(service: Service) -> dict[str, Table]:
    return {name: view.tabled.own for name, view in views(service).items() if view.tabled and view.tabled.own}


def named_view(service: Service, name: str) -> View:
    """Return a view by its name. Raises NotInStoreError, which names all views."""
    return errors.named(views(service), "视图", "view", name)


def named_table(service: Service, name: str) -> Table:
    """Return a table by its name. Raises NotInStoreError, which names all tables."""
    return errors.named(tables(service), "表", "table", name)


def fill(service: Service) -> list[str]:
    """Fill the tables of the operator's views from the current data, and return the names of those that fail.

    The log names these, with the reason. Raises StoreUnusableError.
    """
    now, failed = service.store.current(), list[str]()
    if now is None:
        return failed
    for name, own in _own(service).items():
        try:
            service.tables.fill(now, own, _filling(service, now)).result()
        except (ServerError, StoreError) as error:
            failed.append(name)
            _LOG.warning("视图 view %s.rq: %s", name, error)
    return failed


def _filling(service: Service, now: protocols.Edition) -> Callable[[str], bytes]:
    """Return the function that runs the queries of an operator's views on an edition, within a query's time limit."""
    return partial(service.run, now, timeout=service.settings.query_timeout)


def answer(service: Service, view: View, given: Given, page: int | None = None) -> Answer:
    """Answer a view from the current generation, with a head; `page` is the number of rows without a limit in `given`.

    Raises what View.answer and Pool.run raise.
    """
    answered = service.on_current(lambda now: answer_from(service, now, view, given, page))

    def answering(params: Given) -> Answer:
        return service.on_current(lambda now: answer_from(service, now, view, params))

    declared = caveat(service, answered.params, view.name, partial(evidence.all_rows, answered, answering))
    return answer_sentence.stated(view, heads.headed(view, answered, declared))


def answer_from(service: Service, now: protocols.Edition, view: View, given: Given, page: int | None = None) -> Answer:
    """Answer a view from a generation, with licence and citation; `page` is the number of rows unless a limit is given.

    Raises what View.answer, Tables.of and Pool.run raise.
    """
    with lookups.in_time():
        # The queries of an endpoint look up names themselves.
        index, run = now.index if now.graph_directory else None, partial(service.run, now)
        answered = view.answer(run, given, now.version, index, page, tables=_files(service, now))
    if answered.of == "table" and len(str(answered.sparql).encode()) > service.settings.max_query_bytes:
        answered = replace(answered, sparql=None)
    return evidence.completed(answered, ledger_lines(service), service.credit(now))


def _files(service: Service, now: protocols.Edition) -> Files:
    return lambda tabled: tabled.file(service.tables, now, _filling(service, now))


def ledger_lines(service: Service) -> evidence.LedgerLines:
    """Return the lines of values in the ledgers of a server's sources."""
    return service.own(evidence.LedgerLines, lambda: evidence.LedgerLines(service.store))


def rows(service: Service, now: protocols.Edition, view: View, values: Mapping[str, Sequence[Term]]) -> list[Row]:
    """Return the rows of a view's file for parameters given as terms.

    All rows are not counted, and parameters without a value are left out. Raises what Tables.of and Pool.run do.
    """
    given = {name: terms for name, terms in values.items() if terms}
    with lookups.in_time():
        return view.rows(partial(service.run, now), given, _files(service, now))


def page(
    service: Service,
    view: View,
    given: Given,
    answer: Answer | None,
    error: ParameterError | None,
    **document: Any,
) -> Response:
    """Return the page of a view: its form and, unless `answer` is None, its rows; `error` is shown above the form.

    `document` passes further values to the template. Among them `document` describes the page as linked data, `here` is
    the address by which the page is cited, and `layout` is the template, if it is not the view's own.
    """
    own = document.get("layout") or f"{view.name}.html"
    return service.pages.html(
        own if service.pages.has(own) else "view.html",
        error=error,
        headers=signposting.header(document.get("links") or (answer.links if answer else ())),
        view=view,
        given=given,
        fields=fields(service, view, given, service.generation().index),
        ambiguous=_ambiguous(view, given, error),
        answer=answer,
        heading=meant(service, given, answer, view.heading or ""),
        site=language.wish().site(service.store.base_iri),
        # Further pages, orders and downloads of an answer whose address names a version name it too.
        **({} if answer is None else _with_rows(service, view, given, answer, document)),
        **{"document": None, "cited": "", "here": requests.address(view.path, given), **document},
    )


def meant(service: Service, given: Given, answer: Answer | None, name: str) -> str | None:
    """Return the name of the one thing that a parameter means; None without one, or with several."""
    typed = requests.several(given.get(name, ""))
    known = [each.label for each in (answer.resolved if answer else ()) if each.parameter == name and each.how != "kin"]
    found = known or ([*named(service, typed).values()] if typed else [])
    return found[0] if len(found) == 1 else None


def _with_rows(
    service: Service, view: View, asked: Given, answer: Answer, document: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values for the template that only a page with rows needs.

    Links of the page keep the cited version and the columns to show, both from `document`.
    """
    own = {"version": document.get("cited", ""), COLUMNS: document.get(COLUMNS, ())}
    given = {**asked, **own}
    return {
        "at": requests.address(view.path, own),
        "excerpts": _excerpts(service, view, answer),
        "word_lines": _word_lines(service, answer),
        "offered": columns(answer, own[COLUMNS]),
        "facets": _facets(view, given, answer),
        "orders": orders(view, given, answer),
        "pager": pager(view, given, answer),
        "embeds": bool(service.settings.embed_from) and view.path.startswith(("/views/", "/tables/")),
        "near": [(each, address(view, given, **{each.parameter: each.value})) for each in answer.near],
        "elsewhere": elsewhere(view, {**asked, "version": own["version"]}),
    }


def columns(answer: Answer, asked: Sequence[str] = ()) -> list[tuple[Column, bool]]:
    """Return the columns that a page can show of an answer, each with True if it is shown.

    Shown are the columns named in `asked`. If `asked` is empty, all columns are shown except those for few readers
    (`more`) and those after the first _WIDEST, unless rows are ordered by such a column or it is their line; money, and
    what is not blank in most rows, comes first. Columns without any value are not offered.
    """
    spoken = {"zh": "messageEn", "en": "message"}[language.wish().language]
    aside = {name for column in answer.columns for name in (column.link, column.note) if name}
    aside |= {"source", spoken if "messageEn" in {column.name for column in answer.columns} else ""}
    offered = [
        column
        for column in answer.columns
        if column.name not in aside
        and (column.name in asked or column.blank or any(_is_told(column, row) for row in answer.rows))
    ]
    given = {name for name, typed in answer.params.items() if requests.several(typed)}
    ordered = "".join(requests.several(answer.params.get("sort", ""))).removeprefix("-")

    of_groups = any(column.how for column in answer.columns)  # without a name, the IRI tells which group it is

    def is_used(column: Column) -> bool:
        if column.type in ("iri", "iris") or column.name == ordered:
            return column.name == ordered or of_groups
        return not column.more or (column.more is not True and bool({*column.more} & given))

    def blank(column: Column) -> tuple[bool, bool]:
        without = sum(row[column.name] is None for row in answer.rows)
        return column.type != "yuan", 2 * without > len(answer.rows)

    first = sorted(filter(is_used, offered), key=blank)
    used = [each.name for each in first][: _WIDEST["view" if of_groups else answer.of]]
    return [(each, each.name in (*(asked or (*used, ordered, "line")), word_order.WORDS)) for each in offered]


def _is_told(column: Column, row: Row) -> bool:
    """Return True if a row has a value in a column, or money of the column's phase that is not added up."""
    return row[column.name] is not None or bool(column.phase and column.note and row[column.note])


def show(
    service: Service,
    view: View,
    given: Given,
    more: Callable[[Answer | None], Mapping[str, Any]] = lambda answered: {},
    *,
    limit: int | None = None,
) -> Response:
    """Answer a view as a page; if a parameter is wrong, as the view's form with the error. Raises as Pool.run does.

    `more` returns further values of the template for the answer (None if there is no answer). A page has at most
    `limit` rows, by default ROWS unless the view has a template of its own: then the view's own limit counts. The
    parameter COLUMNS names the columns to show.
    """
    limit = limit or (None if service.pages.has(f"{view.name}.html") else ROWS)
    asked = {name: typed for name, typed in given.items() if name != COLUMNS}
    chosen, answered, error = named_columns(given), None, None
    try:
        answered = with_columns(answer(service, view, asked, limit), chosen)
    except ParameterError as fault:
        # The first look at a view whose lists offer all that it needs is no mistake.
        offered = not given and all(each.kind in CHOSEN for each in view.needs)
        error = None if offered else fault
    return page(service, view, asked, answered, error, **{COLUMNS: chosen, **more(answered)})


def named_columns(given: Given) -> list[str]:
    """Return the names of the columns to show."""
    return [name for text in requests.several(given.get(COLUMNS, "")) for name in split(text)]


def with_columns(answered: Answer, chosen: Collection[str]) -> Answer:
    """Return the answer unchanged if it has all chosen columns. Raises ParameterError if one is missing."""
    known = {each.name for each in answered.columns}
    if unknown := sorted({*chosen} - known):
        raise refusal("columns-unknown", unknown=unknown, names=sorted(known))
    return answered


def address(view: View, given: Given, **more: str | Sequence[str]) -> str:
    """Return the address of a view with the given parameters, without their `offset`, and further ones in `more`."""
    return requests.address(view.path, {name: value for name, value in given.items() if name != "offset"} | more)


def file(service: Service, view: View, given: Given, form: negotiation.Form, how: Given) -> Response:
    """Return a view's answer as JSON, CSV or xlsx, in the style that the parameters `how` ask for.

    Raises what View.answer and Pool.run raise.
    """
    return written(service, view, given, answer(service, view, given), form, how)


def written(  # noqa: PLR0913, PLR0917 - an answer, and how it is written
    service: Service, view: View, given: Given, answered: Answer, form: negotiation.Form, how: Given
) -> Response:
    """Return the answer to the parameters `given` of a view in a form other than a page."""
    links, cut = rest(view, given, answered) if form != negotiation.JSON else ([], {})
    stem = file_stem(answered, [each.name for each in view.params if each.excluding])
    url = language.wish().own(service.store.base_iri) + requests.address(view.path, given)
    response = download(answered, form, Subject(stem, view.question, url), Style.of(how), links)
    response.headers.update(cut)
    return response


def cited(service: Service, given: dict[str, str | Sequence[str]]) -> str:
    """Take the parameter `version` out of those of an address, and return it, "" without one.

    Raises ParameterError, and NotInStoreError for a version that the store never had.
    """
    version = requests.once({"version": given.pop("version", "")}, "version")
    if version and service.generation().manifest.generation:
        lookups.version(service.store, version)
    return version


def caveat(
    service: Service, given: Given, view: str = "", rows: Callable[[], Sequence[Row]] = tuple
) -> Bilingual | None:
    """Return the sentence on files that declare more than was read of them, for all `rows` of a view for `given`.

    None if there are none, or if a limit stops the queries.
    """

    def told(now: protocols.Edition) -> Bilingual | None:
        def rows_of(name: str, asked: Given) -> Sequence[Row]:
            return answer_from(service, now, views(service)[name], asked).rows

        return service.own(evidence.Caveats).of(version(now), rows_of, evidence.of_bodies(view, given), rows)

    return unless_limited(lambda: service.on_current(told), None)


def rest(view: View, given: Given, answer: Answer) -> tuple[list[signposting.Link], dict[str, str]]:
    """Return the link to the next page of rows and the header X-Result-Cut, both empty if there are no more rows."""
    following = signposting.Link(address(view, given, offset=str(offset(given) + len(answer.rows))), "next")
    return ([following], {"X-Result-Cut": f"rows={len(answer.rows)}"}) if answer.truncated else ([], {})


def offset(given: Given) -> int:
    """Return the number of rows that a request skips (the parameter `offset`, 0 by default)."""
    return requests.count(given, "offset", 0, 0, MOST_SKIPPED)


def fields(service: Service, view: View, given: Given, names: Names | None) -> list[dict[str, Any]]:
    """Return the fields of a view's form; choices come from the index `names`, and are none without it."""
    return [
        field(service, parameter, requests.several(given.get(parameter.name, "")), names) for parameter in view.params
    ]


def field(service: Service, parameter: Parameter, typed: Sequence[str], names: Names | None) -> dict[str, Any]:
    """Return the form field of a parameter, a dict: `parameter`, `typed`, `example`, known `choices`, and `few`.

    In a field for a body, document or region, a typed IRI is shown as the thing's name. Years stand from the latest,
    other choices by frequency. The example is the first of the choices, so that it finds something, or else the view's
    own. `few` is True if the form shows the choices as a list.
    """
    if parameter.kind in ("department", "basis", "region"):
        known_as = named(service, typed)
        typed = [known_as.get(text) or parameter.shown(text).zh for text in typed]
    kind = parameter.reads.choices
    known = names.choices(kind, limit=_OFFERED, of=parameter.of) if names is not None and kind else []
    if kind == "year":
        known.sort(key=lambda each: each.value, reverse=True)
    one = not typed or (len(typed) == 1 and typed[0] in {choice.value for choice in known})
    return {
        "parameter": parameter,
        "typed": ", ".join(typed),
        "choices": known,
        "example": known[0].value if known else parameter.example,
        "few": parameter.kind in CHOSEN and 0 < len(known) <= FEW and one,
    }


def named(service: Service, texts: Sequence[str]) -> dict[str, str]:
    """Return the names of things, by the given texts that are IRIs or paths of things; other texts are left out."""
    iris = {text: node.value for text in texts if (node := iri(text, service.store.base_iri)) is not None}
    known = labels(partial(service.run, service.generation()), list(iris.values()))
    return {text: known[each] for text, each in iris.items() if each in known}


def filings(service: Service, record: SourceRecord) -> list[tuple[str, str]]:
    """Return IRI and label of each filing in a source; none if it is not live, or if a limit stops the query."""
    return unless_limited(lambda: list(named(service, record.filings if record.live else ()).items()), [])


def _facets(
    view: View, given: Given, answer: Answer
) -> list[tuple[Bilingual, list[tuple[Bilingual | str, int | None, str]]]]:
    """Return for each facet of an answer its label and its values, to narrow the answer.

    Each of the values has its words, the number of rows, and the address of the narrower answer. The number is None for
    bodies: the facet counts the projects for which a body is responsible, while the narrower answer also has those that
    the body files or carries out.
    """
    facets = {} if answer.whole is None else answer.whole.facets
    params = {parameter.name: parameter for parameter in view.params}
    words = {
        name: called() if parameter.kind == "amount-kind" else WORDS.get(parameter.kind, {})
        for name, parameter in params.items()
    }
    return [
        (
            params[name].label,
            [
                (
                    words[name].get(each.value, each.label),
                    None if params[name].kind == "department" else each.rows,
                    address(view, given, **{name: each.value}),
                )
                for each in values[:FEW]
            ],
        )
        for name, values in facets.items()
        if len(values) > 1
    ]


def orders(view: View, given: Given, answer: Answer) -> dict[str, tuple[str, str]]:
    """Return, for each sortable column, the address that sorts rows by the column, and its present order.

    A sum that no row of the page has is left out.
    The order is "up", "down" or, if rows are not sorted by the column, "". The address reverses the order in force;
    otherwise figures begin with the largest, texts with the first.
    """
    now = "".join(requests.several(given.get("sort", "")))
    figures = {column.name for column in view.columns if column.type in ("yuan", "integer", "decimal", "year")}
    of_columns = {}
    blank = {each.name for each in answer.columns if each.phase and all(row[each.name] is None for row in answer.rows)}
    for name in view.sortable():
        if name in blank:
            continue
        force = {name: "up", f"-{name}": "down"}.get(now, "")
        first, second = (f"-{name}", name) if name in figures else (name, f"-{name}")
        of_columns[name] = address(view, given, sort=second if now == first else first), force
    return of_columns


def pager(view: View, given: Given, answer: Answer) -> dict[str, Any] | None:
    """Return a dict for the links to other pages, None if no rows are shown or all rows were not counted.

    The dict has the numbers of the `first` and `last` row shown, the `total` of rows, and `links`, a dict from relation
    (such as next) to address.
    """
    if answer.whole is None or not answer.rows:
        return None
    step, before = requests.count(given, "limit", ROWS, 1, MAX_ROWS), offset(given)
    last, total = before + len(answer.rows), answer.whole.rows
    starts = {"first": 0, "prev": max(0, before - step)} if before else {}
    if answer.truncated:
        starts |= {"next": last, "last": (total - 1) // step * step}
    return {
        "first": before + 1,
        "last": last,
        "total": total,
        "links": {relation: address(view, given, offset=str(start)) for relation, start in starts.items()},
    }


def elsewhere(view: View, given: Given) -> dict[str, str]:
    """Return addresses of the answer: csv, xlsx and json with all rows; `api` without page and format, for programs.

    People see them, and things of the store stand in them by their paths.
    """
    asked = {
        name: [text.replace(view.base_iri, "/") for text in requests.several(typed)]
        for name, typed in given.items()
        if name != "limit"
    }
    return {
        "api": address(view, asked),
        **{form: address(view, asked, limit=str(MAX_ROWS), format=form) for form in ("csv", "xlsx", "json")},
    }


def _ambiguous(view: View, given: Given, error: ParameterError | None) -> list[tuple[Any, str]]:
    if not isinstance(error, AmbiguousError):
        return []
    [kind] = {parameter.kind for parameter in view.params if parameter.name == error.parameter}
    if kind != "document-number":
        return [(each, address(view, given, **{error.parameter: each.iri})) for each in error.choices]
    return [
        (each, address(view, given, number=each.label))
        if numbers.parse(each.label)
        else (each, requests.address("/views/projects", {"basis": each.iri}))
        for each in error.choices
    ]


def _word_lines(service: Service, answer: Answer) -> dict[str, int]:
    """Return the line in which the first of a row's words stands, by project, as far as the ledger knows it."""
    if answer.mentioned is None or not {"project", "source"} <= {column.name for column in answer.columns}:
        return {}
    texts = [text.lower() for word, _ in answer.mentioned.words for text in word.texts]
    lines, found = ledger_lines(service), dict[str, int]()
    for row in answer.rows:
        project, source = str(row["project"]), str(row["source"])
        parts = {node: facts for node, facts in lines.of(source).items() if node.partition("#")[0] == project}
        numbers = {n for facts in parts.values() for of_property in facts.values() for n in of_property}
        for entry in service.store.rendition(source.rpartition("/")[2])["lines"] if numbers else ():
            if entry["n"] in numbers and any(text in entry["text"].lower() for text in texts):
                found.setdefault(project, entry["n"])
    return found


def _excerpts(service: Service, view: View, answer: Answer) -> dict[tuple[str, int], tuple[renditions.Line, ...]]:
    """Return the lines of the source around each row's line, by the source's IRI and the number of the row's line.

    `context` in the view's header is the number of lines on each side; without `context` the dict is empty.
    """
    if view.context is None:
        return {}
    places = {(str(row["source"]), line) for row in answer.rows if isinstance(line := row["line"], int)}
    texts = {source: service.store.rendition(source.rpartition("/")[2]) for source in {source for source, _ in places}}
    return {(source, line): renditions.text_around(texts[source], line, view.context) for source, line in places}
