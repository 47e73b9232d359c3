"""Complete the answers of views: add the lines of values, licence and citation, and a caveat on sums.

The graph has one `jx:sourceLine` for a project or a part of one; the lines of single values stand in the ledgers of the
thing's sources alone. A caveat tells how many projects an answer of some years leaves out since their year was not
read, and names the filings whose files declare more than was read of them, since sums over such filings may be
incomplete.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from sys import intern
from typing import NewType

from jixiao.ontology import grouping, properties, terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.server.editions.metadata import Credit
from jixiao.server.editions.protocols import Publication
from jixiao.server.errors import ParameterError
from jixiao.server.views.answers import Answer, Column, Row
from jixiao.server.views.parameters import KINDS, Given, Typed, several, split
from jixiao.server.views.view_files import EVIDENCE, PAGING
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
    """Cache of the lines of a dataset's ledgers, some 20 kilobytes for each project of a source."""

    def __init__(self, store: Publication) -> None:
        super().__init__(64)
        self._store = store

    def of(self, source: str) -> FactLines:
        """Return the lines of a source, given by IRI; none if the source is unknown or has no ledger."""
        try:
            record = self._store.source(source.rpartition("/")[2])
        except SourceMissingError:
            return FactLines({})
        key = record.sha256, record.revision
        lines = self.get(key)
        if lines is None:
            ledger = self._store.ledger(record.sha16)["lines"]
            lines = FactLines(
                grouping.by_keys(
                    (fact["node"], intern(fact["property"]), entry["n"])
                    for entry in ledger
                    for fact in entry["facts"]
                    if "valueless" not in fact
                )
            )
            if lines:  # an endpoint's source may get its ledger later
                self.put(key, lines)
        return lines


