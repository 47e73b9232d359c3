"""Find sums of money in running text (`甲56万元，乙46万元，共102万元`), and calculations, in yuan.

Calculations are figures that × and + join, with their results (`1500 元*10 篇=15000 元`). If the units of a calculation
leave its meaning open (27×3=81万元), the reading with the smallest error is taken.

Parts of a sum (`102万元，其中甲56万元，乙46万元`) count only in a list of which each clause is one part with one
figure; prices, rates and comparisons are no parts, but a price times a quantity is. All parts in a goal, or in the
section about the year's money, are one more sum without a printed total.

Sums and calculations in any cell, even one that is not read otherwise, are misprints if they do not come to their
results. So are totals of tables that no form holds: the rows above a total are added up, figure by figure from the last
one of each row. A table has the unit of the line or header above it or, without one, of the sum that a letter hands
down, if its total is that sum. Tables with subtotals, and with rows that have other numbers of figures, are left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate, product as pairs
from math import prod

from jixiao.ingest.model import Calculation, Misprint, Printed
from jixiao.ingest.rendition import Cell, Row, places_of
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.text.mentions.money import ANY, RE, YUAN, factors
from jixiao.ingest.text.mentions.prose import Prose, Quantity
from jixiao.ingest.values.amounts import NUMBER, UNIT, UNITS, decimal, money, scale, step
from jixiao.ingest.values.plain import folded
from jixiao.ontology import numerals, terms
from jixiao.ontology.text.wording import Wording

_MOST = 5  # factors of a price times a quantity
_ONE = Decimal(1)


def _chains(prose: Prose) -> Iterator[tuple[list[list[Quantity]], Quantity | None]]:
    """Yield each chain of products that + joins, as lists of factors, and the figure after the chain or None.

    A chain has at least two figures.
    """
    products: list[list[Quantity]] = []
    for one in (*(each for each in factors(prose) if each.digits), None):
        sign = RE.joins.fullmatch(prose.text, products[-1][-1].end, one.first) if products and one else None
        if one and sign:
            products[-1:] = [[*products[-1], one]] if sign["times"] else [products[-1], [one]]
        else:
            if sum(map(len, products)) > 1:
                yield products, one
            products = [[one]] if one else []


def _scale(one: Quantity) -> Decimal | None:
    """Return the value in yuan of the unit in which a sum of money is printed; None for a figure that is no money."""
    return one.value / decimal(one.digits) if one.unit == YUAN and one.value else None


def calculations(printed: Printed, holder: str | int) -> Iterator[Calculation]:
    """Yield the calculations in a text, in order; `holder` is the goal or section of the text (see Figure)."""
    prose = Prose("", "section", Flow.of(printed))
    text = prose.text
    for products, result in _chains(prose):
        start, last = products[0][0].first, products[-1][-1].end
        if (
            not (result and result.unit in {YUAN, ANY})
            or not RE.equals.fullmatch(text, last, result.first)
            or RE.begins_in.search(text, max(0, start - 4), start)
            or not (readings := list(_readings(products, result)))
        ):
            continue
        end = result.end + 1 if text.startswith(YUAN * 2, result.end - 1) else result.end
        if not RE.goes_on.match(text, end):
            computed, yuan, scaled = min(readings, key=lambda one: abs(one[0] - one[1]) / (abs(one[1]) or 1))
            words, rounded = prose.flow.text[start:end].strip(), step(result.digits, scaled)
            yield Calculation(words, computed, yuan, rounded, holder, prose.places(start, end))


def _readings(products: Sequence[list[Quantity]], result: Quantity) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Yield each possible reading of a calculation: its value, its printed result, and the value of the result's unit.

    All three are in yuan. If only one side of the equation has a unit of money, the other may be in that unit as well.
    """
    money = [[scale for one in factors if (scale := _scale(one))] for factors in products]
    scales, unit = {scale for of_one in money for scale in of_one}, _scale(result)
    if any(len(of_one) > 1 for of_one in money):
        return
    of_bare = {_ONE, *scales} if scales else {_ONE, unit or _ONE}
    for bare, of_result in pairs(of_bare, {unit} if unit else {_ONE, *scales}):
        values = (_value(factors) * (_ONE if scaled else bare) for factors, scaled in zip(products, money, strict=True))
        yield sum(values, Decimal(0)), decimal(result.digits) * of_result, of_result


