"""The subject of a question: the table that is asked for, and its columns for what the question names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from jixiao.ontology.places import division, lineage, places
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.box.question import Question
from jixiao.server.box.words import Piece, table as words
from jixiao.server.views import table_address
from jixiao.store.tables.table import Table, tables

LEVELS = ("province", "prefecture", "county")
"""Levels of places that groups can be made of."""
FIGURES = ("money", "percent", "points", "figure", "counted", "months")
"""Kinds of figures that are bounds of something."""
TYPES = ("type", "indicator")
OF_SIDES = ("mean", "compare", "difference")
"""Operations on something that is measured."""
_NOUNS = ("noun", "operation", "deciding")
"""Kinds of pieces that name what a figure measures only right beside the figure."""
_SAYS_INDICATOR = re.compile("指标|目标|indicator|target")
_DEAR = re.compile("[高贵]|金额|钱|便宜|highest|expens|costl|pric|cheap")
_LEAST = re.compile("少|小|低|短|便宜|least|small|low|cheap|short")


class Subject:
    """A table with the columns that a question names: what is counted, measured, ordered and summed."""

    def __init__(self, question: Question, table: str = "") -> None:
        """Choose the table, unless one is given by name."""
        self.question = question
        self.asked, self.things = "", dict[str, str]()
        self.table = tables()[table] if table in tables() else self._table()
        self.columns = table_address.places(self.table)
        self.measures = table_address.measures(self.table)

    def _table(self) -> Table:
        """Return the table of the noun that is asked for, or the one that other words ask for in its place."""
        question = self.question
        for view in question.having("view"):
            return tables()[view.values[1]]
        absent = [piece for piece in question.having("part") if question.is_denied(piece)]
        parts = {(piece.start, piece.end) for piece in (*question.having("fault"), *absent)}
        is_named = any(piece.operator != "absent" for piece in question.having("number", "document"))
        conditions = ("documents", "citations") if is_named else ()
        nouns = [piece for piece in question.having("noun") if (piece.start, piece.end) not in parts]
        nouns = [piece for piece in nouns if piece.value not in conditions]
        nouns += [
            replace(piece, values=("indicators",))
            for piece in question.having("type")
            if _SAYS_INDICATOR.search(question.text, piece.start, piece.end)
        ]
        self.asked = self._asked(sorted(nouns, key=lambda piece: piece.start))
        self.things = words()["things"].get(self.asked, {})
        name = self.things.get("table", self.asked)
        naming = [piece for piece in question.pieces if piece.kind not in ("noun", "part", "column") or piece in nouns]
        meanings = {word for piece in naming for word in (piece.kind, piece.value)}
        if name in ("", "projects") and ("percentage" in meanings or self._asks_targets()):
            name = "indicators"
        for table, turning in words()["turning"].items():
            if name in turning["from"] and meanings & {*turning["said"]}:
                name = table
        return tables().get(name) or tables()["projects"]

    def _asks_targets(self) -> bool:
        """Return True for an indicator beside a word that asks how much: 成活率定到多少."""
        question = self.question
        asking = [word for word in question.operations("sum") if question.typed(word) in words()["of_rows"]]
        is_bounded = question.having(*FIGURES, "outcome") or question.asks("count")
        return bool(asking and question.having(*TYPES)) and not is_bounded

    def _asked(self, nouns: Sequence[Piece]) -> str:
        """Return the table of the noun beside a word that asks, or else of the head of the phrase; "" without one."""
        question = self.question
        asking = [piece for piece in question.pieces if piece.kind == "asking" or piece.value in ("count", "who")]
        before = [noun for noun in nouns if any(not question.is_apart(word, noun) for word in asking)]
        behind = [noun for noun in nouns if any(not question.is_apart(noun, word) for word in asking)]
        # The head of a phrase stands last in Chinese, first in English.
        heads = before or behind or (nouns if question.text.isascii() else nouns[::-1])
        return heads[0].value if heads else ""

    def column(self, kind: str) -> str:
        """Return the column of the table that takes values of a kind, "" if none does."""
        names = words()["slot"].get(kind, (kind,))
        return next((name for name in names if name in self.columns or name in self.measures), "")

    @property
    def rows(self) -> str:
        """The measure that counts the rows of groups: projects, of which some tables have several rows."""
        return "distinct_project" if self.table.name in words()["several"] else "rows"

    @cached_property
    def superlatives(self) -> list[Piece]:
        """The words for the most or the least, and the numbers of first rows."""
        return [*self.question.operations("most", "least"), *self.question.having("top", "rank")]

    @property
    def is_dear(self) -> bool:
        """True if a word for the order says that it is of money: 最贵, 哪家高."""
        ordering = (*self.superlatives, *self.question.operations("compare"))
        return any(_DEAR.search(self.question.typed(word)) for word in ordering)

    @property
    def is_least(self) -> bool:
        """True if what has the least is asked for."""
        first = next(iter(self.superlatives), None)
        if first is None or first.kind == "operation":
            return first is not None and first.value == "least"
        return bool(_LEAST.search(self.question.typed(first)))

    @cached_property
    def quantities(self) -> Mapping[Piece, str]:
        """Quantities that the text names to be measured, by the pieces that name them.

        English says “total amount” for sums as well: this names a kind where single rows are ranked.
        """
        question = self.question
        ranks_rows = self.superlatives and not question.having("group")
        sums = {(piece.start, piece.end) for piece in question.operations("sum") if not ranks_rows}
        amounts = {piece: piece.value for piece in question.having("amount") if (piece.start, piece.end) not in sums}
        of_kind, of_word = words()["measure_of"], words()["measure"]
        named: dict[Piece, str] = {}
        for piece in question.pieces:
            quantity = of_kind.get(piece.kind) or of_word.get(piece.value) or amounts.get(piece)
            # Beside the number of its own rows, a table has that of a thing in a column.
            if quantity and (piece.kind != "noun" or self.column(quantity)):
                named[piece] = quantity
        return named

    def quantity(self, piece: Piece) -> str:
        """Return what a figure, or a word such as “most”, is about: what is named beside it, or else nearest to it.

        If nothing is named that it can be of, it is what its unit is of first, and "" without a unit.
        """
        units = words()["unit"].get(piece.kind)
        fitting = [name for name in units or () if not name or self.column(name)]
        nearest: list[tuple[bool, bool, int, str]] = []
        for name, quantity in self.quantities.items():
            is_beside = self._is_beside(name, piece)
            if (units is None or quantity in fitting) and not self._is_of_other(name, piece, is_beside=is_beside):
                distance = max(piece.start - name.end, name.start - piece.end)
                nearest.append((not is_beside, name.kind in _NOUNS, distance, quantity))
        if nearest:
            return min(nearest)[-1]
        return fitting[0] if fitting else ""

    def _is_beside(self, name: Piece, piece: Piece) -> bool:
        overlaps = max(piece.start - name.end, name.start - piece.end) <= 0
        return overlaps or self.question.are_neighbours(name, piece)

    def _is_of_other(self, name: Piece, piece: Piece, *, is_beside: bool) -> bool:
        """Return True if a name is of something else than a figure or a word beside it.

        3 satisfaction indicators are no targets, 低于90的指标 no number, and the mean of projects is of money.
        """
        has_unit = bool(words()["unit"].get(piece.kind))
        if name.kind in _NOUNS and not is_beside and (has_unit or name.kind != "operation"):
            return True
        if piece.kind == "figure" and name.start >= piece.end:
            return name.kind in TYPES or bool(self.question.text[piece.end : name.start].strip())
        return piece.value == "mean" and name.value == "projects"

    @cached_property
    def ordered(self) -> str:
        """The quantity that words such as “most”, “mean” and “compared” are about, "" if it is not named."""
        of_sides = self.question.operations(*(OF_SIDES if self.compared else ("mean",)))
        ordering = (*self.question.having("order"), *self.superlatives, *of_sides)
        return self.quantity(ordering[0]) if ordering else ""

    @cached_property
    def measured(self) -> str:
        """The quantity that the answer measures, "" for rows and their usual money."""
        amounts = [piece.value for piece in self.question.having("amount") if piece in self.quantities]
        summed = [name for name in amounts if f"sum_{name}" in self.measures]
        is_usual = self.ordered in ("", "money") or (self.ordered == "rows" and not self.superlatives)
        return summed[0] if summed and is_usual and not self.question.having(*FIGURES) else self.ordered

    @cached_property
    def measure(self) -> str:
        """The column of what the answer measures, "" if the table has none that can be ordered."""
        column = self.column("money" if self.measured in ("", "rows") else self.measured)
        # Targets are of many units, and a fund is not measured by the amount of its project.
        is_of_table = self.measured != "target" and ("fund" in self.columns or not self.question.having("fund"))
        return column if is_of_table and column in self.columns and "." not in column else ""

    @property
    def sum(self) -> str:
        """The measure of groups that adds up what the answer measures, "" if this has no sum."""
        return f"sum_{self.measure}" if f"sum_{self.measure}" in self.measures else ""

    @property
    def sums(self) -> list[str]:
        """The columns whose sums are asked for: two where their difference is, as in 执行数比预算数少多少."""
        others = map(self.column, self.quantities.values()) if self.question.asks("compare", "difference") else ()
        return [name for name in dict.fromkeys((self.measure, *others)) if f"sum_{name}" in self.measures]

    @property
    def asks_money(self) -> bool:
        """True if a text asks for money, and not for a number or for the rows alone."""
        question = self.question
        spent = [piece for piece in question.having("doing") if piece.value == "spent"]
        sums = [piece for piece in question.operations("sum") if question.typed(piece) not in words()["of_rows"]]
        return bool(
            sums
            or spent
            or question.having("amount", "kind", "money", "fund")
            or self.is_dear
            or self.ordered == "money"
        )

    def is_of_documents(self, year: Piece) -> bool:
        """Return True for a year right beside documents that are asked for: 2009年的文件, documents of 2009."""
        nouns = [noun for noun in self.question.neighbours(year, "noun") if noun.value == "documents"]
        return self.asked == "documents" and bool(nouns) and bool(self.column("issued"))

    @property
    def names_rows(self) -> bool:
        """True if the text has a noun for the rows of the table."""
        return any(noun.value == self.table.name for noun in self.question.having("noun"))

    @property
    def is_share_of_rows(self) -> bool:
        """True if a share is asked of the rows themselves: 100万以上的项目占多少, and not 占总额的比例."""
        question = self.question
        beside = [noun for share in question.operations("share") for noun in question.neighbours(share, "noun")]
        is_of_rows = any(noun.value == self.table.name for noun in beside)
        return is_of_rows and not question.having("amount", "kind", "fund")

    @cached_property
    def compared(self) -> Mapping[str, Mapping[tuple[str, ...], Bilingual]]:
        """The values of each kind of which several are named, with words for them; a kind of bodies has several."""
        named: dict[str, dict[tuple[str, ...], Bilingual]] = {}
        for kind in words()["compared"]:
            pieces = self.question.having(kind)
            values = dict(value for piece in pieces for value in _values(piece))
            if len(values) > 1:
                named[kind] = values
        return named

    @property
    def compares(self) -> bool:
        """True if groups are compared: a difference of more than two is no single figure."""
        wanted = ("compare", "difference") if self.compared else ("compare",)
        return self.question.asks(*wanted) and not self.pair

    @property
    def lists_rows(self) -> bool:
        """True if the rows of each place are asked for, and no figure of them: 各区县报了哪些项目."""
        question = self.question
        listing = [word for word in question.having("asking") if question.neighbours(word, "noun")]
        has_levels = any(piece.value in LEVELS for piece in question.having("group"))
        asks_figure = question.asks("count", "sum", "mean", "compare", "difference", "share") or self.superlatives
        return bool(listing and has_levels) and self.asked == self.table.name and not asks_figure

    @property
    def counts_things(self) -> bool:
        """True if the number of other things is asked for in each group: 每个省有几个单位."""
        levels = [piece for piece in self.question.having("group") if piece.value in LEVELS]
        return bool(levels and self.things) and self.is_each and self.question.asks("count")

    @property
    def spends_in_all(self) -> bool:
        """True if a text asks what was spent, and names nothing that spent it."""
        question = self.question
        is_spent = any(word.value == "spent" for word in question.having("doing"))
        named = question.having("place", "body", "organ", "project", "word", "text", "lost")
        return is_spent and self.table.name == "evaluations" and not named

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The columns that groups are made by: for words such as 每年, things asked for, and compared ones."""
        question = self.question
        column = self.column(self.ordered)
        # The highest score is one row's, which has its body and year.
        is_of_row = self.superlatives and not self.is_each and column in self.columns
        groups: list[str] = []
        if self.lists_rows:
            return ()
        if not is_of_row or f"sum_{column}" in self.measures:
            groups = [piece.value for piece in question.having("group")]
            groups += [self.things["group"]] if "group" in self.things and not self.counts_things else []
        ranks = question.asks("most", "least", "count", "compare") or question.having("money") or self.is_lacking
        if question.asks("who") and ranks:
            groups.append("body")
        if not groups and question.having("years", "running"):
            groups.append("series")
        if question.asks("each") and question.asks("count") and "project" in self.columns:
            groups.append("project")
        if self.compared and self.compares:
            groups += self.compared
            # Sums of two places or bodies are those of one year.
            if self.ordered == "money" and sum(len(piece.values) for piece in question.having("year")) != 1:
                groups.append("year")
        columns = [self.grouping(name) for name in groups]
        return tuple(dict.fromkeys(filter(None, columns)))[: table_address.MOST_GROUPS]

    def grouping(self, group: str) -> str:
        """Return the column of the table by which groups of a name are made, "" if there is none."""
        for name in words()["grouping"].get(group, ()):
            if name in self.columns and self.columns[name].group and self.table.key != (name,):
                return str(name)
        return ""

    @cached_property
    def is_each(self) -> bool:
        """True if something is asked for in each group: 每年, and not 哪年."""
        typed = " ".join(map(self.question.typed, self.question.having("group")))
        return bool(re.search("[每各逐按分历]|each|every|per|by", typed)) and not re.search("哪|which|with", typed)

    @property
    def pair(self) -> str:
        """The kind of the two values between which a difference is asked for, "" if there are no such two.

        For two kinds of bodies, a word for a comparison is enough, since no column has kinds of bodies.
        """
        two = [kind for kind, values in self.compared.items() if len(values) == 2]
        wanted = ("difference", "compare") if two == ["organ"] else ("difference",)
        return two[0] if self.question.asks(*wanted) and len(two) == len(self.compared) == 1 else ""

    @property
    def is_lacking(self) -> bool:
        """True if a text says that something has no projects, as in 哪些机构没有2022年的项目."""
        # The number of a document is no row of something else.
        parts = [
            part for part in self.question.having("part", "column") if part.kind == "column" or part.value == "number"
        ]
        of_own = self.question.denying(parts)
        denying = [word for word in self.question.having("denying") if word.value == "without" and word not in of_own]
        projects = [noun for noun in self.question.having("noun") if noun.value == "projects"]
        return any(all(self.question.is_apart(noun, word) for noun in projects) for word in denying)

    @property
    def lacks(self) -> bool:
        """True if groups are asked for that have no rows of a kind."""
        return bool(self.groups) and self.is_lacking and not (self.is_each or self.superlatives)


