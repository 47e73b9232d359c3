"""Read the address of a table: conditions, groups, measures, columns and order, as a view made for this one address.

A condition is a parameter of its own, `column.operator=value`; the column is the table's (`year.is`), a related table's
(`citations.number.is`) or a measure of groups (`sum_amount.least`). Several values are alternatives, and one related
row must meet all conditions on its table; those that end in a number (`citations.document.is.2`) are met by a further
row. `group` names the columns that groups are made by, and `measure` what is computed of each group: `rows`, or a
function and a column (`sum_amount`). Conditions on sides (`one.year.is`, `other.year.is`) say which rows of a group are
measured on either side, and `figure` what is made of the measures of both or, without sides, of those of a group: its
share of the whole, a running total, or its rank among the groups with the same first column. A number makes groups by
ranges, whose least numbers are `ranges`. Rows with `words` come first (word_order.py). As a view, the answer has pages,
orders, chips and files like every other.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual, listed
from jixiao.ontology.units import is_unit
from jixiao.server.errors import LimitError
from jixiao.server.http.requests import FORM_PARAMETERS, MOST_VALUES, several
from jixiao.server.views import word_order
from jixiao.server.views.answers import Answer, Column, Word
from jixiao.server.views.conditions import NUMBERS, OPERATORS, Operator
from jixiao.server.views.figures import SHOWN, by_phase
from jixiao.server.views.parameters import Given, Parameter, called, split
from jixiao.server.views.selection import MEASURES
from jixiao.server.views.sentences import refusal, sentence
from jixiao.server.views.tabled import Files, Tabled
from jixiao.server.views.typed_names import TOLD, Names, Run, not_known
from jixiao.server.views.view_files import PAGING, View
from jixiao.store import SearchTooLongError
from jixiao.store.tables.table import Column as TableColumn, Table, tables

MOST_CONDITIONS, MOST_GROUPS = 20, 2
SHAPING = ("group", "ranges", "measure", "figure", "columns")
"""Parameters that say what the answer's columns are, each a list."""
MOST = {"group": MOST_GROUPS, "measure": 12, "figure": 3}
"""Most names in such a parameter, if fewer than values of others."""
PREFIX = "table-"
"""The beginning of the names of such views, which no other view has."""
_TAKEN = (*PAGING, *SHAPING, word_order.WORDS, *FORM_PARAMETERS, "version")
"""Parameters of every view, which no column can be."""
_FEW = "4"
"""Rows of an answer of which the first is told, with those that are equal to it."""
_LIMIT = 100
"""Rows of an answer without `limit`, except on pages."""

_EQUAL = ("is", "isNot", "other")
_ASKED: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
    Path(__file__).with_name("columns.toml").read_text(encoding="utf-8")
)
"""How columns can be asked: `operators` by type, and the `kinds` of parameters that read values, with examples."""
_NAMED = ("org", "basis", "place")
"""Kinds of things whose names conditions take."""
_NOTES = {"amount": "amountKind"}
"""Columns that pages show as a note beside another."""
_FACETS = (*_NAMED, "year", "amount-kind")
"""Kinds of things whose columns narrow an answer down by their values."""
_LOCAL = frozenset({"operator", "severity", "property", "fault"})
"""Types of columns that hold the local names of what these kinds read."""

SIDES: Mapping[str, Bilingual] = {"one": Bilingual("一方", "one"), "other": Bilingual("另一方", "other")}
"""The sides that conditions may be about, with words for those that no value names."""
_NONE = Bilingual("—", "—")
"""The words for a measure of a side without a value."""
_LABELS = {"least": "least-of", "most": "most-of", "share": "share-of"}
"""Codes of the labels of measures, where other sentences have the name."""
_RANKS = ("rank", "rankUp")
_AMONG_GROUPS = ("running", *_RANKS)
"""Figures of groups beside others: a measure of all rows has none."""
_OF_SIDES, _OF_GROUPS = ("difference", "ratio", "running"), ("share", *_AMONG_GROUPS)
"""Figures made of the measures of two sides, and of those of one."""
_LIMITS = Parameter(
    "ranges", "yuan", required=False, example="100万", label=Bilingual("各段的下限", "Least numbers of ranges")
)
_ADDED = ("rows", "with", "without", "sum")
"""Measures whose sum over all groups means something."""
_COMPARED = frozenset({"year", "integer", "yuan", "decimal", "date"})
"""Types of columns of which a group has a least and a largest value."""
_UNKNOWN = Bilingual("没有读到", "not read")
_GROUPS = {"zh": "组", "one": "group", "many": "groups"}