def _value(run: Sequence[Quantity]) -> Decimal:
    return prod((one.value / 100 if one.unit == "%" else one.value for one in run), start=_ONE)


def multiplied(flow: Flow) -> str:
    """Return a text with each price times a quantity (`（1万元×2）`) as one figure, with spaces up to its length.

    A product without a price, or with several, stays as it is.
    """
    prose, text = Prose("", "section", flow), flow.text
    for products, _ in _chains(prose):
        run = products[0]
        prices = [one for one in run if _scale(one)]
        plain = all(one.unit != "%" and one.value == decimal(one.digits) for one in run if one not in prices)
        if len(products) == len(prices) == 1 and plain and len(run) <= _MOST:
            (price,) = prices
            start, opens = run[0].first, RE.opens.search(text, 0, run[0].first)
            ends = (opens and RE.closes.match(text, run[-1].end)) or RE.ends.match(text, run[-1].end)
            if ends and RE.free.match(text, start := opens.start() if opens and ends["close"] else start):
                end = ends.end()
                unit = text[price.first + len(price.digits) : price.end].partition("/")[0].strip()
                figure = f"{(_value(run) / (_scale(price) or _ONE)).normalize():f}{unit}"
                text = text[:start] + figure.ljust(end - start) + text[end:]
    return text


_WORDING = Wording("jixiao.ingest.text", "sums.toml", {"number": NUMBER, "unit": UNIT})
_RE = _WORDING.patterns
_RANKS = {mark: rank for rank, marks in enumerate(_WORDING.words("marks")) for mark in marks}
_COMMA, _SENTENCE = _RANKS["，"], _RANKS["。"]
_NAME = re.compile(r"[：:=＝]")
_FEWEST = 2  # least number of parts of a sum
_MOST_OF = 4  # parts that leave more than a fourth of their total open are not all of them
_ROUNDED = Decimal("0.0001")  # the part of a result by which it may be rounded: 10.39*3850=40000
_LONGEST = 400  # most characters from a sum's first part to its total; further away, they do not belong together


@dataclass(frozen=True)
class _Clause:
    """A clause of a text: its kind, its start and end in the text, the mark at its end, and its figure.

    Kinds with a figure are part, total, other (a sum that is no part) and unsure (perhaps no sum). Kinds without a
    figure are explaining (the part before it), lead (introducing the next part) and none. `rank` is how strongly the
    mark at the end divides: a full stop more than a comma. `value` is the figure in yuan, `step` the value of its last
    digit.
    """

    kind: str
    start: int
    end: int
    rank: int
    value: Decimal = Decimal(0)
    step: Decimal = Decimal(1)
    about: bool = False  # True for an approximate figure
    opens: bool = False  # True for a clause that begins a list of parts: 其中甲5万元
    across: bool = False  # True if the total may also cover earlier sentences: 合计, but not 共
    asks: bool = False  # True if its words may mean all that the project requests
    colon: bool = False  # True if a colon ends it

    @property
    def counts(self) -> bool:
        """Return whether the clause has a figure that may be added up."""
        return self.kind in {"part", "total"}


