"""Write selections as SPARQL that gives the same rows on any engine.

A query is put together from elements of the tables' own queries; those that only give columns which nobody asks for are
left out. Related rows that must be there come first, each table's in a sub-select; then the rows, and the conditions.
The rows of a page are picked by a sub-select, and what gives only further columns of these rows follows it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from textwrap import dedent, indent

from jixiao.ontology import identity
from jixiao.ontology.grouping import by_key
from jixiao.server.views.conditions import NUMBERS, Condition, unknown
from jixiao.server.views.selection import COUNTS, MEASURES, Order, Ranges, Related, Selection
from jixiao.store.tables.table import UNITS, Column, Table

_PREFIX = re.compile(r"^PREFIX .*\n", re.MULTILINE)
_COMMENT = re.compile(rf"^ *#(?!{UNITS[1:]}$).*\n", re.MULTILINE)
_UNITS = re.compile(rf"^ *{UNITS}\n", re.MULTILINE)
_QUERY = re.compile(r"SELECT (DISTINCT )?(.*?)\s*WHERE \{\n(.*)^\}", re.MULTILINE | re.DOTALL)
_COMPUTED = re.compile(r'\(((?:"(?:\\.|[^"\\])*"|[^"])+?) AS (\?\w+)\)')
_ELEMENT = re.compile(r"^  (?![ })#]).*\n(?:(?:   .*|  [})].*)\n)*", re.MULTILINE)
_SELECTED = re.compile(r"(?:OPTIONAL )?\{\s*SELECT (?:DISTINCT )?([^*]*?)\s*WHERE \{")
_NESTED = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_LOOK_UP = re.compile(r"OPTIONAL \{ ([^{}]*) \}")
_BOUND = re.compile(r"BIND\((.+) AS \?\w+\)")
_AGGREGATE = re.compile(r"\b(?:COUNT|SUM|MIN|MAX|GROUP_CONCAT)\((?:[^()]|\([^()]*\))*\)")
_UNION = "\n} UNION {\n"
_MOST = "999999999999999999"  # beyond all numbers in filings
_LAST = '"\\U0010FFFF"'  # behind all texts
_VARIABLE = re.compile(r"\?(\w+)")

_Limit = tuple[str, Column, Condition]
"""A condition, with its variable and its column."""
_Result = tuple[str, str, str, Column, str, Sequence[str]]
"""A function of rows: the variable for its result, its key in MEASURES, the variable that it is of, its column, the
number of rows, and the variables in which rows must be alike."""


@dataclass(frozen=True)
class _Element:
    """An element of a pattern, and the variables that it gives and no element before it."""

    text: str
    gives: Collection[str] = ()

    @property
    def variables(self) -> list[str]:
        """The variables in the text; those that a sub-select gives, as others are in it alone."""
        selected = _SELECTED.match(self.text)
        if selected is None:
            return _VARIABLE.findall(self.text)
        return _VARIABLE.findall(re.sub(_NESTED, lambda item: item[0].rpartition(" AS ")[2], selected[1]))

    @property
    def optional(self) -> bool:
        """True if it gives values to its variables, and changes the rows in no other way."""
        return self.text.startswith(("OPTIONAL", "BIND"))


def sparql(selection: Selection) -> str:
    """Return the query that gives the rows of a selection."""
    return _Query(selection).text()


class _Query:
    """The query for a selection, whose variables have the names of the answer's columns."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._answered = {column: name for name, column in reversed(selection.columns)}

    def text(self) -> str:
        """Return the query."""
        selection = self._selection
        columns = {name: self._variable(column) for name, column in selection.columns}
        order = " ".join(map(self._ordered, self._orders()))
        asked = {*columns.values(), *_VARIABLE.findall(order)}
        elements = self._elements()
        kept, picking = _needed(elements, asked), _needed(elements, _VARIABLE.findall(order))
        further = [each for each in kept if each not in picking]
        ordered = f"\nORDER BY {order}" if order else ""
        limited = "" if selection.limit is None else f"\nLIMIT {selection.limit:d}"
        end = ordered + limited + (f"\nOFFSET {selection.offset:d}" if selection.offset else "")
        if further and limited:
            outside = asked.union(*(each.variables for each in further))
            passed = dict.fromkeys(name for each in picking for name in each.variables if name in outside)
            kept = [_Element(_braced(_select(" ".join(f"?{name}" for name in passed), picking) + end)), *further]
            end = ordered + limited
        items = " ".join(f"?{own}" if name == own else f"(?{own} AS ?{name})" for name, own in columns.items())
        query = _select(items, kept) + end + "\n"
        prefixes = dict.fromkeys(line for table in selection.tables for line in _PREFIX.findall(table.sparql))
        return "".join(line for line in prefixes if line.split()[1] in query) + query

    def _elements(self) -> list[_Element]:
        """Return the elements for the rows or groups, with conditions."""
        selection = self._selection
        if not selection.grouped:
            return self._rows_of(selection.related)
        having = [(self._variable(each.column), selection.column(each.column), each) for each in selection.measured]
        # Virtuoso fails where it takes a condition on what is computed into the groups: a limit beyond all of them
        # keeps it out.
        end = "\nLIMIT 1000000000" if having else ""
        by = list(map(self._variable, selection.group))
        groups = [_grouped(self._rows_of(selection.related), by, [*self._results()], end)]
        measured = groups
        wider = []
        for over, orders in by_key((each.over, each.along) for each in selection.measures if each.of_groups).items():
            along = list(dict.fromkeys(filter(None, orders)))
            if along:
                measured = [self._along(measured, groups, over, along, end)]
            if None in orders:
                wider.append(_grouped(groups, list(map(self._variable, over)), [*self._results(over)], end))
        if any(each.whole for each in selection.measures):
            every = self._rows_of([replace(each, groups=()) for each in selection.related])
            wider.append(_grouped(every, [], [*self._results(whole=True)], end))
        return _under([*measured, *wider, *self._computed()], having)

    def _along(
        self,
        measured: Sequence[_Element],
        groups: Sequence[_Element],
        over: tuple[str, ...],
        along: Sequence[Order],
        end: str,
    ) -> _Element:
        """Return the sub-select of `measured` groups with running measures `along` some orders.

        A running measure of a group is over it and those before it in its order, among `groups` with the same values of
        `over`. The groups are joined with these once for all orders, as the text of a join for each would grow twofold.
        """
        same = set(map(self._variable, over))
        pairs = _VARIABLE.sub(
            lambda name: name[0] if name[1] in same else f"{name[0]}_upto", "\n".join(group.text for group in groups)
        )
        elements = [*measured, _Element(pairs)]
        results = list[_Result]()
        for order in along:
            step, place = f"upto_{len(results)}", f"?{self._variable(order.column)}"
            own, other = (
                name if self._selection.column(order.column).stored in NUMBERS else f"STR({name})"
                for name in (place, f"{place}_upto")
            )
            before = f"IF({other} = {own}, 0, IF({other} {'>' if order.down else '<'} {own}, 1, ?nothing))"
            elements.append(_bind(f"IF(BOUND({place}) && BOUND({place}_upto), {before}, ?nothing)", step))
            for name, how, variable, column, _, alike in self._results(over, order):
                running = step
                if variable:
                    running = f"{variable}_{step}"
                    upto = f'IF(BOUND(?{step}) || COALESCE(STR({place}), "") = "", ?{variable}_upto, ?nothing)'
                    # A sum and the number of its rows are of one variable, which SPARQL binds once.
                    if all(running not in each.gives for each in elements):
                        elements.append(_bind(upto, running))
                results.append((name, how, running, column, f"COUNT(?{step})", alike))
        names = dict.fromkeys(name for group in measured for name in group.gives)
        return _grouped(elements, [*names], results, end)

    def _rows_of(self, among: Sequence[Related]) -> list[_Element]:
        """Return the elements for rows that meet all conditions, with those of related tables."""
        selection = self._selection
        required = [related for related in among if not related.optional]
        first = [self._related(related) for related in required if self._comes_first(related)]
        later = [related for related in required if not self._comes_first(related)]
        barred = [related for related, must_be in selection.tests if not must_be]
        rows = self._every
        keys = self._keys([*later, *barred])
        last = max((n for n, element in enumerate(rows, 1) if keys.intersection(element.gives)), default=0)
        # Virtuoso loses unknown values of sub-selects that come after what is computed.
        end = next((n for n, element in enumerate(rows) if n >= last and element.text.startswith("BIND")), len(rows))
        sides = [related for side in selection.sides.values() for related, _ in side.tests]
        further = self._keys([*among, *sides]) - keys
        absent, tests = self._tested([(related, False) for related in barred], "met")
        # Virtuoso overlooks what is barred after sub-selects of other rows.
        elements = _under(
            [
                *first,
                *rows[:end],
                *self._stand_ins(keys),
                *absent,
                *map(_filter, tests),
                *map(self._related, later),
                *rows[end:],
                *self._stand_ins(further),
                *(element for related in among if related.optional for element in self._given(related)),
            ],
            [
                (self._variable(condition.column), selection.column(condition.column), condition)
                for condition in selection.own
            ],
        )
        return [*elements, *map(self._range, selection.ranges), *self._sides(), *self._marks()]

    def _range(self, ranges: Ranges) -> _Element:
        """Return the element that gives the range of a number."""
        variable, falls = self._variable(ranges.column), "?nothing"
        for limit in ranges.limits:
            falls = f"IF(?{variable} >= {limit:f}, {limit:f}, {falls})"
        # Virtuoso takes what is not known for a true condition.
        return _bind(f"IF(BOUND(?{variable}), {falls}, ?nothing)", self._variable(ranges.name))

    def _sides(self) -> Iterator[_Element]:
        """Yield elements that tell by a variable which rows meet the conditions of each side."""
        for number, only in enumerate(self._selection.sides):
            yield from self._side(only, f"side_{number}")

    def _marks(self) -> Iterator[_Element]:
        """Yield elements that mark rows."""
        sides = [*self._selection.sides]
        for mark in self._selection.marked.values():
            joint = " || " if mark.some else " && "
            met = joint.join(f"BOUND(?side_{sides.index(only)})" for only in mark.sets)
            yield _bind(f"IF({met}, 1, ?nothing)", self._variable(mark.name))

    @cached_property
    def _every(self) -> list[_Element]:
        """The elements of the table's query."""
        return _elements(self._selection.table, self._own, rows=True)

    def _comes_first(self, related: Related) -> bool:
        """Return True if rows of a related table come before those of the table, and not after their keys.

        They do not if a key is computed, since a join with a computed variable comes after it, nor for groups without
        conditions, which would all be joined with each other.
        """
        return (
            (related.conditions or not related.groups)
            and not related.optional
            and _certain(self._every).difference(_computed(self._every)).issuperset(self._keys([related]))
        )

    def _keys(self, among: Iterable[Related]) -> set[str]:
        """Return the variables by which rows of related tables belong to those of the table."""
        return {self._own(name) for each in among for name in each.shared}

    def _stand_ins(self, keys: Collection[str]) -> Iterator[_Element]:
        """Yield a second variable for each key that may be unbound: it has the key's value, or "" instead of none."""
        for name in sorted(set(keys) - _certain(self._every)):
            yield _bind(f'COALESCE(?{name}, "")', f"{name}_key")

    def _tested(self, tests: Iterable[tuple[Related, bool]], name: str) -> tuple[list[_Element], list[str]]:
        """Return elements for rows of related tables, and the tests whether there are any."""
        both = [(each, there, f"{name}_{n}") for n, (each, there) in enumerate(tests)]
        return [self._optional(each, met) for each, _, met in both], [
            f"BOUND(?{met})" if there else f"!BOUND(?{met})" for _, there, met in both
        ]

    def _side(self, only: tuple[Condition, ...], name: str) -> Iterator[_Element]:
        """Yield elements that give a variable a value in the rows that meet conditions, and repeat measured values."""
        side = self._selection.sides[only]
        elements, tests = self._tested(side.tests, name)
        yield from elements
        columns = [(each, self._selection.column(each.column), self._variable(each.column)) for each in side.own]
        tests += [f"({each.operator.sparql(column, f'?{own}', each.values)})" for each, column, own in columns]
        yield _bind(f"IF({' && '.join(tests)}, 1, ?nothing)", name)
        for column in dict.fromkeys(each.column for each in self._selection.measures if each.only == only):
            if column:
                own = self._variable(column)
                yield _bind(f"IF(BOUND(?{name}), ?{own}, ?nothing)", f"{own}_{name}")

    def _results(
        self, over: tuple[str, ...] = (), along: Order | None = None, *, whole: bool = False
    ) -> Iterator[_Result]:
        """Yield the functions of rows that are measures, of groups with the same values of `over`, or of the whole."""
        sides = [*self._selection.sides]
        for measure in self._selection.measures:
            if not measure.figures and (measure.over, measure.along, measure.whole) == (over, along, whole):
                side = f"side_{sides.index(measure.only)}" if measure.only else ""
                of = self._variable(measure.column) if measure.column else ""
                variable = "_".join(filter(None, (of, side)))
                column = self._selection.column(measure.column or measure.name)
                yield (
                    self._variable(measure.name),
                    measure.how,
                    variable,
                    column,
                    f"COUNT({f'?{side}' if side else '*'})",
                    [self._variable(name) for name in measure.alike if whole or name not in self._selection.group],
                )

    def _computed(self) -> Iterator[_Element]:
        """Yield the elements that compute measures from two others, such as a rate."""
        for measure in self._selection.measures:
            if measure.figures:
                one, other, result = (f"?{self._variable(name)}" for name in (*measure.figures, measure.name))
                text = MEASURES[measure.how].sparql.format(one=one, other=other, result=result)
                yield _Element(text, [result[1:]])

    def _related(self, related: Related, number: str = "") -> _Element:
        """Return the sub-select of the keys of related rows that meet all conditions, and of what these rows give.

        The variable `number` gets the number of rows.
        """
        rename = self._renaming(related)
        gathers = [
            (
                self._variable(each.name),
                each.how,
                rename(each.column),
                related.table.by_name[each.column],
                "COUNT(*)",
                [*map(rename, each.alike)],
            )
            for each in related.gathers
            if each.name in self._selection.used
        ] + ([(number, "rows", "", related.table.unit, "COUNT(*)", [])] if number else [])
        by = list(map(rename, (*related.shared.values(), *related.groups)))
        return _grouped(self._rows(related), by, gathers)

    def _optional(self, related: Related, number: str = "") -> _Element:
        """Return the element for related rows that need not be there, which gives what is gathered, or a number."""
        gives = [number] if number else [self._variable(each.name) for each in related.gathers]
        return _Element(f"OPTIONAL {self._related(replace(related, optional=True), number).text}", gives)

    def _given(self, related: Related) -> Iterator[_Element]:
        """Yield the elements for what optional related rows give: counts are 0 without any such row."""
        element = self._optional(related)
        counts = [self._variable(each.name) for each in related.gathers if each.how in COUNTS]
        text = re.sub(rf"AS \?({'|'.join(counts)})\)", r"AS ?\1_known)", element.text) if counts else element.text
        yield replace(element, text=text, gives=[f"{name}_known" if name in counts else name for name in element.gives])
        yield from (_bind(f"COALESCE(?{name}_known, 0)", name) for name in counts)

    def _rows(self, related: Related) -> list[_Element]:
        """Return the elements for related rows that meet all conditions."""
        rename, columns = self._renaming(related), related.table.by_name
        limits = [(rename(name), columns[name], each) for each in related.conditions for _, name in [each.place]]
        shared = {*map(rename, related.shared.values())}
        unit, of_kind = self._selection.table.unit, UNITS
        if kind := related.shared.get(unit.name, unit.name) != unit.name and identity.COLLECTIONS.get(unit.names or ""):
            # The related rows are of things of other kinds, too.
            of_kind += f"\n?{rename(related.shared[unit.name])} a <{kind}> ."
        every = [replace(each, text=each.text.replace(UNITS, of_kind)) for each in _elements(related.table, rename)]
        # An unbound variable would join with every row.
        bound = [_filter(f"!({unknown(f'?{name}')})") for name in sorted(shared - _certain(every))]
        return [*_under(every, limits), *bound]

    def _renaming(self, related: Related) -> Callable[[str], str]:
        """Return the function that renames a variable of a related table's query for use beside the table's own.

        An unbound key would join with every row. The variable of `_stand_ins` takes its place, which joins with none.
        """
        table, known = related.table.name, _certain(self._every)
        names = {theirs: self._own(ours) for ours, theirs in related.shared.items()}
        if not self._comes_first(related):
            names = {theirs: own if own in known else f"{own}_key" for theirs, own in names.items()}
        names |= {name: self._variable(f"{table}.{name}") for name in related.groups}
        return lambda name: names.get(name, f"{table}_{name}")

    def _variable(self, name: str) -> str:
        """Return the variable of a column, a gathered column or a measure."""
        plain = name.replace(".", "_")
        return self._answered.get(name) or (f"own_{plain}" if plain in self._answered.values() else plain)

    def _own(self, name: str) -> str:
        """Return the variable that takes the place of one of the table's query."""
        return f"own_{name}" if name in self._selection.gathered else self._variable(name)

    def _orders(self) -> list[Order]:
        """Return the order without columns that come before: Virtuoso mixes rows up if one is named again."""
        order = self._selection.order
        return [each for n, each in enumerate(order) if all(by.known or by.column != each.column for by in order[:n])]

    def _ordered(self, order: Order) -> str:
        """Return a column's part of ORDER BY."""
        variable, column = f"?{self._variable(order.column)}", self._selection.column(order.column)
        value = variable if column.stored in NUMBERS else f"STR({variable})"
        # Virtuoso sorts wrongly by BOUND(?x) if a sub-select groups by x or counts it.
        known = f'COALESCE(STR({variable}), "") != ""'
        if order.known:
            return f"DESC({known})"
        if order.down:
            return f"ASC({known}) DESC({value})" if order.unknown_first else f"DESC({value})"
        return f"ASC({value})" if order.unknown_first or column.type == "key" else f"DESC({known}) ASC({value})"


