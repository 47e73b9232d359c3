"""Complete the answers of views: add the lines of values, licence and citation, and a caveat on sums.

The graph has one `jx:sourceLine` for a project or a part of one; the lines of single values are only in the ledgers of
the thing's sources. A caveat says how many projects an answer of some years leaves out since their year was not read,
and names the filings whose files declare more than was read of them, since sums over such filings may be incomplete.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from operator import add
from sys import intern
from typing import NamedTuple, NewType

from jixiao.ontology import grouping, properties, terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.server.editions.metadata import Credit
from jixiao.server.editions.protocols import Publication
from jixiao.server.errors import ParameterError
from jixiao.server.http.requests import several
from jixiao.server.views.answers import Answer, Column, Row
from jixiao.server.views.parameters import KINDS, Given, Typed, split
from jixiao.server.views.view_files import EVIDENCE, PAGING
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
            {"zh": f"{each.label['zh']}（行）", "en": f"{each.label['en']} (line)"},
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
_KEPT = ("department", "region")
CONDITIONS = (*_KEPT, "text", "topic", "called", "basis", "outside", "least", "year")
"""Conditions under which the view of money by body and year counts projects."""
_CHARTED = ("by", "of", "version")
_BROAD = {*_KEPT, *PAGING, *_CHARTED, "responsible", "outside", "level", "year", "first", "second", "years"}
"""Parameters on bodies, places and years, which filings have too; all others are conditions on projects or parts."""

Answers = Callable[[str, Given], Sequence[Row]]
"""A function that returns the rows of the view of a name for parameters. Raises ParameterError."""


class Told(NamedTuple):
    """Sentences to add to an answer, each None if it does not apply.

    They are on projects whose year was not read (`undated`), on filings that declare more than was read (`declared`),
    and on amounts of several kinds (`mixed`).
    """

    undated: Bilingual | None = None
    declared: Bilingual | None = None
    mixed: Bilingual | None = None

    def said(self, answer: Answer) -> Bilingual | None:
        """Return the sentences on an answer as one text, None without any.

        The sentences on sums are left out for an answer without money, and that on projects without a year where rows
        are about self-evaluations; a sentence on larger totals (Answer.larger) is added.
        """
        said = [
            answer.larger(),
            (not answer.whole or answer.whole.contested is None) and self.undated,
            *((self.declared, self.mixed) if answer.leading() else ()),
        ]
        return reduce(add, filter(None, said)) if any(said) else None


def declared(answers: Answers, given: Given) -> list[Row]:
    """Return the findings on filings that declare more than was read, for the bodies, regions and years in `given`.

    Empty if `given` asks for what lies outside of a region.
    """
    asked = {"fault": _RULE, **_given(given, _KEPT)}
    try:
        found = [] if "outside" in given else answers("findings", asked)
    except ParameterError:  # names that bear the text are too many to choose among
        found = answers("findings", {name: typed for name, typed in asked.items() if name != "department"})
    return [row for row in found if _is_of_year(given, str(row["filing"]).rpartition("/")[2])]


def _given(given: Given, names: Iterable[str]) -> dict[str, str | Sequence[str]]:
    return {name: given[name] for name in names if several(given.get(name, ""))}


def _is_of_year(given: Given, year: str) -> bool:
    texts = [part for text in several(given.get("year", "")) for part in split(text)]
    years = {getattr(each, "value", "") for text in texts for each in KINDS["year"].read(Typed(text, text, ""))}
    return not years or year in years


def caveat(answers: Answers, given: Given, sources: Collection[str] = ()) -> Bilingual | None:
    """Return the sentence for pages and files on how many files declare other numbers than were read, for `given`.

    None if no file that concerns the answer declares other numbers. Under a condition on projects themselves, only
    files among the answer's `sources` count, since no other file is known to have a project that meets the condition.
    """
    return _told(declared(answers, given), given, sources)


def _told(short: Sequence[Row], given: Given, sources: Collection[str]) -> Bilingual | None:
    if _given(given, given.keys() - _BROAD):
        short = [row for row in short if row["source"] in sources]
    if not short:
        return None
    differing = counted(len(short), "source file states", "source files state")
    zh = en = ""
    if len(short) == 1:
        name = filing_name(str(short[0]["filing"]), str(short[0]["filingName"] or ""))
        said = [str(short[0][column]).rstrip("。.") for column in ("message", "messageEn")]
        zh, en = f"，即{name.zh}（{said[0]}）", f", {name.en} ({said[1]})"
    return Bilingual(
        f"合计和个数可能不全：{len(short)} 份来源文件所称的项目数或金额不是读到的{zh}。",
        f"Sums and counts may be incomplete: {differing} other numbers than were read{en}.",
    )


def money(answers: Answers, given: Given) -> Sequence[Row]:
    """Return rows of the view `spending`, a sum for each body and year, for the conditions in `given`, of all years.

    Parameters other than CONDITIONS are ignored. Empty if a name in `given` fits too many bodies.
    """
    try:
        return answers("spending", {**_given(given, (name for name in CONDITIONS if name != "year")), "sort": "year"})
    except ParameterError:  # names that bear the text are too many to choose among
        return ()


def undated(rows: Sequence[Row], given: Given) -> Bilingual | None:
    """Return the sentence on the projects that an answer of given years leaves out because their year was not read.

    `rows` are the rows of money() for `given`. None if no year is asked for, or if every project has a year.
    """
    number = sum(int(row["projects"] or 0) for row in rows if row["year"] is None)
    if not number or not several(given.get("year", "")):
        return None
    if not _is_of_money(given):
        left_out = counted(number, "project without a year is", "projects without a year are")
        return Bilingual(
            f"另有 {number:,} 个项目没有读到年度，不在其中；合不合这里的其他条件，没有查。",
            f"{left_out} left out; whether the other conditions here are met was not checked.",
        )
    left_out = counted(number, "project that otherwise fits is", "projects that otherwise fit are")
    return Bilingual(
        f"合其他条件的项目另有 {number:,} 个没有读到年度，不在其中。",
        f"{left_out} left out, because no year was read.",
    )


def _is_of_money(given: Given) -> bool:
    """Return True if money() applies all conditions in `given`, so that its rows are about the answer's projects."""
    return not _given(given, given.keys() - {*CONDITIONS, *PAGING, *_CHARTED})