class Values(Parameter):
    """A condition as a parameter of a view, which may have several values."""

    repeats = True


@dataclass(frozen=True, kw_only=True)
class TableView(View):
    """The view that an address of a table asks for.

    It is of a `table`, and `groups` are the labels of the columns that groups are made by. With `words`, which are
    looked for in the column `slot`, `first` is the view of the rows that have all of them, and `listed`, for groups,
    that of all rows in them; for rows, `plain` is the view without words.
    """

    tabled: Tabled
    table: Table
    groups: Sequence[Bilingual] = ()
    words: Sequence[Word] = ()
    slot: str = ""
    first: "TableView | None" = None
    listed: "TableView | None" = None
    plain: "TableView | None" = None

    def answer(  # noqa: PLR0913 - as in View
        self,
        query: Run,
        params: Given,
        version: str,
        index: Names | None = None,
        page: int | None = None,
        *,
        tables: Files,
    ) -> Answer:
        """Return the answer as a view does. Raises LimitError if this takes too long."""
        asked = {name: typed for name, typed in params.items() if name not in (*SHAPING, word_order.WORDS)}
        try:
            stated = [
                (each, text)
                for each in self.params
                if each.held_by
                for text in each.values(asked.get(each.name, ""))
                if not is_unit(text)
            ]
            for parameter, text in stated:
                [term, *others] = parameter.terms(text, self.base_iri)
                if there := [] if others else tables(self.tabled).most_frequent(parameter.held_by, term.value, TOLD):
                    raise not_known(
                        parameter,
                        text,
                        there if parameter.kind == "exact" else [called().get(each, each) for each in there],
                    )
            answered = super().answer(query, asked, version, index, page, tables=tables)
            if self.first is not None:
                named = {each.name for each in (self.listed or self).params}
                of_rows = {name: typed for name, typed in asked.items() if name in named} | {"limit": "1"}
                listed = self.listed.answer(query, of_rows, version, index, tables=tables) if self.listed else answered
                kept = {name: typed for name, typed in asked.items() if name != "offset"}
                kept |= {} if self.listed else {"limit": _FEW}
                narrow = word_order.conditions(kept, self.slot, self.words)
                first = self.first.answer(query, narrow, version, index, page, tables=tables)
                sorts = self.plain is not None and several(asked.get("sort", ""))
                every = (
                    self.plain.answer(query, kept, version, index, tables=tables) if self.plain and sorts else answered
                )
                answered = word_order.marked(answered, listed, first, every, self.words, self.slot)
        except SearchTooLongError as cause:
            slow = sentence("slow")
            raise LimitError(slow.zh, slow.en) from cause
        return replace(
            answered,
            of="table",
            view=self.name.removeprefix(PREFIX),
            params={name: typed for name, typed in params.items() if several(typed)},
        )


@dataclass(frozen=True)
class Place:
    """A place for a condition: a column of the table or of a related one, or a measure of groups.

    `name` is what selections of the table call it. Groups can be made by it if `group`, as by every IRI.
    """

    name: str
    column: TableColumn
    label: Bilingual
    table: Table
    group: bool = False

    @property
    def called(self) -> Bilingual:
        """The label, without that of a related table if the column names a thing: 地区, and not 所在地区：地区."""
        label = self.column.label
        return plain_label(label) if label and self.column.names else self.label

    @property
    def operators(self) -> Mapping[str, Operator]:
        """The operators of conditions on it, by name, the most usual one first."""
        names = (*_ASKED["operators"][self.column.type], "present", "absent")
        if "." in self.name:
            names += ("lacks", "blank")
        return {name: OPERATORS[name] for name in names if OPERATORS[name].takes(self.column)}

    def parameter(self, name: str, operator: Operator, *, main: bool = False) -> Values:
        """Return a condition on it as a parameter of a view; `name` is that of the condition in addresses."""
        column = self.column
        keys = (f"{column.type} {operator.name}", operator.name, column.among or column.names or "-", column.type, "")
        kind, example = next(_ASKED["kinds"][key] for key in keys if key in _ASKED["kinds"])
        is_held = column.group and kind in ("exact", "concept") and operator.name in (*_EQUAL, "lacks")
        side, label = SIDES.get(name.partition(".")[0]), self.label
        if side:
            label = sentence("of-side", column=label, side=side)
        return Values(
            name,
            kind,
            required=False,
            example=example,
            label=sentence("condition", column=label, operator=operator.words),
            main=main,
            excluding=operator.inverted,
            held_by=(self.table.name, column.name) if is_held else (),
        )

    def where(self, name: str, operator: Operator) -> dict[str, Any]:
        """Return the entry for the condition of this name in a view's header."""
        return {
            "name": name,
            "where": {
                "column": self.name,
                "operator": operator.name,
                "apart": further(name),
                "local": self.column.type in _LOCAL and operator.name in _EQUAL,
            },
        }