@cache
def _texts(sparql: str, rows: bool) -> tuple[str, ...]:
    """Return the elements of a table's query, and as BIND the columns that its SELECT computes.

    A query without a place for units, or of another form, is one element, as its lines may be of any form; so is one
    for distinct rows if they are to be counted.
    """
    text = _COMMENT.sub("", _PREFIX.sub("", sparql)).strip()
    parts = _QUERY.fullmatch(text)
    if parts is None or UNITS not in sparql or (rows and parts[1]):
        return (_braced(text),)
    elements = [dedent(each[0]).strip() for each in _ELEMENT.finditer(parts[3])]
    return (*elements, *(f"BIND({each[1]} AS {each[2]})" for each in _COMPUTED.finditer(parts[2])))


def _elements(table: Table, rename: Callable[[str], str], *, rows: bool = False) -> list[_Element]:
    """Return the elements of a table's query, with other names for its variables."""
    elements: list[_Element] = []
    seen: set[str] = set()
    for text in _texts(table.sparql, rows):
        element = _Element(_VARIABLE.sub(lambda variable: f"?{rename(variable[1])}", text))
        gives = {element.variables[-1]} if text.startswith("BIND") else set(element.variables) - seen
        elements.append(replace(element, gives=gives))
        seen |= gives
    return elements