def levelled(question: Question) -> list[Piece]:
    """Return the pieces of a question with a level for words such as 各地: the one below the place that is named.

    A word such as 哪里 asks for groups beside a superlative or a number alone, 各地林业局 are all bodies of a kind, and
    没写哪一年 is about a part.
    """
    pieces = question.pieces
    parts = {(piece.start, piece.end) for piece in question.having("part") if question.is_denied(piece)}
    codes = [code for piece in pieces if piece.kind == "place" for code in piece.values]
    of_kind = {piece.start for piece in pieces if piece.kind == "organ"}
    ranks = any(piece.kind == "operation" and piece.value in words()["ranking"] for piece in pieces)
    kept: list[Piece] = []
    for piece in pieces:
        if piece.kind == "group" and (piece.end in of_kind or (piece.start, piece.end) in parts):
            continue
        if piece.value == "where" and not ranks:
            kept.append(replace(piece, kind="asking"))
            continue
        is_place = piece.kind == "group" and piece.value in ("place", "where")
        kept.append(replace(piece, values=(_below(codes),)) if is_place else piece)
    return kept


def _below(codes: Sequence[str]) -> str:
    """Return the level below the first of some places, or that of provinces without any."""
    inner = [place for place in places().values() if not codes or codes[0] in _around(place.code)]
    return min((place.level for place in inner), key=LEVELS.index, default="county")


def _around(code: str) -> set[str]:
    return {place.code for place in lineage(code)[1:]}


def _values(piece: Piece) -> list[tuple[tuple[str, ...], Bilingual]]:
    """Return each value that a piece names, with words for it; the values of a kind of bodies together."""
    if piece.kind == "organ":
        return [(piece.values, piece.words or Bilingual(piece.value, piece.value))]
    return [((value,), _called(value)) for value in piece.values]


def _called(value: str) -> Bilingual:
    return division(value) or Bilingual(value, value)
