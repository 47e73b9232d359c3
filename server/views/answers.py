"""Hold the answer of a view: its columns, rows and counts over all rows; read it from SPARQL results, write it as JSON.

A page shows only a part of the rows; its counts and facets are nevertheless about all of them. This module is separate
from the routes because the command line needs answers without HTTP. Numbers stay exact: a decimal is written as digits,
never through a float.
"""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from functools import reduce
from operator import add
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from jixiao.ontology import terms
from jixiao.ontology.places import division
from jixiao.ontology.reference import reference
from jixiao.ontology.text import bilingual, decimals
from jixiao.ontology.text.money import money
from jixiao.server.editions.metadata import Credit
from jixiao.server.http.signposting import Link
from jixiao.server.query.binding import bindings
from jixiao.server.runtime.turns import looked
from jixiao.server.views.parameters import called
from jixiao.server.views.sentences import sentence
from jixiao.server.views.typed_names import Resolved
from jixiao.server.words import WORDS

Value = str | int | Decimal | None
Row = Mapping[str, Value]


def _headings(text: str) -> str | None:
    """Return the headings in lines such as `2 资金`, each once, in the order of the numbers, with 、 between them.

    None if no line has a heading.
    """
    lines = (line.partition(" ") for line in text.splitlines())
    numbered = sorted((int(number), heading) for number, _, heading in lines if heading)
    return "、".join(dict.fromkeys(heading for _, heading in numbered)) or None


_CODES = ("iri", "concept", "field", "reading", "operator", "outcome", "severity", "status", "text", "date")
COLUMN_TYPES: Mapping[str, Callable[[str], Value]] = {
    **dict.fromkeys(_CODES, str),
    **dict.fromkeys(("iris", "fault"), lambda text: " ".join(sorted(text.split()))),
    **dict.fromkeys(("year", "integer", "line"), int),
    **dict.fromkeys(("yuan", "decimal"), Decimal),
    "property": lambda text: " ".join(sorted({*text.split()})) or None,
    "roles": lambda text: " ".join(code for code in WORDS["roles"] if code in text.split()) or None,
    "headings": _headings,
    "titles": lambda text: "；".join(sorted(text.splitlines())) or None,
}
"""Functions that read the texts of an answer's columns, by type."""


UNLABELLED = bilingual.Bilingual("", "")
"""The label of a column that nobody sees."""
_IN_YUAN = bilingual.Bilingual("（元）", "(yuan)")


@dataclass(frozen=True)
class Column:
    """A column of an answer: the query's variable (`name`), its type, its label by language, and if it is summed.

    `link` is the column whose IRI the values link to. `note` is the column that pages show as a note beside the values.
    `facet` is the parameter that narrows the answer to one of the column's values. `blank` are the words for no value.
    `sort` is the variable that sorts rows by this column, if it is not `name`. `of` is the table's column, if that has
    another name. `how` is the measure of groups that the column is, `only` of some rows, of two `figures`, or `over`
    several groups, `along` an order, or of the `whole`, and `ranges` are those of a number (tabled.py). `labelled` is a
    label with parameters in braces, which replaces `label` in an answer. `more` is True for a column that pages show
    only when asked to, or names the parameters with which pages show it. `asked` names parameters of which one must be
    given for an answer to have the column. A column of one `phase` of money is of the table's column `money`; it has a
    sum of rows that are `alike` in some columns, and no other (figures.py).
    """

    name: str
    type: str
    label: bilingual.Bilingual
    link: str | None = None
    sum: bool = False
    note: str | None = None
    facet: str | None = None
    blank: bilingual.Bilingual | None = None
    sort: str | None = None
    of: str | None = None
    how: str | None = None
    only: Sequence[Mapping[str, Any]] = ()
    figures: Sequence[str] = ()
    over: Sequence[str] = ()
    along: str | None = None
    whole: bool = False
    ranges: Sequence[str] = ()
    labelled: bilingual.Bilingual | None = None
    more: bool | Sequence[str] = False
    asked: Sequence[str] = ()
    phase: str | None = None
    money: str | None = None
    alike: Sequence[str] = ()

    def titled(self, given: Mapping[str, str]) -> "Column":
        """Return the column with the texts typed for parameters (`given`) filled into its `labelled`, as its label.

        A column without `labelled` is returned unchanged.
        """
        return replace(self, label=self.labelled.filled(**given)) if self.labelled else self

    def heading(self, language: str) -> str:
        """Return the label in a language, with the unit of money, which the cells of tables for people lack."""
        return bilingual.in_language(self.label + _IN_YUAN if self.type == "yuan" else self.label, language)

    def words(self, value: Value) -> bilingual.Bilingual | None:
        """Return the words for a value that is a code, or for a missing value; None if the value itself is shown."""
        if value is None:
            return self.blank
        table = called() if self.type in ("property", "concept") else WORDS.get(self.type, {})
        codes = str(value).split()
        return bilingual.listed(table[code] for code in codes) if codes and table.keys() >= {*codes} else None

    def worded(self, value: Value) -> bilingual.Bilingual:
        """Return a value as people say it: money with its unit, numbers with commas, words for a code or no value."""
        if isinstance(value, int | Decimal) and self.type == "yuan":
            return money(value)
        text = written(value)
        if isinstance(value, int | Decimal) and self.type != "year":
            text = decimals.digits(value, grouped=True)
        return self.words(value) or bilingual.Bilingual(text, text)

    def words_in(self, row: Row) -> bilingual.Bilingual | None:
        """Return the words for this column's value in a row, or None if the value itself is shown.

        These are the words that `words` returns for the value. If it returns none, they are the name of the division or
        the term of the vocabulary to which the value links.
        """
        linked = str(row.get(self.link) or "") if self.link else ""
        term = reference().get(linked)
        return self.words(row[self.name]) or (term.label if term else division(linked))