def _computed(elements: Iterable[_Element]) -> set[str]:
    """Return the variables that elements compute."""
    return {name for each in elements if each.text.startswith("BIND") for name in each.gives}


def _certain(elements: Iterable[_Element]) -> set[str]:
    """Return the variables that always have a value: those of required patterns, and those computed from them."""
    certain = set[str]()
    for element in elements:
        computed = element.text.startswith("BIND") and certain.issuperset({*element.variables} - {*element.gives})
        if computed or not element.optional:
            parts = [{*_VARIABLE.findall(part)} for part in element.text.split(_UNION)]
            certain.update(name for name in element.gives if all(name in part for part in parts))
    return certain


def _under(elements: Iterable[_Element], limits: Iterable[_Limit]) -> list[_Element]:
    """Return elements with conditions.

    A look-up whose value a condition requires is no longer optional, and the values that a condition lists stand before
    a pattern that must have one.
    """
    under, filters = [*elements], list[_Element]()
    for variable, column, condition in limits:
        operator, cell = condition.operator, f"?{variable}"
        place = next(n for n, element in enumerate(under) if variable in element.gives)
        if operator.test and not operator.keeps_unknown:
            look_up, computed = _LOOK_UP.fullmatch(under[place].text), _BOUND.fullmatch(under[place].text)
            if look_up and not operator.inverted:
                under[place] = replace(under[place], text=f"{look_up[1]} .")
            if computed:
                # Engines write down each text that BIND gives, which takes longer than the condition.
                cell = f"({computed[1]})"
        text, terms = under[place].text, operator.terms(column, condition.values)
        if terms and variable in _certain(under[place : place + 1]) and f"AS ?{variable})" not in text:
            values = f"VALUES ?{variable} {{ {' '.join(terms)} }}"
            is_union = _UNION in text and UNITS in text
            text = text.replace(UNITS, f"{values}\n{UNITS}") if is_union else f"{values}\n{text}"
            under[place] = replace(under[place], text=text)
        else:
            filters.append(_filter(operator.sparql(column, cell, condition.values)))
    return under + filters


