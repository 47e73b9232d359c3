"""Adapt the text of a view's query to a request: its conditional blocks, its order, its page, and its totals.

Lines between `# given a b` and `# end` are kept if parameter a or b was given, lines between `# without a b` and `#
end` if neither was. Three names count as given without being parameters: `page` in a query for a page of rows, `whole`
in one that counts all rows, `by_x` in one that sorts by column x. Lines between `# rows` and `# end rows` are a
sub-select that picks the rows and gives their sortable and summed values; the rest of the query looks up other columns
of those rows. This module inserts only text of the file, names of its columns and whole numbers: typed values are bound
afterwards.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

_BLOCK = re.compile(r"^[ \t]*(?:#|--) (given|without) ([\w ]+)\n(.*?)^[ \t]*(?:#|--) end\n", re.MULTILINE | re.DOTALL)
_ROWS = re.compile(r"^[ \t]*# rows\n(.*?)^[ \t]*# end rows\n", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"^[ \t]*# (?:rows|end rows)\n", re.MULTILINE)
_ORDER = re.compile(r"^([ \t]*)ORDER BY (.*)$", re.MULTILINE)
_LIMIT = re.compile(r"^([ \t]*)LIMIT (\d+)(?=\s*(?:\}|\Z))", re.MULTILINE)
_PREFIXES = re.compile(r"\A(?:PREFIX .*\n|\s*\n)*")
_NAME = re.compile(r"\?(\w+)")
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_PART = re.compile(r"\((?:[^()]* AS (\?\w+) *|[^()]*)\)")
_CONDITION = re.compile(r"(?:\w+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\?\w+)")


PAGE, WHOLE = "page", "whole"


def conditions(sparql: str) -> set[str]:
    """Return the names in the file's `# given` lines; a parameter among them is optional."""
    return {name for block in _BLOCK.finditer(sparql) if block[1] == "given" for name in block[2].split()}


def default_limit(sparql: str) -> int:
    """Return the number of the file's last LIMIT, or 0 if it has none."""
    found = _LIMIT.findall(sparql)
    return int(found[-1][1]) if found else 0


def has_rows(sparql: str) -> bool:
    """Tell if the file has a sub-select that picks the rows; without one, a page costs as much as all rows."""
    return _ROWS.search(sparql) is not None


def sortable(sparql: str) -> set[str]:
    """Return the variables that can sort rows: those of the sub-select for rows or, without one, of the query."""
    inner = _ROWS.search(sparql)
    text = inner[1] if inner else sparql
    return set(_NAME.findall(text[: text.index("WHERE")]))


def selected(sparql: str, given: Collection[str]) -> list[str]:
    """Return the variables that the sub-select for rows or, without one, the query selects for given parameters."""
    text = chosen(sparql, given)
    inner = _ROWS.search(text)
    clause = _COMMENT.sub("", inner[1] if inner else _PREFIXES.sub("", text))
    clause, parts = clause[: clause.index("WHERE")], 1
    while parts:  # each pass replaces the innermost parentheses, such as (SUM(?x) AS ?y), by the name after AS
        clause, parts = _PART.subn(lambda part: part[1] or "", clause)
    return _NAME.findall(clause)


def order(sparql: str) -> list[str]:
    """Return the variables by which the query sorts its rows, with - before those in descending order."""
    conditions = [condition[0] for condition in _CONDITION.finditer(_ORDER.findall(sparql)[-1][1])]
    return [
        ("-" if condition.startswith("DESC") else "") + name
        for condition in conditions
        for name in _NAME.findall(condition)
        if not name.startswith("_")
    ]


def fitted(  # noqa: PLR0913, PLR0917 - the parts of one request
    sparql: str, given: Collection[str], order: Mapping[str, str], limit: int, offset: int, rows: str = ""
) -> str:
    """Return the query for the given parameters, cut to `limit` rows from `offset`.

    `order` has conditions of ORDER BY by column, put before the query's own. `rows` is a VALUES block that replaces the
    sub-select for rows; the page is then cut already.
    """
    text = _laid_out(sparql, frozenset(given), tuple(order.items()))
    if rows:
        return _LIMIT.sub(rf"\g<1>LIMIT {limit:d}", _ROWS.sub(lambda _: rows, text))
    window = f"LIMIT {limit:d}" + (f" OFFSET {offset:d}" if offset else "")
    if _ROWS.search(text):
        inner, outer = _LIMIT.subn(rf"\g<1>{window}", text, count=1)[0], f"LIMIT {limit:d}"
        return _LIMIT.sub(rf"\g<1>{outer}", _MARK.sub("", inner))
    return _LIMIT.sub(rf"\g<1>{window}", text)


def summed(sparql: str, given: Collection[str], by: Iterable[str], sums: Iterable[str]) -> str:
    """Return a query that counts and sums all rows, grouped by the variables `by`.

    Its variables are `by`, `rows` (the number of rows) and, for each column c of `sums`, `c_sum` and `c_count` (the
    number of rows with a value).
    """
    text = chosen(sparql, {*given, WHOLE})
    prefixes = _PREFIXES.match(text)
    head = prefixes[0] if prefixes else ""
    inner = _ROWS.search(text)
    body = inner[1] if inner else f"{{ {text.removeprefix(head)} }}\n"
    body = _LIMIT.sub("", _ORDER.sub("", body))
    keys = " ".join(f"?{name}" for name in by)
    figures = " ".join(f"(SUM(COALESCE(?{c}, 0)) AS ?{c}_sum) (COUNT(?{c}) AS ?{c}_count)" for c in sums)
    grouped = f"GROUP BY {keys}" if keys else ""
    return f"{head}SELECT {keys} (COUNT(*) AS ?rows) {figures}\nWHERE {{\n{body}}}\n{grouped}\n"


@lru_cache(maxsize=256)
def _laid_out(sparql: str, given: frozenset[str], order: tuple[tuple[str, str], ...]) -> str:
    """Return the query for a page of rows with the blocks for the given parameters and conditions of ORDER BY."""
    text = chosen(sparql, {*given, PAGE, *(f"by_{name}" for name, _ in order)})
    if not order:
        return text
    conditions = [condition for _, condition in order]
    return _ORDER.sub(lambda own: f"{own[1]}ORDER BY {_before(conditions, own[2])}", text)


def _before(order: Iterable[str], own: str) -> str:
    """Put conditions before those of the query's ORDER BY, without the query's own for the same variable.

    Virtuoso mixes up two conditions on one variable.
    """
    conditions = list(order)
    sorted_by = {name for condition in conditions for name in _NAME.findall(condition)}
    kept = [each[0] for each in _CONDITION.finditer(own) if set(_NAME.findall(each[0])) - sorted_by]
    return " ".join([*conditions, *kept])


def chosen(sparql: str, given: Collection[str]) -> str:
    """Return the file's text with the blocks that the given names ask for, without the other blocks."""

    def kept(block: re.Match[str]) -> str:
        return block[3] if bool(set(block[2].split()) & set(given)) == (block[1] == "given") else ""

    return _BLOCK.sub(kept, sparql)