def kinds(rows: Iterable[Row]) -> frozenset[str]:
    """Return the local names of the properties from which the amounts in the rows were taken, such as annualRequest.

    Rows are projects, or sums by body and year.
    """
    found: set[object] = set()
    for row in rows:
        if "annualRequest" in row:
            parts = {name: Decimal(row[column] or 0) for name, column in _SUMMED.items()}
            parts["totalAmount"] = Decimal(row["amount"] or 0) - sum(parts.values())
            found |= {name for name, part in parts.items() if part}
        else:
            found.add(row.get("amountSource"))
    return frozenset(str(each) for each in found if each)


_SUMMED = {"annualRequest": "annualRequest", "narrativeAmount": "narrated"}
"""Columns of money() by the property that a project's amount was taken from; all else is of totals."""


def mixed(rows: Iterable[Row]) -> Bilingual | None:
    """Return the sentence that the amounts in the rows are of several kinds, such as of a year and of a whole term.

    None if they are of one kind.
    """
    if len(kinds(rows)) < 2:
        return None
    return Bilingual(
        "金额不全是一年的：有的是全部年度的总额，有的是说明所称。",
        "Not all amounts are of one year: some are whole-term totals or from narratives.",
    )


class Caveats(bounded_cache.BoundedCache[tuple[Told, Sequence[Row]]]):
    """Cache, by version of the dataset and by parameters in CONDITIONS, of the sentences to add to an answer (Told).

    The rows of declared() are cached with them.
    """

    def __init__(self) -> None:
        super().__init__(1024)

    def of(self, version: str, answers: Answers, given: Given, rows: Sequence[Row] = ()) -> Told:
        """Return the sentences on the answer to `given` in a version of the dataset; `rows` are the answer's rows.

        `answers` gives the rows of a view for parameters. Raises what `answers` raises.
        """
        told, short = self._kept(version, answers, given)
        sources = {str(row["source"]) for row in rows if row.get("source")}
        return told._replace(
            declared=_told(short, given, sources),
            mixed=told.mixed if _is_of_money(given) or "fund" in given else mixed(rows),
        )

    def _kept(self, version: str, answers: Answers, given: Given) -> tuple[Told, Sequence[Row]]:
        conditions = _given(given, sorted(given.keys() - {*PAGING, *_CHARTED}))
        read_from = {name: typed for name, typed in conditions.items() if name in CONDITIONS}
        key = version, _is_of_money(given), *((name, *several(typed)) for name, typed in read_from.items())

        def made() -> tuple[Told, Sequence[Row]]:
            # If no file declares more, none of a body or region does.
            none = _given(given, _KEPT) and not self._kept(version, answers, {})[1]
            rows = money(answers, given)
            of_years = (row for row in rows if _is_of_year(given, str(row["year"])))
            told = Told(undated(rows, given), mixed=mixed(of_years) if _is_of_money(given) else None)
            return told, () if none else declared(answers, given)

        return self.get_or_make(key, made)


def of_bodies(view: str, given: Given) -> Given:
    """Return the parameters `given` of a view, for the functions of this module.

    In the view of bodies, the text that names contain (`text`) becomes the parameter `department`; other views keep
    theirs.
    """
    return {("department" if view == "org" and name == "text" else name): typed for name, typed in given.items()}


def with_caveat(answer: Answer, of: Callable[[Given, Sequence[Row]], Told]) -> Answer:
    """Return an answer with its caveat; `of` returns the sentences for the answer's parameters and rows."""
    return replace(answer, caveat=of(of_bodies(answer.view, answer.params), answer.rows).said(answer))