@dataclass(frozen=True)
class _Sum:
    """A sum in a text: its parts, and its total, which is None if the text prints no total."""

    parts: tuple[_Clause, ...]
    total: _Clause | None = None

    @property
    def computed(self) -> Decimal:
        """The sum of the parts, in yuan."""
        return sum((part.value for part in self.parts), Decimal(0))

    @property
    def holds(self) -> bool:
        """Return whether the parts add up to their total."""
        return self.total is None or self.computed == self.total.value

    @property
    def is_of_one_unit(self) -> bool:
        """Return whether no part is so small that its unit seems wrong, like 9.80元 beside 16.60万元.

        No part may be below the value of another part's last digit; approximate parts do not count.
        """
        steps = [part.step for part in self.parts if not part.about]
        return min(part.value for part in self.parts) >= max(steps, default=Decimal(0))

    @property
    def ends(self) -> tuple[int, int]:
        """The offsets of the sum's first character and after its last one."""
        clauses = [*self.parts, *([self.total] if self.total else [])]
        return min(each.start for each in clauses), max(each.end for each in clauses)

    @property
    def step(self) -> Decimal:
        """The precision in yuan to which the parts' sum and the total are compared.

        It is the value of the last printed digit of the finest part or, if that is larger, of the total, but then at
        most a hundredth of the total. With approximate figures, their precisions are added up instead.
        """
        finest = min(part.step for part in self.parts)
        about = [each.step for each in (*self.parts, *([self.total] if self.total else [])) if each.about]
        if about or self.total is None:
            return sum(about, finest)
        return max(finest, min(self.total.step, self.total.value / 100))


def stated_sums(printed: Printed, holder: str | int | None, *, of_the_year: bool) -> tuple[Calculation, ...]:
    """Return the sums of money in a text, in order; `holder` is the goal or section that the text is printed in.

    For a cell with an amount of the form, `holder` is None. `of_the_year` is true for goals and the section about the
    year's money, where all parts form one more sum.
    """
    flow = Flow.of(printed)
    text = multiplied(flow)
    if of_the_year and not _RE.years.search(text):
        text = _RE.yearly.sub(_blank, text)
    clauses = _with_leads(_clauses(_RE.brackets.sub(_blank, text)))
    of_which, covered = _of_which(clauses)
    added_up, covered = _added_up(clauses, covered)
    found = [*of_which, *added_up]
    found += _of_section(flow.text, [each for each in clauses if each not in covered]) if of_the_year else []
    close = (one for one in found if (one.ends[1] - one.ends[0] <= _LONGEST if one.total else one.is_of_one_unit))
    return tuple(_stated(one, flow, holder) for one in sorted(close, key=lambda one: one.ends))


def _blank(found: re.Match[str]) -> str:
    """Return as many spaces as a passage has characters."""
    return " " * len(found.group())


def _stated(one: _Sum, flow: Flow, holder: str | int | None) -> Calculation:
    start, end = one.ends
    total = one.total.value if one.total else None
    words = flow.text[start:end].strip()
    return Calculation(words, one.computed, total, one.step, holder, flow.within(start, end))


def _clauses(text: str, offset: int = 0) -> Iterator[_Clause]:
    """Yield the clauses of a part of a text; `offset` is the position of the part in the text."""
    start = 0
    edges = [(found.start(), found.end(), found.group().strip(" \t")) for found in _RE.edge.finditer(text)]
    for at, behind, mark in [*edges, (len(text), len(text), "\n")]:
        if text[start:at].strip():
            clause = _clause(text[start:at], offset + start, _RANKS[mark[:1] or "、"])
            yield replace(clause, colon=True) if mark in {"：", ":", "（", "("} else clause
        start = behind