def stated_columns(path: Path) -> tuple[Column, ...]:
    """Return the columns that a TOML file states: for each name the label in Chinese and in English, and the type."""
    stated = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Column(name, kind, bilingual.Bilingual(zh, en)) for name, (zh, en, kind) in stated.items())


def written(value: Value) -> str:
    """Return a value as text, "" for None; a number is written with all its digits, without an exponent."""
    return decimals.digits(value) if value is not None and not isinstance(value, str) else value or ""


def for_people(columns: Sequence[Column]) -> list[Column]:
    """Return the columns in the order for tables that people read: columns with IRIs after all others."""
    return sorted(columns, key=lambda column: column.type == "iri")


_UNBOUND = {"value": ""}


def read_rows(results: bytes, columns: Sequence[Column]) -> list[Row]:
    """Return the rows of SPARQL 1.1 Query Results JSON as typed values by column.

    An unbound variable is None, and so is an empty text, which engines differ in giving for a GROUP_CONCAT of nothing.
    """
    readers = [(column.name, COLUMN_TYPES[column.type]) for column in columns]
    return [
        {name: read(binding[name]["value"]) if binding.get(name, _UNBOUND)["value"] else None for name, read in readers}
        for binding in bindings(results)
    ]


PARTIAL = "partial"
"""The column with 1 for a project read in part, or with the number of these in a group."""
CONTESTED = "contested"
"""The column with 1 for a row of self-evaluations that disagree with another."""


def read_in_part(row: Row) -> bool:
    """Return True if the project or filing of a row, or one of the projects that the row counts, was read in part.

    False if all that may be missing stands behind its last line.
    """
    return bool(row.get(PARTIAL)) or (row.get("readingStatus") == "partial" and not row.get("lastLine"))