def places(table: Table) -> dict[str, Place]:
    """Return the columns of a table and of related ones by their names in addresses, without those for programs.

    Only tables in one file are related, so that the table of an operator's view has none.
    """
    all_places = {}
    beside = tables().values() if table.name in tables() else ()
    for other in [table, *(other for other in beside if other.name != table.name and table.shared(other))]:
        prefix = f"{other.name}." if other != table else ""
        keys = table.shared(other).values() if prefix else ()
        for column in other.columns:
            if column.label:
                label = plain_label(column.label)
                if prefix and column.label != other.label:
                    label = sentence("related", table=other.label, column=label)
                is_group = column.group or column.type == "iri" or (not prefix and column.stored in NUMBERS)
                name = f"{prefix}{column.name}"
                all_places[name] = Place(name, column, label, other, is_group and column.name not in keys)
    return all_places


def plain_label(label: Bilingual) -> Bilingual:
    """Return the label of a column with IRIs as that of what these name."""
    return Bilingual(label.zh.removesuffix(" IRI"), label.en.removesuffix(" IRI"))


def measures(table: Table) -> dict[str, Column]:
    """Return the measures of groups of a table's rows by name, as columns of an answer."""
    columns = [Column("rows", "integer", sentence("rows"), sum=True, how="rows")]
    for column, label in [(place.column, place.label) for name, place in places(table).items() if "." not in name]:
        functions = ["distinct", "with", "without"] if column.stored != "part" else []
        if column.sum:
            functions += ["sum", "mean"] if column.type == "yuan" else ["sum"]
        if column.type in _COMPARED:
            functions += ["least", "most"]
        columns += (
            Column(
                f"{how}_{column.name}",
                MEASURES[how].type or column.type,
                sentence(_LABELS.get(how, how), column=label),
                sum=how in _ADDED,
                of=column.name,
                how=how,
            )
            for how in functions
        )
    return {column.name: column for column in columns}


def figured(given: Given) -> dict[str, Bilingual]:
    """Return what can be made of the measures of an address, by name: of two sides if there are conditions on these."""
    number = sentence("each-number")
    return {
        name: sentence(_LABELS.get(name, name), column=number, **SIDES)
        for name in (_OF_SIDES if _sides(given) else _OF_GROUPS)
    }


def described(table: Table) -> dict[str, Any]:
    """Return a table for JSON: its labels, its columns and those of related tables with their operators, and measures.

    Words are objects with `zh` and `en`.
    """
    return {
        "name": table.name,
        "label": asdict(table.label),
        "columns": [
            {
                "name": name,
                "label": asdict(each.label),
                "type": each.column.type,
                "names": each.column.names,
                "group": each.group,
                "operators": [*each.operators],
            }
            for name, each in places(table).items()
        ],
        "measures": [
            {"name": name, "label": asdict(each.label), "type": each.type} for name, each in measures(table).items()
        ],
    }


def ordered(given: Given) -> dict[str, str | Sequence[str]]:
    """Return the parameters of an address in their canonical order: conditions by name, and then all others by name."""
    last = (*SHAPING, word_order.WORDS, *PAGING)
    return {
        name: _listed(given, name) if name in SHAPING else given[name]
        for name in sorted(given, key=lambda name: (name in last, name))
    }