def _clause(text: str, start: int, rank: int) -> _Clause:
    """Return a text that begins at `start`, and ends with a mark of the given rank, as a clause.

    In a calculation, the result is the figure of the clause.
    """
    end = start + len(text.rstrip())
    start += len(text) - len(text.lstrip())
    result = _RE.equals.match(text)
    sums = list(_RE.money.finditer(text, result.end() if result else 0))
    if not sums:
        wordy = "explaining" if _RE.explaining.match(text) else "none"
        return _Clause(
            "unsure" if result or _RE.money.search(text) else wordy,
            start,
            end,
            rank,
            opens=_RE.opener.match(text) is not None,
        )
    printed = sums[-1]
    before, behind = text[: printed.start()], text[printed.end() :]
    about = _RE.about_before.search(before) or _RE.about_behind.match(behind)
    unit = scale(printed["unit"])
    value = decimal(printed["digits"]) * unit
    figure = _Clause(
        "part",
        start,
        end,
        rank,
        value,
        _rounded(value) if about else step(printed["digits"], unit),
        about=about is not None,
        opens=_RE.opener.match(text) is not None,
        across=_RE.strong.search(before) is not None,
        asks=_RE.whole.search(before) is not None,
    )
    if _RE.total.match(before) and _RE.tail.match(behind):
        return replace(figure, kind="total")
    if not (start or before.strip()) and _RE.tail.match(behind):
        return replace(figure, kind="other")  # an amount at the start of its cell, whose label names it
    name = before if result is None else _NAME.split(before)[0]
    unnamed = not _RE.named.search(before) or _RE.price.search(name)
    if len(sums) > 1 or not _RE.tail.match(behind) or (unnamed and not result):
        return replace(figure, kind="unsure")
    return replace(figure, kind="other") if unnamed or _RE.no_part.search(name + behind) else figure


def _with_leads(clauses: Iterable[_Clause]) -> list[_Clause]:
    """Return the clauses, in which those that introduce a part get the kind lead.

    An example is the first clause of `加上租车等，预算为14万`.
    """
    told: list[_Clause] = []
    behind: _Clause | None = None
    for clause in reversed(list(clauses)):
        before_part = behind is not None and (behind.kind == "lead" or (behind.kind == "part" and behind.rank > _COMMA))
        leads = before_part and clause.kind == "none" and not clause.opens and clause.rank == _COMMA
        behind = replace(clause, kind="lead") if leads else clause
        told.append(behind)
    return told[::-1]


def _rounded(value: Decimal) -> Decimal:
    """Return the precision of an approximate figure: the place value of its last digit that is not 0.

    The precision is at most a twentieth of the figure: for 约20万, 10,000 yuan and not 100,000. For 0, it is 1.
    """
    digits = value.normalize().as_tuple()
    return min(Decimal(1).scaleb(int(digits.exponent)), value / 20) or Decimal(1)


def _of_which(clauses: Sequence[_Clause]) -> tuple[list[_Sum], set[_Clause]]:
    """Return the sums whose parts follow their total, and the clauses that are parts.

    An example is 102万元，其中甲56万元，乙46万元. A total that is a part of an earlier sum has no parts of its own.
    """
    sums: list[_Sum] = []
    covered: set[_Clause] = set()
    for at, total in enumerate(clauses[:-1]):
        following = clauses[at + 1 :]
        is_remark = (remark := following[0]).kind in {"none", "explaining"} and not remark.opens
        if is_remark and {total.rank, remark.rank} == {_COMMA}:
            following = following[1:] or following  # 17.8万元，计划兑现1980亩，其中甲…
        if total in covered or not (total.counts or total.kind == "other") or not (total.colon or following[0].opens):
            continue
        run, sure = _run(following)
        covered.update(run)
        ends = [n for n, value in enumerate(accumulate(part.value for part in run), 1) if value == total.value]
        parts = run[: ends[0]] if ends and ends[0] >= _FEWEST else run
        found = _Sum(tuple(parts), total)
        near = not total.value or found.computed * _MOST_OF >= total.value * (_MOST_OF - 1)
        if len(parts) >= _FEWEST and ((sure and near) or found.holds or found.computed > total.value):
            sums.append(found)
    return sums, covered


