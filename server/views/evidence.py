"""Complete the answers of views: add the lines of values, licence and citation.

The graph has one `jx:sourceLine` for a project or a part of one; the lines of single values are only in the ledgers of
the thing's sources. Sums over filings whose files declare more than was read of them may be incomplete, which a
sentence says.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from sys import intern
from typing import NewType

from jixiao.ontology import grouping, properties, terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions.metadata import Credit
from jixiao.server.editions.protocols import Publication
from jixiao.server.errors import ParameterError
from jixiao.server.http.requests import several
from jixiao.server.views.answers import Answer, Column, Row
from jixiao.server.views.parameters import Given
from jixiao.server.views.sentences import number_of, sentence
from jixiao.server.views.view_files import EVIDENCE, MAX_ROWS, PAGING
from jixiao.server.words import filing_name
from jixiao.store import SourceMissingError, bounded_cache

FactLines = NewType("FactLines", Mapping[str, Mapping[str, Sequence[int]]])
"""The lines of a source from which the values of a property were read, by IRI of the thing and of the property."""

_DERIVED: Mapping[str, Callable[[], Sequence[str]]] = {
    terms.amount: properties.amount_sources,
    terms.department: properties.department_sources,
    terms.fiscalYear: lambda: (terms.year,),
}
"""Properties that are derived from others, and those others, the preferred one first."""


class LedgerLines(bounded_cache.BoundedCache[FactLines]):
    """Cache of the line numbers at which values stand in the sources, by source, read from a dataset's ledgers.

    The cache takes some 20 kilobytes for each project of a source.
    """

    def __init__(self, store: Publication) -> None:
        super().__init__(64)
        self._store = store

    def of(self, source: str) -> FactLines:
        """Return the lines of the values read from a source, given by IRI; empty for an unknown source or no ledger."""
        try:
            record = self._store.source(source.rpartition("/")[2])
        except SourceMissingError:
            return FactLines({})
        key = record.sha256, record.revision
        lines = self.get(key)
        if lines is None:
            lines = FactLines(
                grouping.by_keys(
                    (fact["node"], intern(fact["property"]), entry["n"])
                    for entry in self._store.ledger(record.sha16)["lines"]
                    for fact in entry["facts"]
                    if "valueless" not in fact
                )
            )
            if lines:  # an endpoint's source may get its ledger later
                self.put(key, lines)
        return lines


def line(lines: FactLines, thing: str, name: str, values: int = 1) -> int | None:
    """Return the number of the source's line with the value of a thing's property, None if the line is not known.

    `name` is the property's IRI. A derived property has the line of the property that it was taken from, which may be a
    property of the project's filing. If the property has several `values`, the ledger does not say which line has which
    value, so that the line is known only if there is no other. One value printed several times has its first line.
    """
    places = [(thing, name)]
    if name in _DERIVED:
        filing = thing.replace("/id/project/", "/id/filing/").rpartition("/")[0]
        places = [(node, each) for each in _DERIVED[name]() for node in (thing, filing)]
    read = next((lines[node][each] for node, each in places if each in lines.get(node, ())), ())
    return read[0] if len(read) == 1 or (read and values == 1) else None


def completed(answer: Answer, ledgers: LedgerLines, credit: Credit) -> Answer:
    """Return an answer with licence and citation, whose rows have the lines of values read from ledgers.

    Rows about one property of a project get their empty `line`. If the parameter EVIDENCE asks for them, columns with
    values of a project (`amount`) are followed by columns of lines (`amountLine`); an answer whose rows are not about
    one project each has none.
    """
    answer = replace(answer, credit=credit)
    columns = {column.name for column in answer.columns}
    if not {"project", "source"} <= columns:
        return answer
    if "property" in columns:
        values = Counter(row["property"] for row in answer.rows if row["itemIri"] is None)
        return replace(answer, rows=tuple(_of_property(row, ledgers, values[row["property"]]) for row in answer.rows))
    if answer.params.get(EVIDENCE) != "1":
        return answer
    more = {
        each.name: Column(
            f"{each.name}Line",
            "line",
            sentence("line-of", column=each.label),
        )
        for each in answer.columns
        if _is_read(each)
    }
    rows = tuple(
        {
            **row,
            **{
                of.name: line(ledgers.of(str(row["source"])), str(row["project"]), terms.JX + name)
                for name, of in more.items()
            },
        }
        for row in answer.rows
    )
    with_more = (each for column in answer.columns for each in (column, more.get(column.name)) if each)
    return replace(answer, columns=tuple(with_more), rows=rows)


def _of_property(row: Row, ledgers: LedgerLines, values: int) -> Row:
    """Return a row about a property with the line of the property; `values` is how many values the property has.

    A row that has a line already, or is about a part of the project, is returned unchanged.
    """
    if row["line"] is not None or row["itemIri"] is not None:
        return row
    return {**row, "line": line(ledgers.of(str(row["source"])), str(row["project"]), str(row["property"]), values)}


def _is_read(column: Column) -> bool:
    """Return True for a column of text, concept, year or yuan that is named like a property of projects."""
    term = reference().get(terms.JX + column.name)
    return term is not None and terms.Project in term.domains and column.type in ("text", "concept", "year", "yuan")


_RULE = "CoverNotRead"
_STATING = {"zh": "份来源文件", "one": "source file states", "many": "source files state"}
_KEPT = ("department", "region", "year")
_CHARTED = ("of", "version")
_BROAD = {*_KEPT, *PAGING, *_CHARTED, "responsible", "outside", "level", "first", "second", "years"}
"""Parameters on bodies, places and years, which filings have too; all others are conditions on projects or parts."""

Answers = Callable[[str, Given], Sequence[Row]]
"""A function that returns the rows of the view of a name for parameters. Raises ParameterError."""


class Caveats(bounded_cache.BoundedCache[Sequence[Row]]):
    """Cache of findings on filings that declare more than was read, by version and by bodies, regions and years."""

    def __init__(self) -> None:
        super().__init__(1024)

    def of(
        self, version: str, answers: Answers, given: Given, rows: Callable[[], Sequence[Row]] = tuple
    ) -> Bilingual | None:
        """Return the sentence on how many files declare other numbers than were read, for the answer to `given`.

        None if no file that concerns the answer does, or if `given` asks for what lies outside of a region. Under a
        condition on projects themselves, only files among the sources of all `rows` of the answer count, since no other
        file is known to have a project that meets the condition. `answers` gives the rows of a view for parameters.
        Raises what `answers` and `rows` raise.
        """
        typed = {name: each for name, each in given.items() if several(each)}
        kept = {name: each for name, each in typed.items() if name in _KEPT}
        short = () if "outside" in typed else self._short(version, answers, kept)
        if short and typed.keys() - _BROAD:
            sources = {row.get("source") for row in rows()}
            short = [each for each in short if each["source"] in sources]
        return _told(short) if short else None

    def _short(self, version: str, answers: Answers, kept: Given) -> Sequence[Row]:
        asked = {"fault": _RULE, **kept}

        def made() -> Sequence[Row]:
            if kept and not self._short(version, answers, {}):
                return ()
            try:
                return answers("findings", asked)
            except ParameterError:  # names that bear the text are too many to choose among
                return answers("findings", {name: typed for name, typed in asked.items() if name != "department"})

        return self.get_or_make((version, *((name, *several(typed)) for name, typed in kept.items())), made)


def _told(short: Sequence[Row]) -> Bilingual:
    which = Bilingual("", "")
    if len(short) == 1:
        [row] = short
        message = Bilingual(str(row["message"]).rstrip("。."), str(row["messageEn"]).rstrip("。."))
        name = filing_name(str(row["filing"]), str(row["filingName"] or ""))
        which = sentence("short-file", name=name, message=message)
    return sentence("short", files=number_of(len(short), _STATING), which=which)


def all_rows(answer: Answer, answering: Callable[[Given], Answer]) -> Sequence[Row]:
    """Return all rows of an answer; those beside a page are asked for by `answering`, which raises as it does."""
    if not (answer.truncated or answer.params.get("offset")):
        return answer.rows
    plain = {name: typed for name, typed in answer.params.items() if name not in PAGING}
    return answering({**plain, "limit": str(MAX_ROWS)}).rows


def of_bodies(view: str, given: Given) -> Given:
    """Return the parameters `given` of a view with those names that all views share.

    In the view of bodies, the text that names contain (`text`) becomes the parameter `department`; other views keep
    theirs.
    """
    return {("department" if view == "org" and name == "text" else name): typed for name, typed in given.items()}