def read(table: Table, given: Given, base_iri: str) -> TableView:
    """Return the view that the parameters of an address ask for. Raises ParameterError."""
    stated = [name for name in given if several(given[name]) and name not in (*SHAPING, word_order.WORDS, *PAGING)]
    sought = word_order.asked(given)
    if len(stated) + len(sought) > MOST_CONDITIONS:
        raise refusal("conditions-many", most=MOST_CONDITIONS)
    every, functions = places(table), measures(table)
    columns_of_rows = {name: place for name, place in every.items() if "." not in name}
    groups = _known(given, "group", {name: place for name, place in every.items() if place.group})
    asked = _known(given, "measure", functions)
    is_grouped = bool(groups or asked)
    sides = _sides(given)
    made_of_groups = () if groups or not asked else _AMONG_GROUPS
    figures = _known(given, "figure", {name: name for name in figured(given) if name not in made_of_groups})
    chosen = _known(given, "columns", columns_of_rows)
    offered = {
        f"{name}.{next(iter(place.operators))}": place.column
        for name, place in columns_of_rows.items()
        if place.column.names in _NAMED or place.column.type not in ("iri", "line", "part")
    }
    of_rows = [name for name in stated if name not in sides and column_of(name) in every] if is_grouped else None
    of_words = _of_words(table, given, base_iri, every, of_rows)
    known, marking = list[dict[str, str]](), list[dict[str, Any]]()
    if is_grouped:
        limits = _ranges(given)
        by = [
            replace(column, ranges=limits, sum=False, more=False)
            if column.of in columns_of_rows and columns_of_rows[column.of].column.stored in NUMBERS
            else column
            for column in _of_groups(groups)
        ]
        asked = asked or [functions["rows"]]
        ranks = [*_ranks(asked, [name for name in figures if name in _RANKS], groups[:-1])]
        on_sides = {
            side: [(name, *_condition(rest, every)) for name, rest in sides.items() if name.startswith(f"{side}.")]
            for side in SIDES
            if sides
        }
        plain_figures = [name for name in figures if name not in _RANKS]
        measured = [*_figured(asked, plain_figures, on_sides, given, by), *ranks]
        columns = [*by_phase([*by, *measured], table.by_name, own=table.name not in tables())]
        order = [f"-{measured[0].name}", *(column.name for column in by)]
        if ranks:
            order = [by[0].name, *(rank.name for rank in ranks), *order]
            # Ranks are of what is known.
            known = [{"column": group.name, "operator": "present", "apart": ""} for group in groups]
        every |= {
            column.name: Place(
                f"{column.how}_{column.name}" if column.name in table.by_name else column.name,
                TableColumn(column.name, column.type),
                column.label,
                table,
            )
            for column in (*measured, *columns[len(by) :])
        }
    else:
        names = [place.name for place in chosen] or [*columns_of_rows]
        columns = [_column(every[name], table.by_name[name], names) for name in names]
        if sought:
            marking = [*word_order.marking(sought, of_words["slot"], base_iri)]
            columns += word_order.columns(sought)
        keys = [column.name for column in table.columns if column.type == "key"] or table.key
        order = ["-year", *keys] if "year" in table.by_name else [*keys]
    conditions = {name: _condition(sides.get(name, name), every) for name in (*stated, *offered)}
    main = [name for name, column in offered.items() if column.group or column.sum][:4]
    params = [place.parameter(name, operator, main=name in main) for name, (place, operator) in conditions.items()]
    wheres = [
        {"name": name, "where": []} if name in sides else place.where(name, operator)
        for name, (place, operator) in conditions.items()
    ]
    # A row of the table is in several groups by a column of another.
    are_rows = bool(groups) and groups[-1].name == table.key[0] and groups[0].table == groups[-1].table
    labels = [group.called for group in groups]
    title = sentence("grouped-by", table=table.label, groups=labels) if groups else table.label
    return TableView(
        name=f"{PREFIX}{table.name}",
        title=title,
        question=title,
        description=sentence("table"),
        params=tuple(params),
        columns=tuple(columns),
        written=table.sparql,
        default_limit=_LIMIT,
        base_iri=base_iri,
        noun=_GROUPS if is_grouped and not are_rows else table.row,
        empty=sentence("no-row"),
        tabled=Tabled(
            {"table": table.name, "params": wheres, "where": known, "order": order, "words": marking},
            columns,
            None if table.name in tables() else table,
        ),
        path=f"/tables/{table.name}",
        table=table,
        groups=labels,
        **of_words,
    )