def line(lines: FactLines, thing: str, name: str, values: int = 1) -> int | None:
    """Return the line of the value of a thing's property, the first line if the value is printed several times.

    A derived property has the line of the property that it was taken from, which may be one of the project's filing. If
    the property has several `values`, the ledger does not tell which of its lines is whose: the answer is None unless
    there is only one line.
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
    rows = tuple({**row, **{of.name: _line(row, name, ledgers) for name, of in more.items()}} for row in answer.rows)
    with_more = (each for column in answer.columns for each in (column, more.get(column.name)) if each)
    return replace(answer, columns=tuple(with_more), rows=rows)


def _of_property(row: Row, ledgers: LedgerLines, values: int) -> Row:
    """Return a row with the line of its property, if it has no line and is not about a part of the project.

    The project has so many `values` of the property.
    """
    if row["line"] is not None or row["itemIri"] is not None:
        return row
    own = ledgers.of(str(row["source"]))
    return {**row, "line": line(own, str(row["project"]), str(row["property"]), values)}


def _line(row: Row, name: str, ledgers: LedgerLines) -> int | None:
    """Return the line of the value of a property, by local name, of the project in a row."""
    return line(ledgers.of(str(row["source"])), str(row["project"]), terms.JX + name)


def _is_read(column: Column) -> bool:
    """Return True for a column with the values, as words or figures, of a property that projects have."""
    term = reference().get(terms.JX + column.name)
    return term is not None and terms.Project in term.domains and column.type in ("text", "concept", "year", "yuan")


_RULE = "CoverNotRead"
_KEPT = ("department", "region")
_CHARTED = ("by", "of", "version")
_BROAD = {*_KEPT, *PAGING, *_CHARTED, "responsible", "outside", "level", "year", "first", "second", "years"}
"""Parameters on bodies, places and years, which filings have too; all others are conditions on projects or parts."""

Told = tuple[Bilingual | None, Bilingual | None]
"""The sentences of undated() and of caveat() for the same parameters."""


def declared(answers: Callable[[str, Given], Sequence[Row]], given: Given) -> list[Row]:
    """Return the findings on filings of the bodies, regions and years in `given`; none if it leaves regions out.

    `answers` returns rows of the view of a name for parameters.
    """
    texts = [part for text in several(given.get("year", "")) for part in split(text)]
    years = {getattr(year, "value", "") for text in texts for year in KINDS["year"].read(Typed(text, text, ""))}
    asked = {"fault": _RULE, **{name: given[name] for name in _KEPT if several(given.get(name, ""))}}
    try:
        found = [] if "outside" in given else answers("findings", asked)
    except ParameterError:  # names that bear the text are too many to choose among
        found = answers("findings", {name: typed for name, typed in asked.items() if name != "department"})
    return [row for row in found if not years or str(row["filing"]).rpartition("/")[2] in years]


def caveat(
    answers: Callable[[str, Given], Sequence[Row]], given: Given, sources: Collection[str] = ()
) -> Bilingual | None:
    """Return the sentence on sums for `given`, for pages and files, on how many files declare other numbers.

    None if no file does that has to do with the answer. Under a condition on projects themselves these are only files
    among the answer's `sources`, since no other one is known to have a project that meets the condition.
    """
    return _told(declared(answers, given), given, sources)


def _told(short: Sequence[Row], given: Given, sources: Collection[str]) -> Bilingual | None:
    if _is_on_projects(given):
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


def undated(answers: Callable[[str, Given], Sequence[Row]], given: Given) -> Bilingual | None:
    """Return the sentence on projects that an answer of some years leaves out since their year was not read.

    None if no year is asked for, or if no project of the bodies and regions in `given` lacks its year. `answers`
    returns rows of the view of a name for parameters.
    """
    if not several(given.get("year", "")):
        return None
    asked = {name: given[name] for name in _KEPT if several(given.get(name, ""))}
    try:
        rows = answers("spending", {**asked, "sort": "year"})
    except ParameterError:  # names that bear the text are too many to choose among
        return None
    number = sum(int(row["projects"] or 0) for row in rows if row["year"] is None)
    if not number:
        return None
    if _is_on_projects(given) or "outside" in given:
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


class Caveats(bounded_cache.BoundedCache[tuple[Bilingual | None, Sequence[Row]]]):
    """Cache of undated() and declared() by version of the dataset, for which most answers ask."""

    def __init__(self) -> None:
        super().__init__(1024)

    def of(
        self,
        version: str,
        answers: Callable[[str, Given], Sequence[Row]],
        given: Given,
        sources: Collection[str] = (),
    ) -> Told:
        """Return the sentences for `given` in a version. Raises as `answers` does."""
        left_out, short = self._kept(version, answers, given)
        return left_out, _told(short, given, sources)

    def _kept(
        self, version: str, answers: Callable[[str, Given], Sequence[Row]], given: Given
    ) -> tuple[Bilingual | None, Sequence[Row]]:
        read_from = {name: tuple(several(given.get(name, ""))) for name in (*_KEPT, "year")}
        key = version, "outside" in given, _is_on_projects(given), *read_from.values()

        def made() -> tuple[Bilingual | None, Sequence[Row]]:
            # If no file declares more, none of a body or region does.
            none = any(read_from[name] for name in _KEPT) and not self._kept(version, answers, {})[1]
            return undated(answers, given), () if none else declared(answers, given)

        return self.get_or_make(key, made)


def _is_on_projects(given: Given) -> bool:
    """Return True if parameters are conditions on projects or their parts, which filings as wholes do not meet."""
    return any(several(typed) for name, typed in given.items() if name not in _BROAD)


def of_bodies(view: str, given: Given) -> Given:
    """Return the parameters of a view; the text that the names in a list of bodies contain is that of their filings."""
    return {("department" if view == "org" and name == "text" else name): typed for name, typed in given.items()}


def filing_name(iri: str, label: str) -> Bilingual:
    """Return the name of a filing: its label, which is Chinese, and in English its body with the year."""
    year = iri.rpartition("/")[2]
    zh, en = ("", "") if year == "0" else (f"（{year}）", f" ({year})")
    body = label.removesuffix("绩效目标申报").removesuffix("年度").removesuffix(year)
    return Bilingual(
        label or f"没有读到机构的申报{zh}", f"{body}{en}" if label else f"Filing of a body that was not read{en}"
    )


def with_caveat(answer: Answer, of: Callable[[Given, Collection[str]], Told]) -> Answer:
    """Return an answer with the sentences that `of` returns for its parameters; that on sums needs sums of money.

    The sentence of Answer.ranked() goes before them.
    """
    sources = {str(row["source"]) for row in answer.rows if row.get("source")}
    left_out, short = of(of_bodies(answer.view, answer.params), sources)
    told = [each for each in (answer.ranked(), left_out, short if answer.leading() else None) if each]
    return replace(answer, caveat=reduce(add, told)) if told else answer