def _filter(condition: str) -> _Element:
    return _Element(f"FILTER({condition})")


def _bind(value: str, variable: str) -> _Element:
    return _Element(f"BIND({value} AS ?{variable})", [variable])


def _needed(elements: Iterable[_Element], names: Iterable[str]) -> list[_Element]:
    """Return the elements without those optional ones whose variables neither `names` nor a kept element uses."""
    needed, kept = set(names), list[_Element]()
    for element in reversed([*elements]):
        if not element.optional or needed.intersection(element.gives):
            needed.update(element.variables)
            kept.insert(0, element)
    return kept


def _grouped(elements: Iterable[_Element], by: Sequence[str], results: Sequence[_Result], end: str = "") -> _Element:
    """Return a sub-select of groups by variables, with results of their rows; without results, of the groups alone."""
    rows = list(elements)
    known = {name for each in rows if each.text.startswith(("?", "VALUES")) for name in each.gives}
    items, used = [f"?{name}" for name in by], {*by}
    parts, computed = dict[str, str](), list[_Element]()
    for name, how, variable, column, count, alike in results:
        cell, function = f"?{variable}", MEASURES[how]
        text, least, most = (cell, f"-{_MOST}", _MOST) if column.stored in NUMBERS else (f"STR({cell})", '""', _LAST)
        used |= {variable, *_VARIABLE.findall(count)}
        value = text
        if variable not in known and function.blank is not None:
            # Virtuoso fails if COALESCE is of a variable that cannot be unbound.
            rows.append(_bind(f"COALESCE({text}, {function.blank.format(least=least, most=most)})", f"{name}_value"))
            used.add(f"{name}_value")
            value = f"?{name}_value"
        result = function.sparql.format(rows=count, cell=cell, value=value)
        if function.blank is not None and not (by and variable in known):
            # A function of unbound variables is an error, SUM of nothing would be 0, and MIN of nothing is unbound.
            result = f"IF(COUNT({cell}) > 0, {result}, ?nothing)"
        for other in alike:
            rows.append(_bind(f'IF(BOUND({cell}), COALESCE(STR(?{other}), ""), ?nothing)', f"{name}_{other}"))
            used.add(f"{name}_{other}")
            result = f"IF(COUNT(DISTINCT ?{name}_{other}) < 2, {result}, ?nothing)"
        if _AGGREGATE.fullmatch(result):
            items.append(f"({result} AS ?{name})")
        else:
            # Virtuoso fails at other functions of aggregates in the same SELECT.
            for each in _AGGREGATE.findall(result):
                result = result.replace(each, f"?{parts.setdefault(each, f'{name}_{len(parts)}')}")
            computed.append(_bind(result, name))
    items += [f"({aggregate} AS ?{part})" for aggregate, part in parts.items()]
    distinct = "DISTINCT " if len(items) == len(by) else ""
    groups = f"\nGROUP BY {' '.join(items[: len(by)])}" if by and not distinct else ""
    rows = _needed(rows, used)
    if order := " ".join(f"?{variable}" for _, how, variable, *_ in results if MEASURES[how].ordered):
        rows = [
            _Element(
                _braced(
                    f"{_select(' '.join(f'?{name}' for name in sorted(filter(None, used))), rows)}\nORDER BY {order}"
                )
            )
        ]
    select = _select(distinct + " ".join(items), rows) + groups + end
    text = _braced("\n".join([_braced(select), *(each.text for each in computed)])) if computed else _braced(select)
    return _Element(text, [*by, *(name for name, *_ in results)])


def _select(items: str, elements: Iterable[_Element]) -> str:
    """Return a SELECT of a pattern."""
    pattern = "\n".join(each.text for each in elements)
    return f"SELECT {items}\nWHERE {_braced(_UNITS.sub('', pattern))}"


def _braced(text: str) -> str:
    return f"{{\n{indent(text, '  ')}\n}}"
