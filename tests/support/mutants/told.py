"""Lay out the indicators of one mutant without the head of a table: on marked lines, in sentences, in lists, across."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from jixiao.ingest.values.plain import folded
from tests.support.mutants.facts import Indicator
from tests.support.mutants.grid import Cell, Table
from tests.support.mutants.indicators import Body

WAYS = ("marked", "sentences", "list", "cells", "across")
_WIDTH = 5
_NUMBERS = "一二三四五六七八九"
_SIGNED = re.compile(r"(?:>=|<=|≥|≤|=).*")


def body(way: str, indicators: Sequence[Indicator]) -> Body:
    """Lay out the indicators in one of the ways."""
    stated = tuple(each for each in indicators if each.level1 and each.level2)
    if way == "across":
        return Body((_across(stated),), (), stated)
    lines = {"marked": _marked, "sentences": _sentences, "list": _list, "cells": _cells}[way](stated)
    return Body((Table(_WIDTH, [{0: Cell("绩效指标")}, *lines]),), (), stated)


def _line(text: str) -> dict[int, Cell]:
    return {0: Cell(text, _WIDTH)}


def _told(indicator: Indicator) -> str:
    """Write a name and its target: a sign joins them, or a colon."""
    target = indicator.target or ""
    return f"{indicator.name}{'' if _SIGNED.fullmatch(folded(target)) else '：'}{target}".rstrip("：")


def _marked(indicators: Sequence[Indicator]) -> Iterator[dict[int, Cell]]:
    for (level1, level2), run in groupby(indicators, lambda each: (each.level1, each.level2)):
        for number, each in enumerate(run, 1):
            yield _line(f"【{level1}-{level2}】指标{number}：{_told(each)}")


def _sentences(indicators: Sequence[Indicator]) -> Iterator[dict[int, Cell]]:
    for first, (level1, below) in enumerate(groupby(indicators, lambda each: each.level1)):
        yield _line(f"{_NUMBERS[first]}、{level1}")
        for second, (level2, run) in enumerate(groupby(below, lambda each: each.level2), 1):
            yield _line(f"{second}.{level2}：{'；'.join(map(_told, run))}。")


def _list(indicators: Sequence[Indicator]) -> Iterator[dict[int, Cell]]:
    for level1, below in groupby(indicators, lambda each: each.level1):
        yield _line(level1 or "")
        for level2, run in groupby(below, lambda each: each.level2):
            yield _line(f"  {level2}")
            yield from (_line(f"    {each.name}：{each.target or ''}") for each in run)


def _cells(indicators: Sequence[Indicator]) -> Iterator[dict[int, Cell]]:
    for level1, below in groupby(indicators, lambda each: each.level1):
        for number, (level2, run) in enumerate(groupby(below, lambda each: each.level2)):
            text = " ".join(f"指标{n}：{_told(each)}" for n, each in enumerate(run, 1))
            yield {0: Cell(level1 if number == 0 else ""), 1: Cell(level2 or ""), 2: Cell(text, _WIDTH - 2)}


def _across(indicators: Sequence[Indicator]) -> Table:
    words = ("一级指标", "二级指标", "三级指标", "指标值")
    texts = [(each.level1, each.level2, each.name, each.target) for each in indicators]
    rows = [
        {0: Cell(word)} | {n: Cell(text[at] or "") for n, text in enumerate(texts, 1)} for at, word in enumerate(words)
    ]
    return Table(len(indicators) + 1, rows)
