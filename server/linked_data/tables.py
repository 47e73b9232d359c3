"""Read the tables on pages of things: profiles/{kind}/ about one thing, lists/{kind}.yaml with a row per thing.

Each table is made by a file like a view's (views/view_files.py), whose parameter `node` takes the things. A *profile*
is all tables about a thing, shown in the order of their file names; a table with a single row gives totals. That of a
body is also about the bodies called its own level or its totals. If a table's first column is `project`, its rows are
read with lists/project, so that tables of projects have the same columns everywhere, before those of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions.protocols import Edition
from jixiao.server.pages import findings
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service
from jixiao.server.views import answers, heads, published, view_files
from jixiao.server.views.evidence import line
from jixiao.server.views.sentences import sentence

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """A table on a page: title, columns, at most `limit` rows, and the head of totals."""

    title: Bilingual
    columns: tuple[answers.Column, ...]
    rows: tuple[answers.Row, ...]
    limit: int
    head: answers.Head | None = None

    @property
    def cut(self) -> bool:
        """Return whether there may be more rows than are shown."""
        return len(self.rows) >= self.limit > 1


def profile(service: Service, now: Edition, kind: str, node: NamedNode) -> list[Table]:
    """Return the tables about a thing, without empty ones. Raises as published.rows does."""
    scopes = service.rows(now, bind(query("scopes"), {"body": node})) if kind == "org" else ()
    nodes = [node, *(NamedNode(row["scope"]["value"]) for row in scopes)]
    views = view_files.load(service.store.base_iri, _HERE / "profiles" / kind).values()
    found = [table for view in views if (table := _of_profile(service, now, view, nodes)).rows]
    # Pages show the head of totals alone.
    has_blank = any(heads.has_blank(table.columns, table.rows) for table in found if table.head is None)
    return found if has_blank else [replace(table, head=_without_blanks(table.head)) for table in found]


def _without_blanks(head: answers.Head | None) -> answers.Head | None:
    """Return a head without the sentence on blank cells of money."""
    return head and head._replace(told=tuple(told for told in head.told if told != sentence("blank")))


def listed(service: Service, now: Edition, kind: str, names: Mapping[str, str]) -> Table | None:
    """Return a table with a row for each thing in `names` (IRI to name), in that order.

    A thing about which nothing is found has a row with its name only. None for a kind without a table, and if `names`
    is empty. Raises as published.rows does.
    """
    view = lists(service).get(kind)
    if view is None or not names:
        return None
    known_rows = published.rows(service, now, view, {"node": [NamedNode(iri) for iri in names]})
    iri, name = view.columns[0].name, next(column.name for column in view.columns if column.type == "text")
    of = {str(row[iri]): row for row in known_rows}
    nothing: answers.Row = dict.fromkeys((column.name for column in view.columns), None)
    return Table(
        view.title,
        view.columns,
        tuple(of.get(each) or {**nothing, iri: each, name: text} for each, text in names.items()),
        len(names) + 1,
    )


def lists(service: Service) -> Mapping[str, view_files.View]:
    """Return the files lists/{kind}.yaml, by kind."""
    return view_files.load(service.store.base_iri, _HERE / "lists")


def _of_profile(service: Service, now: Edition, view: view_files.View, nodes: Sequence[NamedNode]) -> Table:
    if view.default_limit == 1:
        answer = heads.headed(view, published.answer_from(service, now, view, {"node": [each.value for each in nodes]}))
        rows = answer.rows if answer.rows[0]["projects"] else ()
        return Table(view.title, view.columns, rows, 1, answer.head)
    found, title = published.rows(service, now, view, {"node": nodes}), view.title
    if found and view.columns[0].name == "project":
        projects = listed(service, now, "project", {str(row["project"]): "" for row in found})
        if projects is not None:
            own = {str(row["project"]): row for row in found}
            more = [column for column in view.columns if column.name not in projects.rows[0]]
            rows = tuple({**own[str(row["project"])], **row} for row in projects.rows)
            return Table(title, (*projects.columns, *more), rows, view.default_limit)
    return Table(title, view.columns, tuple(found), view.default_limit)


EVALUATION = "evaluation"
"""The kind of self-evaluations, whose statements are also shown on the pages of the projects that they evaluate."""
_MOST = 500  # results of a page
_RESULTS = (
    *(
        "name",
        "unread",
        "level2",
        "targetText",
        "achievedText",
        "share",
        "outcome",
        "weight",
        "score",
        "reason",
        "filedTarget",
    ),
    *("line", "page"),
)
_MONEY = (
    "asked",
    "askedKind",
    "askedPeriod",
    "initial",
    "adjusted",
    "executed",
    "rate",
    "score",
    "points",
    "grade",
    "line",
    "page",
)
"""Columns of the views of results and of self-evaluations that pages show."""


@dataclass(frozen=True)
class Evaluated:
    """A self-evaluation of a project: its IRI, the tables of its money and scores (`money`) and results, and `told`.

    `told` are the tables of what was done. `file` is the name of the file that it was read from, and `disputed` the
    number of self-evaluations that disagree with it. `paired` are the IRIs of the project's indicators that a result is
    of; `beside` has its findings and what was not read of it, as findings.of_project() returns them.
    """

    iri: str
    file: str
    disputed: int
    money: Table
    told: Sequence[Table]
    results: Table
    paired: frozenset[str]
    beside: Mapping[str, Any]


def results(service: Service, now: Edition, node: NamedNode) -> Table:
    """Return the table of the results of a self-evaluation. Raises the errors of Pool.run."""
    return _of_view(service, now, "results", node, _RESULTS)


def with_lines(service: Service, found: Table) -> Table:
    """Return the table of money with a line in rows that have none: that of their total, taken from the ledger.

    Any other table is returned unchanged.
    """
    if not {"executed", "row"} <= {column.name for column in found.columns}:
        return found
    ledgers = published.ledger_lines(service)

    def of(row: answers.Row) -> answers.Row:
        lines, node = ledgers.of(str(row["source"])), str(row["row"])
        read = (line(lines, node, name) for name in (terms.executed, terms.adjustedBudget, terms.initialBudget))
        return row if row["line"] is not None else {**row, "line": next((each for each in read if each), None)}

    return replace(found, rows=tuple(map(of, found.rows)))


def file_names(now: Edition, sources: Iterable[str]) -> str:
    """Return the file names of sources, given by IRI, sorted and joined to one text; unknown sources are left out."""
    records = (now.sources.get(source.rpartition("/")[2]) for source in sources)
    return "、".join(sorted({record.file_name for record in records if record}))


def beside(service: Service, iri: str, listed: Sequence[Table]) -> dict[str, Any]:
    """Return the findings and unread parts that a page shows beside a self-evaluation, as findings.of_project() does.

    `listed` are the tables on the page. Raises the errors of Pool.run.
    """
    cells = {str(cell) for table in listed for row in table.rows for cell in row.values()}
    return findings.of_project(service, iri, sorted(cell for cell in cells if cell.startswith(f"{iri}#")))


def evaluations_of(service: Service, project: str) -> list[Evaluated]:
    """Return the self-evaluations of a project, none if it has none. Raises the errors of Pool.run."""

    def read(now: Edition) -> list[Evaluated]:
        found = _of_view(service, now, "evaluations", NamedNode(project), _MONEY)
        return [_read(service, now, found, row) for row in found.rows]

    return service.on_current(read)


def _read(service: Service, now: Edition, found: Table, row: answers.Row) -> Evaluated:
    node = NamedNode(str(row["evaluation"]))
    achieved = results(service, now, node)
    own = profile(service, now, EVALUATION, node)
    told = [table for table in own if table.columns[0].name == "goal"]
    paired = frozenset(str(each["indicator"]) for each in achieved.rows if each["indicator"])
    money = Table(found.title, found.columns, (row,), found.limit)
    file, found_beside = file_names(now, [str(row["source"])]), beside(service, node.value, [achieved, *own])
    return Evaluated(node.value, file, int(row["disputed"] or 0), money, told, achieved, paired, found_beside)


def _of_view(service: Service, now: Edition, name: str, node: NamedNode, columns: Sequence[str]) -> Table:
    """Return the rows of the view `name` about a self-evaluation or a project, at most _MOST, with some columns."""
    view = published.views(service)[name]
    rows = published.answer_from(service, now, view, {"evaluation": node.value, "limit": str(_MOST)}).rows
    shown = {column.name: column for column in view.columns}
    return Table(view.title, tuple(shown[each] for each in columns), rows, _MOST)