def _of_words(
    table: Table, given: Given, base_iri: str, every: Mapping[str, Place], of_rows: Sequence[str] | None
) -> dict[str, Any]:
    """Return the fields of a TableView that tell of words, none without words.

    For groups, `of_rows` are the conditions on the rows in them; for rows it is None.
    """
    words = word_order.asked(given)
    if not words:
        return {}
    slot = word_order.column(every)
    first = read(table, word_order.conditions(given, slot, words), base_iri)
    fields = {"words": words, "slot": slot, "first": first}
    if of_rows is None:
        return {**fields, "plain": read(table, {**given, word_order.WORDS: ""}, base_iri)}
    rows = read(table, {name: given[name] for name in (*of_rows, word_order.WORDS)}, base_iri)
    return {**fields, "listed": replace(rows, first=None)}


def of_columns(table: Table) -> Iterator[dict[str, Any]]:
    """Yield parameters that are conditions on a table's columns, as a view's header has them.

    A parameter has the name of its column, and the most usual operator; figures and dates have bounds, too.
    """
    for name, place in sorted(places(table).items(), key=lambda item: item[1].column.type == "iri"):
        first = next(iter(place.operators))
        bounds = {f"{name}.{each}": each for each in ("least", "most") if first in ("least", "starts")}
        conditions = {name: "is" if first == "least" else first, **bounds}
        yield from (
            {key: value for key, value in asdict(parameter).items() if key != "held_by"} | place.where(own, operator)
            for own, operator in ((own, OPERATORS[each]) for own, each in conditions.items())
            for parameter in [place.parameter(own, operator)]
            if own not in _TAKEN
        )


def _listed(given: Given, name: str) -> list[str]:
    """Return the names in a parameter that is a list, each once. Raises ParameterError for too many."""
    listed = list(dict.fromkeys(part for text in several(given.get(name, "")) for part in split(text)))
    if len(listed) > (most := MOST.get(name, MOST_VALUES)):
        raise refusal("list-long", name=name, most=most)
    return listed


def _known(given: Given, name: str, known: Mapping[str, Any]) -> list[Any]:
    """Return what the names in a parameter stand for. Raises ParameterError, which tells those that are `known`."""
    asked = _listed(given, name)
    if unknown := [text for text in asked if text not in known]:
        raise refusal("list-unknown", name=name, unknown=unknown, names=[*known])
    return [known[text] for text in asked]


def _sides(given: Given) -> dict[str, str]:
    """Return the names of conditions on sides, by name, without that of their side."""
    parted = {name: name.partition(".") for name in given if several(given[name])}
    return {name: rest for name, (side, _, rest) in parted.items() if side in SIDES}


def _ranges(given: Given) -> tuple[str, ...]:
    """Return the least numbers of ranges, in order. Raises ParameterError for what is no number."""
    typed = [term.value for text in _listed(given, "ranges") for term in _LIMITS.terms(text, "")]
    return tuple(sorted(typed, key=Decimal))


def _named_side(side: str, conditions: Sequence[tuple[str, Place, Operator]], given: Given) -> Bilingual:
    """Return the name of a side: the values of its conditions.

    A side that has other operators than `is` and `contains`, or an IRI among its values, has no such name.
    """
    values = []
    for name, place, condition in conditions:
        absent = place.column.label if place.table.name == "absences" else None
        texts = (place.parameter(name, condition).shown(text) for text in several(given[name]))
        values += [Bilingual(f"{absent.zh}{text.zh}", f"{absent.en}: {text.en}") if absent else text for text in texts]
    if any(condition.name not in ("is", "contains") for *_, condition in conditions) or any(
        "/" in value.zh for value in values
    ):
        return SIDES[side]
    return listed(values) if values else Bilingual("全部", "all")