def _run(clauses: Sequence[_Clause]) -> tuple[list[_Clause], bool]:
    """Return the parts in the list that begins at the first clause, and whether they are surely all its parts.

    The list ends with a punctuation mark that divides more strongly than the mark after its first part.
    """
    parts: list[_Clause] = []
    for clause in clauses:
        if clause.kind in {"unsure", "other"} or (clause.opens and parts):
            return parts, False
        if clause.kind in {"total", "none"} and not (clause.opens and not parts):
            return parts, clause.kind == "total"
        if clause.kind == "part":
            parts.append(clause)
        if parts and (clause.rank > parts[0].rank or (clause.rank == _SENTENCE and parts[0].opens)):
            return parts, True
    return parts, True


def _added_up(clauses: Sequence[_Clause], taken: set[_Clause]) -> tuple[list[_Sum], set[_Clause]]:
    """Return the sums whose total follows their parts (甲56万元，乙46万元，共102万元), and the parts of all sums.

    The parts that are `taken` belong to other sums: they are not used again, and are among the parts returned.
    """
    sums: list[_Sum] = []
    covered = set(taken)
    for at, total in enumerate(clauses):
        if total.kind != "total" or total in covered:
            continue
        before = clauses[:at][::-1]
        near, sure = _before(before, covered, sentences=False)
        far, sure_far = _before(before, covered, sentences=True) if total.across else ([], False)
        fitting = [
            run[:n]
            for run in (near, far)
            for n, value in enumerate(accumulate(part.value for part in run), 1)
            if value == total.value and n >= _FEWEST
        ]
        chosen, whole = (near, sure) if len(near) >= _FEWEST else (far, sure_far)
        parts = fitting[0] if fitting else [part for part in chosen if part.value != total.value]
        covered.update(parts)
        found = _Sum(tuple(parts[::-1]), total)
        if len(parts) >= _FEWEST and (found.holds or whole or found.computed > total.value):
            sums.append(found)
    return sums, covered


def _before(clauses: Sequence[_Clause], covered: set[_Clause], *, sentences: bool) -> tuple[list[_Clause], bool]:
    """Return the parts of a total that stand directly before it, last first, and whether these are surely all parts.

    `clauses` are the clauses before the total, last first; `covered` has the parts of other sums, which are passed
    over. `sentences` is true if parts may be in earlier sentences than the total.
    """
    parts: list[_Clause] = []
    for clause in clauses:
        if clause.rank == _SENTENCE and not sentences:
            return parts, True
        if clause.kind in {"unsure", "other"}:
            return [], False
        if clause.kind == "none":
            return parts, clause.rank == _SENTENCE
        if clause.counts and clause not in covered:
            parts.append(clause)
    return parts, True


def _of_section(text: str, clauses: Sequence[_Clause]) -> list[_Sum]:
    """Return a list with the sum of all parts in a text about the year's money; empty if a figure may be no part.

    `clauses` are those that belong to no other sum. The first figure is the total if its words may mean all that the
    project requests, or if the others add up to it. A total at the end that repeats the first figure is left out.
    """
    figures = [clause for clause in clauses if clause.counts]
    if len(figures) > 1 and figures[-1].kind == "total" and figures[-1].value == figures[0].value:
        figures.pop()
    if any(clause.kind in {"unsure", "other"} for clause in clauses) or len(set(_RE.year.findall(text))) > 1:
        return []
    first, *rest = figures or [_Clause("none", 0, 0, 0)]
    if len(rest) >= _FEWEST and (first.asks or first.value == sum(part.value for part in rest)):
        return [_Sum(tuple(rest), first)]
    return [_Sum(tuple(figures))] if len(figures) >= _FEWEST else []