MANY = 20
"""Most values of a facet that are shown, the most frequent ones."""


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: `value` as the parameter takes it, `label` for readers, and the number of its `rows`."""

    value: str
    label: str
    rows: int


Facets = Mapping[str, Sequence[FacetValue]]
"""The values of each facet, by the parameter that narrows the answer to one of them."""


class Head(NamedTuple):
    """The head of an answer, and sentences for the line beneath it and to fold away, the most important first.

    `declared` is True if the last one is on files that declare more than was read of them.
    """

    said: bilingual.Bilingual = bilingual.Bilingual("", "")
    told: tuple[bilingual.Bilingual, ...] = ()
    declared: bool = False


_TERM = bilingual.Bilingual("全部年度，一年或几年", "whole term, of one year or several")
"""Words for the period of amounts of whole terms, within brackets."""


@dataclass(frozen=True)
class Sum:
    """A sum of money of one phase, year and period, and the number of `rows` that have such money.

    `fund` is that of a table of funds, and `of_fund` the period that it has there.
    """

    year: Value
    phase: str
    period: str | None
    fund: str | None
    of_fund: str | None
    rows: int
    amount: Decimal

    @property
    def likeness(self) -> tuple[Value, ...]:
        """The values that amounts of one sum have in common."""
        return self.year, self.phase, self.period, self.fund, self.of_fund

    @property
    def is_of_term(self) -> bool:
        """True if its amounts are of whole terms, not of one year."""
        return self.period == reference()[f"{terms.VOCAB}amount-period/term"].label.zh

    def to_dict(self) -> dict[str, Any]:
        """Return the sum as JSON values, without what no amount of it has."""
        members = {"year": self.year, "kind": self.phase, "period": self.of_fund or self.period, "fund": self.fund}
        members |= {"amountPeriod": self.period if self.of_fund else None}
        kept = {name: value for name, value in members.items() if value is not None or name in ("year", "kind")}
        return {**kept, "rows": self.rows, "amount": self.amount}

    @property
    def words(self) -> bilingual.Bilingual:
        """The amount with its phase, its fund if it has one, and the whole term if it is of that."""
        amount, phase = money(self.amount, in_yuan=True), called()[self.phase]
        worded = bilingual.Bilingual(f"{phase.zh} {amount.zh}", f"{amount.en} {phase.en}")
        for words in filter(None, (called().get(str(self.fund)), _TERM if self.is_of_term else None)):
            worded += bilingual.Bilingual(f"（{words.zh}）", f"({words.en})")
        return worded


def year_words(year: Value) -> bilingual.Bilingual:
    """Return the words for the year of a sum."""
    return (
        bilingual.Bilingual(f"{year} 年", f"{year}") if year else bilingual.Bilingual("年度没有读到的", "year not read")
    )


@dataclass(frozen=True)
class Whole:
    """Counts over all rows of an answer.

    `sums` maps each summed column to its sum, if the column has any value, and `stated` maps the column to the number
    of its values. `projects` is the number of projects, `with_amount` the number of projects with an amount, and
    `partial` the number read in part; each is None if rows are not about projects. `contested` is the number of rows
    with self-evaluations that disagree with another one, None if rows are not about self-evaluations. `evaluations` is
    the number of self-evaluations read in part that rows come from. `facets` has the values of each facet with their
    numbers of rows. `unnamed` is the number of rows that are groups of what was not read, and `of_none` that of the
    table's rows in them. `parts` are the sums of money, the newest first, none for an answer without money, and
    `of_all` those that conditions on sums would leave out, too. `undated`
    is the number of the table's rows that an answer of given years leaves out since their year was not read, and
    `unpriced` that of those which one of given kinds of amounts leaves out; `in_part_priced` is the number of projects
    without an amount of which other money was read. `omitted` has the number of those that the view itself or a bound
    leaves out, by the words for what was not read of them, and `unranked` that of the rows without what orders them.
    `lacking` has the number of rows without an amount by the column of a side's sum, if sums are of some rows each.
    `odd` is the number of values that the tables asked cannot hold. `main` is the phase of the sums that order groups
    or meet conditions. `filed` are the numbers of bodies on each side of two years, and on both. `unsure` is the number
    of rows of which it is not known that they lack what the answer asks for the lack of; None if it asks for none.
    `mixed` has the number of groups whose money is of several years or periods, by the column that does not add it up,
    `largest` the group with the largest sum of one year and period, and `mixed_left_out` the number of groups that a
    condition on sums leaves out.
    """

    rows: int
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    stated: Mapping[str, int] = field(default_factory=dict)
    projects: int | None = None
    with_amount: int | None = None
    partial: int | None = None
    contested: int | None = None
    evaluations: int = 0
    facets: Facets = field(default_factory=dict)
    unnamed: int = 0
    of_none: int = 0
    parts: Sequence[Sum] = ()
    of_all: Sequence[Sum] = ()
    undated: int = 0
    unpriced: int = 0
    in_part_priced: int = 0
    omitted: Sequence[tuple[bilingual.Bilingual, int]] = ()
    unranked: Sequence[tuple[bilingual.Bilingual, int]] = ()
    lacking: Row = field(default_factory=dict)
    odd: int = 0
    main: str | None = None
    filed: Sequence[int] = ()
    unsure: int | None = None
    mixed: Mapping[str, int] = field(default_factory=dict)
    largest: Mapping[str, tuple[Row, Sum]] = field(default_factory=dict)
    mixed_left_out: int = 0

    def has(self, column: Column) -> bool:
        """Return False for a sum of money, or its number of rows, of a phase that no row has."""
        counted = column.name if column.how == "with" else column.note
        return column.phase is None or not counted or self.sums.get(counted) != 0

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as JSON values, without facets and without those that are None or do not apply."""
        counts = {"rows": self.rows, "projects": self.projects, "withAmount": self.with_amount, "partial": self.partial}
        counts |= {CONTESTED: self.contested, "notRead": self.unnamed or None, "undated": self.undated or None}
        members = {name: count for name, count in counts.items() if count is not None}
        parts = {"parts": [part.to_dict() for part in self.parts]} if self.parts else {}
        return {**members, "sums": self.sums, **parts}