def _figured(
    measured: Sequence[Column],
    figures: Sequence[str],
    sides: Mapping[str, Sequence[tuple[str, Place, Operator]]],
    given: Given,
    by: Sequence[Column],
) -> Iterator[Column]:
    """Yield measures of groups, or of each of two sides, and after each of them the figures made of it.

    The conditions on `sides` are their names, what they are about, and their operators.
    """
    names = {side: _named_side(side, conditions, given) for side, conditions in sides.items()}
    along = by[0].name if by and by[0].type in _COMPARED else f"-{measured[0].name}{'_one' if sides else ''}"
    for column in measured:
        if sides:
            yield from (
                _labelled(
                    column,
                    "of-side",
                    f"{column.name}_{side}",
                    {"side": names[side]},
                    only=[{**place.where(name, how)["where"], "typed": [name]} for name, place, how in conditions],
                    blank=_NONE,
                )
                for side, conditions in sides.items()
            )
        else:
            yield column
        if column.type not in ("integer", "yuan"):
            continue
        if not sides and "share" in figures:
            yield _labelled(column, "of-all", f"{column.name}_all", whole=True)
        pair = (f"{column.name}_one", f"{column.name}_other") if sides else (column.name, f"{column.name}_all")
        for how in figures:
            figure = _labelled(column, how, f"{how}_{column.name}", names or SIDES, sum=False)
            if how == "running":
                yield replace(figure, how="sum", of=pair[0], along=along)
            else:
                kind = column.type if how == "difference" else "decimal"
                yield replace(figure, how=how, of=None, figures=pair, type=kind, blank=_NONE)


def _ranks(measured: Sequence[Column], figures: Sequence[str], within: Sequence[Place]) -> Iterator[Column]:
    """Yield the ranks of groups by measures, among the groups with the same values `within`."""
    over = [_named(group.name) for group in within]
    for how, column in product(figures, measured):
        rank = _labelled(column, how, f"{how}_{column.name}", SIDES, type="integer", how="rank", of=None, sum=False)
        label = rank.label
        for group in within:
            label += sentence("within-group", group=group.called)
        best = f"-{column.name}" if how == "rank" else column.name
        yield replace(rank, label=label, over=over, along=best)


def _labelled(column: Column, code: str, name: str, words: Mapping[str, Bilingual] = SIDES, **entries: Any) -> Column:
    """Return a column made of another, whose label is the sentence with a code about the label of the other."""
    label = sentence(_LABELS.get(code, code), column=column.label, **words)
    return replace(column, name=name, label=label, **entries)


def further(name: str) -> str:
    """Return the number at the end of the name of a further condition of one column, "" for other conditions."""
    number = name.rpartition(".")[2]
    return number if number.isdecimal() else ""


def column_of(name: str) -> str:
    """Return the name of the column that a condition in an address is about."""
    return name.removesuffix(f".{further(name)}").rpartition(".")[0]


def _condition(name: str, every: Mapping[str, Place]) -> tuple[Place, Operator]:
    """Return what a condition in an address is about, and its operator. Raises ParameterError."""
    column, operator = column_of(name), name.removesuffix(f".{further(name)}").rpartition(".")[2]
    place, table = every.get(column), column.rpartition(".")[0]
    if place is None or operator not in place.operators:
        near = place.operators if place else [each for each in every if each.rpartition(".")[0] == table]
        there = near or dict.fromkeys(each.rpartition(".")[0] or each for each in every)
        raise refusal("condition-unknown", name=name, names=[*there])
    return place, place.operators[operator]


def _of_groups(groups: Iterable[Place]) -> Iterator[Column]:
    """Yield the columns that groups are made by, those with IRIs followed by one with the names of the things."""
    for group in groups:
        names = [each for each in group.table.columns if each.link == group.column.name][:1]
        yield from (
            replace(_column(group, each, [group.column.name]), blank=_UNKNOWN) for each in (group.column, *names)
        )


def _column(place: Place, column: TableColumn, shown: Sequence[str]) -> Column:
    """Return a column of an answer, which is in the same table as `place`.

    It links to one of those `shown` if it has the names of the things: further texts of a thing may be missing.
    """
    name_of = {each.link: each for each in reversed(place.table.columns)}
    links = column.link in shown and name_of[column.link] == column
    prefix = place.name.removesuffix(place.column.name)
    name = _named(f"{prefix}{column.name}")
    return Column(
        name,
        SHOWN.get(column.type, column.type),
        column.label or place.label,
        link=_named(f"{prefix}{column.link}") if links else None,
        sum=column.sum,
        facet=f"{name}.is"
        if place.group and not prefix and (column.among or column.names or column.type) in _FACETS
        else None,
        note=_NOTES.get(column.name) if not prefix and _NOTES.get(column.name) in shown else None,
        of=f"{prefix}{column.name}",
        more=column.sum and column != next(each for each in place.table.columns if each.sum),
    )


def _named(place: str) -> str:
    """Return the name that the column of a place has in answers."""
    return place.replace(".", "_")
