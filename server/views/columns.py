"""Columns of a view's answer, and how values of each type are read from SPARQL results and shown to people."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.server.query.binding import bindings

Value = str | int | Decimal | None
Row = Mapping[str, Value]

WORDS: Mapping[str, Mapping[str, Bilingual]] = {
    kind: {code: Bilingual(*words) for code, words in table.items()}
    for kind, table in tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")).items()
}
"""Words for codes, by type of column and code: programs get the code, people the word."""


def _headings(text: str) -> str | None:
    """Return the headings of lines such as `2 资金`, sorted by number, each once, as one text; None without any."""
    lines = (line.partition(" ") for line in text.splitlines())
    numbered = sorted((int(number), heading) for number, _, heading in lines if heading)
    return "、".join(dict.fromkeys(heading for _, heading in numbered)) or None


COLUMN_TYPES: Mapping[str, Callable[[str], Value]] = {
    "iri": str,
    "fault": str,
    "property": str,
    "reading": str,
    "operator": str,
    "roles": lambda text: " ".join(code for code in WORDS["roles"] if code in text.split()) or None,
    "severity": str,
    "text": str,
    "headings": _headings,
    "date": str,
    "year": int,
    "integer": int,
    "line": int,
    "yuan": Decimal,
    "decimal": Decimal,
}


@dataclass(frozen=True)
class Column:
    """A column of an answer: the query's variable, the type, the label by language, and whether its values are summed.

    `link` is the column whose IRI the values link to; `note` the column that pages show as a note beside the values;
    `facet` the parameter that narrows the answer to one of the column's values; `blank` the words for no value; `sort`
    the variable that sorts rows by this column, if it is another; `labelled` a label with parameters in braces, which
    replaces `label` in an answer.
    """

    name: str
    type: str
    label: Mapping[str, str]
    link: str | None
    sum: bool
    note: str | None = None
    facet: str | None = None
    blank: Bilingual | None = None
    sort: str | None = None
    labelled: Mapping[str, str] | None = None

    def titled(self, given: Mapping[str, str]) -> "Column":
        """Return the column with the texts typed for parameters (`given`) filled into `labelled`, if it has one."""
        if self.labelled is None:
            return self
        return replace(self, label={language: text.format_map(given) for language, text in self.labelled.items()})

    def words(self, value: Value) -> Bilingual | None:
        """Return the words for a value that is a code, or for no value; None for a value that is shown as it is."""
        if value is None:
            return self.blank
        table = WORDS.get(self.type, {})
        words = [table[code] for code in str(value).split() if code in table]
        return Bilingual("、".join(each.zh for each in words), ", ".join(each.en for each in words)) if words else None


def written(value: Value) -> str:
    """Return a value as text, "" for None; a number is written with all its digits, without an exponent."""
    if value is None:
        return ""
    return value if isinstance(value, str) else digits(value)


def for_people(columns: Sequence[Column]) -> list[Column]:
    """Return the columns in the order for tables that people read: those with IRIs last."""
    return sorted(columns, key=lambda column: column.type == "iri")


def read_rows(results: bytes, columns: Sequence[Column]) -> list[Row]:
    """Return the rows of SPARQL 1.1 Query Results JSON as typed values by column; an unbound variable is None."""
    readers = [(column.name, COLUMN_TYPES[column.type]) for column in columns]
    return [
        {name: read(binding[name]["value"]) if name in binding else None for name, read in readers}
        for binding in bindings(results)
    ]