def summed_variables(columns: Sequence[Column]) -> list[str]:
    """Return the columns of a table that the counts of an answer sum up: its summed columns, and two flags of rows.

    The flags are of rows read in part and of rows contested by another self-evaluation; each is left out if no column
    of the answer states it, or if its rows are measures of groups.
    """
    names = [column.name for column in columns if column.sum]
    if any(column.how for column in columns):
        return names
    read = any(column.type == "reading" for column in columns) and PARTIAL not in names
    contested = any(column.name == "disputed" and not column.sum for column in columns)
    return [*names, *([PARTIAL] if read else ()), *([CONTESTED] if contested else ())]


@dataclass(frozen=True)
class Word:
    """A word: its name, and the texts of which one stands where the word does."""

    name: str
    texts: tuple[str, ...]

    @property
    def said(self) -> str:
        """The name, with the texts that mean it unless it is itself the only one."""
        listed = "、".join(self.texts)
        return self.name if self.name == listed else f"{self.name}: {listed}"


@dataclass(frozen=True)
class Mentioned:
    """The numbers of rows with each word, of the `rows` with all words, and `of` all rows that meet the conditions.

    `first` is the answer for rows with all words, and `every` that for all rows, in the order that is asked for. `slot`
    is the column that the words were looked for in.
    """

    words: tuple[tuple[Word, int], ...]
    rows: int
    of: int
    first: "Answer"
    every: "Answer"
    slot: str = "texts.text"

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        words = [{"word": word.name, "texts": list(word.texts), "rows": rows} for word, rows in self.words]
        return {"words": words, "mentioned": {"all": self.rows, "of": self.of}}

    @property
    def head(self) -> bilingual.Bilingual:
        """The sentence that tells how many rows mention the words."""
        words = [word.said for word, _ in self.words]
        some = [sentence("word-count", word=word.name, rows=rows) for word, rows in self.words if rows]
        if self.rows:
            code = "one-mentions" if self.rows == 1 else "some-mention"
        elif some:
            code = "none-mentions-all"
        else:
            code = "the-only-one" if self.of == 1 else "none-mentions"
        where = sentence("searched-names" if self.slot == "name" else "searched-texts")
        return sentence(code, number=self.of, rows=self.rows, words=words, some=some, where=where)

    def stated(self, of_first: bilingual.Bilingual | None, of_all: bilingual.Bilingual | None) -> bilingual.Bilingual:
        """Return the head with what is told of the rows with all words, and of all rows; never one of them alone."""
        head = self.head
        if of_all is None:
            return head
        if self.rows and of_first is not None:
            head = sentence("labelled", label=head, value=of_first)
        return sentence("and-all", first=head, number=self.of, every=of_all)


@dataclass(frozen=True)
class Near:
    """A suggestion for a value that matched nothing: the parameter, a similar `value` for it, and a `label`."""

    parameter: str
    value: str
    label: str