def wrong_results(rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield the calculations and sums in cells that do not come to the results printed with them.

    A sum in words that differs from the figure beside it, in the same cell or the next one, is a misprint, too.
    """
    for row in rows:
        for found in _RE.in_words.finditer(row.text):
            words, digits = (found[name] or found[f"{name}2"] for name in ("words", "digits"))
            read, told = numerals.exact(words), decimal(digits) * scale(found["unit"] or found["unit2"])
            if read is not None and read != told:
                places = places_of(cell for cell in row.filled if words in cell.text)
                shown, said = found.group().replace("\t", " "), f"{read}≠{told.normalize():f}"
                yield Misprint(shown, said, places, terms.wrongCalculation, in_any=True)
        yield from (one for cell in row.filled for one in _wrong_results(cell))


def _wrong_results(cell: Cell) -> Iterator[Misprint]:
    shown = [*calculations(Printed.of(cell), 0)] if "=" in cell.text or "＝" in cell.text else []
    if len(_RE.sum_of_money.findall(cell.text)) > _FEWEST:
        shown += stated_sums(Printed.of(cell), None, of_the_year=False)
    for one in shown:
        if one.result is not None and abs(one.computed - one.result) > max(one.step / 2, one.computed * _ROUNDED):
            yield Misprint(one.text, f"{one.computed:f}≠{one.result:f}", one.places, terms.wrongCalculation)


_Line = tuple[str, Sequence[Cell]]
"""A row of a table: its label, and its cells with figures."""


def wrong_totals(rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield the totals of tables that are not the sums of the rows above them, but near these."""
    lines: list[_Line] = []
    unit, handed = Decimal(0), dict[Decimal, Decimal]()
    for row in (each for each in rows if each.filled):
        figures = [cell for cell in row.filled if money(cell.text) is not None]
        label = "".join(next((cell.text for cell in row.filled if cell not in figures), "").split())
        if not label and lines and not lines[-1][1]:
            label = lines.pop()[0]  # a total on a line of its own
        if is_total := _RE.table_total.fullmatch(label) is not None and figures:
            for column, whole, computed in _columns([*lines, (label, figures)]):
                if scale := unit or handed.get(whole):
                    words = "、".join(f"{named}{cell.text}" for named, cell in column)
                    places = places_of(cell for _, cell in column)
                    yield Misprint(words, f"{computed * scale:f}≠{whole * scale:f}", places, terms.wrongCalculation)
        if is_total or not label:
            lines, unit = [], Decimal(0)
        elif figures or _RE.table_total.fullmatch(label):
            lines.append((label, figures))
        else:
            text = folded("\n".join(cell.text for cell in row.filled))
            stated = [UNITS[found["named"]] for found in _RE.table_unit.finditer(text)]
            kept = Decimal(0) if lines else unit
            lines, unit = [], stated[-1] if stated else kept
            found = RE.handed_down.finditer(text)
            handed |= {decimal(one["digits"]): UNITS[one["unit"]] for one in found}


def _columns(lines: Sequence[_Line]) -> Iterator[tuple[Sequence[tuple[str, Cell]], Decimal, Decimal]]:
    """Yield labels and cells of each column whose total, in the last line, is near the sum of the rest but not equal.

    A column with a value that is the sum of values directly below it is left out, since they would be counted twice;
    where rows are numbered through, it is left out only if the total is right without such values.
    """
    (*rows, (_, wholes)), counts = lines, {len(figures) for _, figures in lines[:-1]}
    if len(rows) < _FEWEST or len(counts) > 1 or any(_RE.table_subtotal.search(label) for label, _ in rows):
        return
    serials = [money(cell.text) for _, figures in rows for cell in figures[:1]]
    numbered = serials == [*range(1, len(rows) + 1)]
    for at in range(1, min(len(wholes), *counts) + 1):
        column = [(label, figures[-at]) for label, figures in lines]
        *values, whole = (money(cell.text) or Decimal(0) for _, cell in column)
        computed = sum(values, Decimal(0))
        sums = ([*accumulate(values[n + 1 :])][_FEWEST - 1 :] for n in range(len(values)))
        twice = [value for value, below in zip(values, sums, strict=True) if value and value in below]
        without = {computed - value for value in (Decimal(0), sum(twice, Decimal(0)), *twice)}
        if whole not in without and (numbered or not twice) and 2 * whole < 3 * computed and 2 * computed < 3 * whole:
            yield column, whole, computed
