"""Columns and filters of the index's tables of facts, which the headers of views name (fact_query.py writes the SQL).

In SQL `x` is a row of the table (store/index/tables.sql). A filter has {given} for the
values of its parameters, and {name} for the first of these parameters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

_DEPARTMENT = "x.unit IN (SELECT unit FROM role WHERE body IN {given})"
_REGION = "x.unit IN (SELECT unit FROM placed WHERE place IN {given})"
_CARRIES = (
    "r.role = 'implementingUnit' AND NOT EXISTS (SELECT 1 FROM role d"
    " WHERE d.unit = r.unit AND d.body = r.body AND d.role = 'department')"
)
_WORD = "(SELECT text FROM word WHERE id = {code})"


@dataclass(frozen=True)
class FactTable:
    """One table of facts, described by pieces of SQL.

    `origin` is the FROM clause for groups, `looked` for a page of few matching rows, and `walked` for reading rows in
    the order of the answer. `columns` are the values of a row by name. `codes` are for columns stored as numbers: the
    stored column, by which rows are grouped, and the SQL for its value, with {code} for the number. `sorts` has SQL
    that sorts as a column does but by an index. `filters` are conditions; `name look` replaces `name` if few rows
    match. `expressions` are common table expressions that filters read.
    """

    origin: str
    columns: Mapping[str, str]
    filters: Mapping[str, str]
    looked: str = ""
    walked: str = ""
    codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sorts: Mapping[str, str] = field(default_factory=dict)
    expressions: Mapping[str, str] = field(default_factory=dict)

    def code(self, column: str) -> tuple[str, str]:
        """Return two pieces of SQL: the expression to group rows by for a column, and the column's value.

        {code} in the second stands for the result of the first.
        """
        return self.codes.get(column) or (self.columns[column], "{code}")


def _words(column: str) -> str:
    return "x.{column} IN (SELECT id FROM word WHERE text IN {given})".replace("{column}", column)


def _own(*names: str) -> dict[str, str]:
    return {name: f"x.{name}" for name in names}


TABLES: Mapping[str, FactTable] = {
    "project": FactTable(
        "project x",
        {
            **_own(
                *("iri", "body", "department", "year", "amount", "narrated", "fiscal", "carried", "other", "partial"),
                *("citations", "key", "unit"),
            ),
            "roles": "(SELECT replace(group_concat(DISTINCT r.role), ',', ' ') FROM role r"
            " WHERE r.unit = x.unit AND r.body IN (SELECT value FROM json_each(:department)))",
            "cited": "(SELECT count(DISTINCT c.basis) FROM citation c"
            " WHERE c.unit = x.unit AND c.basis IN (SELECT value FROM json_each(:document)))",
        },
        {
            "department": _DEPARTMENT,
            "region": _REGION,
            "year": "x.year IN {given}",
            "answered": "x.year IN {given} AND x.body IS NOT NULL",
            "basis": "x.unit IN (SELECT unit FROM citation WHERE basis IN {given})",
            "category": "x.unit IN (SELECT unit FROM category WHERE value IN {given})",
            # SQLite evaluates the first word once; the sub-select for further words runs for each row.
            "label": "(instr('\"' || x.label || '\"', :{name} ->> 0) OR (:{name} ->> 1 IS NOT NULL"
            " AND EXISTS (SELECT 1 FROM {given} t WHERE instr('\"' || x.label || '\"', t.value))))",
            "label look": "x.unit IN (SELECT q.unit FROM {given} t CROSS JOIN project q"
            " WHERE instr('\"' || q.label || '\"', t.value))",
            "goal": "x.unit IN (SELECT g.unit FROM {given} t CROSS JOIN goal g WHERE instr(g.text, t.value))",
            "least": "x.amount >= (SELECT min(value) FROM {given})",
            "most": "x.amount <= (SELECT max(value) FROM {given})",
            "above": "x.amount > (SELECT min(value) FROM {given})",
            "below": "x.amount < (SELECT max(value) FROM {given})",
        },
    ),
    "indicator": FactTable(
        "indicator x",
        {
            "iri": "p.iri || '#i' || x.n",
            "project": "p.iri",
            "year": "p.year",
            "key": "p.key || printf('%04d', x.n)",
            "target": "x.value",
            "department": "p.department",
            "unit": "x.unit",
        },
        {
            "department": _DEPARTMENT,
            "region": _REGION,
            "year": "x.cell IN (SELECT id FROM cell WHERE year IN {given})",
            "type": f"({' OR '.join(map(_words, ('type_word', 'level1_word', 'level2_word')))})",
            "name": _words("name_word"),
            "text": "x.name_word IN (SELECT w.id FROM {given} t CROSS JOIN word w WHERE instr(w.small, t.value))",
            "operator": _words("operator_word"),
            "measure": _words("measure_word"),
            "project": "x.unit IN (SELECT q.unit FROM {given} t CROSS JOIN project q"
            " WHERE instr('\"' || q.label || '\"', t.value))",
            "below": "x.value < (SELECT max(value) FROM {given})",
            "above": "x.value > (SELECT min(value) FROM {given})",
            "least": "x.value >= (SELECT min(value) FROM {given})",
            "most": "x.value <= (SELECT max(value) FROM {given})",
        },
        looked="indicator x CROSS JOIN project p ON p.unit = x.unit",
        walked="project p CROSS JOIN indicator x INDEXED BY indicator_unit ON x.unit = p.unit",
        codes={
            "body": ("x.cell", "(SELECT body FROM cell WHERE id = {code})"),
            "year": ("x.cell", "(SELECT year FROM cell WHERE id = {code})"),
            "name": ("x.name_word", _WORD),
            "operator": (
                "x.operator_word",
                "(SELECT substr(text, instr(text, '#') + 1) FROM word WHERE id = {code})",
            ),
            "measure": ("x.measure_word", _WORD),
        },
        sorts={"key": "p.key, x.n"},
    ),
    "citation": FactTable(
        "citation x",
        _own("basis", "body", "year", "amount", "partial", "unit"),
        {
            "department": _DEPARTMENT,
            "region": _REGION,
            "year": "x.year IN {given}",
            "project": "+x.unit IN (SELECT p.unit FROM {given} t CROSS JOIN project p"
            " WHERE instr('\"' || p.label || '\"', t.value))",
            "basis": "x.basis IN {given}",
            "answered": "x.basis IN {given} AND x.body IS NOT NULL",
            "together": "x.basis NOT IN {given} AND x.unit IN (SELECT c.unit FROM citation c WHERE c.basis IN {given})",
            "words": "x.basis IN (SELECT iri FROM named)",
        },
        expressions={
            "words": "named AS MATERIALIZED (SELECT d.iri AS iri FROM document d WHERE"
            " EXISTS (SELECT 1 FROM {given} t WHERE instr(d.words, t.value)))"
        },
    ),
    # Projects of the bodies that answer for them, carry them out or file them, a row for each role.
    "part": FactTable(
        "role r JOIN project x ON x.unit = r.unit",
        {
            **_own("year", "unit"),
            "holder": "r.body",
            "answers": "iif(r.role = 'department', 1, NULL)",
            "answered": "iif(r.role = 'department', x.amount, NULL)",
            "undated": "iif(r.role = 'department' AND x.year IS NULL, 1, NULL)",
            "carries": f"iif({_CARRIES}, 1, NULL)",
            "carried": f"iif({_CARRIES}, x.amount, NULL)",
        },
        {
            "holder": "r.body IN {given}",
            "called": "r.body IN (SELECT iri FROM called)",
            "region": _REGION,
            "year": "x.year IN {given}",
        },
        expressions={
            "called": "called AS MATERIALIZED (SELECT :base || 'id/' || u.name AS iri FROM name n"
            " JOIN unit u ON u.id = n.unit WHERE n.kind = 1"
            " AND EXISTS (SELECT 1 FROM {given} t WHERE instr(lower(n.text), t.value)))"
        },
    ),
    "finding": FactTable(
        "finding x",
        {
            **_own("series", "n", "unit"),
            "iri": ":base || 'graph/report/' || x.source || '#' || x.series || x.n",
            "file": ":base || 'id/source/' || x.source",
            "fault": _WORD.replace("{code}", "x.fault_word"),
        },
        {
            "fault": _words("fault_word"),
            "severity": "x.severity IN (SELECT substr(value, instr(value, '#') + 1) FROM {given})",
            "source": ":base || 'id/source/' || x.source IN {given}",
        },
        sorts={"file": "x.source"},
    ),
}