@dataclass(frozen=True)
class Answer:
    """The answer of a view, with all that is needed to cite it.

    `params` are the parameters as typed, `sparql` is the query (None if it is too long to be run), and `truncated` is
    True if more rows follow. `message` (zh, en) is present if there are no rows, and `near` then offers similar values.
    `resolved` lists the things that typed names were taken to mean. `credit` is None outside a published dataset,
    `whole` is None if all rows were not counted. `head` words all this (heads.py). `of` is what answers: a view, or a
    table. `mentioned` tells of words by which rows are ordered, and `sentence` the answer in short; `beyond` is the row
    that follows.
    """

    view: str
    params: Mapping[str, str | Sequence[str]]
    dataset_version: str
    truncated: bool
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sparql: str | None
    message: Mapping[str, str] | None
    credit: Credit | None = None
    whole: Whole | None = None
    resolved: tuple[Resolved, ...] = ()
    near: tuple[Near, ...] = ()
    head: Head = field(default_factory=Head)
    of: str = "view"
    mentioned: Mentioned | None = None
    sentence: bilingual.Bilingual | None = None
    beyond: tuple[Row, ...] = ()

    @property
    def unqueried(self) -> bilingual.Bilingual:
        """The sentence in place of a query."""
        return sentence("unqueried")

    @property
    def links(self) -> tuple[Link, ...]:
        """Links that every form of the answer carries: to the licence, and to the version to cite."""
        return () if self.credit is None else self.credit.links

    @property
    def caveat(self) -> bilingual.Bilingual | None:
        """All that is told of the answer besides its head, as one text."""
        return reduce(add, self.head.told) if self.head.told else None

    def to_json(self, about: Mapping[str, Any] = MappingProxyType({})) -> str:
        """Return the answer as JSON with one row per line (docs/design.md, "Answers").

        Members without a value are left out. The members `about` come first, and take the place of the answer's own.
        """
        rows = ",\n  ".join(_text(row) for row in looked(self.rows))
        credit, head = self.credit, self.head.said
        is_of_sources = any(column.name == "source" for column in self.columns)
        sources = dict.fromkeys(filter(None, (row.get("source") for row in self.rows)))
        members = {
            self.of: self.view,
            "params": self.params,
            "dataset_version": self.dataset_version,
            "truncated": self.truncated,
            "columns": [{"name": each.name, "label": each.label, "type": each.type} for each in self.columns],
            "version": credit and credit.iri,
            "license": credit and credit.license,
            "rights": credit and {"zh": credit.rights.zh, "en": credit.rights.en},
            "resolved": [_renamed(thing) for thing in self.resolved] or None,
            "rows": (),
            "whole": self.whole and self.whole.to_dict(),
            **(self.mentioned.to_dict() if self.mentioned else {}),
            "sources": [*sources] if is_of_sources else None,
            "head": head if head.zh else None,
            "sentence": self.sentence,
            "caveat": self.caveat,
            "message": self.message,
            "near": [_renamed(near) for near in self.near] or None,
            "sparql": "",
            "unqueried": self.unqueried if self.sparql is None else None,
        }
        texts = {name: _text(value) for name, value in members.items() if value is not None}
        texts |= {"rows": f"[\n  {rows}\n ]" if rows else "[]", "sparql": _text(self.sparql)}
        first = {name: _text(value) for name, value in about.items()}
        lines = (f"{_text(name)}: {text}" for name, text in {**first, **texts, **first}.items())
        return "{\n " + ",\n ".join(lines) + "\n}\n"


def _renamed(thing: "Resolved | Near") -> dict[str, str]:
    """Return the fields of a thing for JSON."""
    fields = asdict(thing)
    return {"param": fields.pop("parameter"), **fields}


def _text(value: object) -> str:
    """Return a value as JSON; a decimal has all its digits."""
    if isinstance(value, Decimal):
        return decimals.digits(value)
    if isinstance(value, bilingual.Bilingual):
        value = asdict(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join([f"{_plain(name)}: {_text(member)}" for name, member in value.items()]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    return _plain(value)


_plain = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make an encoder for each value
