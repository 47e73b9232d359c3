"""The example filings as others would have printed or converted them: the same facts come out, places apart."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest

from jixiao.ingest.extract import extract
from jixiao.ingest.model import Amount, Printed
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Place
from jixiao.ontology.identity import key

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.txt"))
SMALLEST = min(EXAMPLES, key=lambda path: path.stat().st_size)
LABELS = "项目名称|主管部门|实施单位|项目类别|项目总目标|年度总目标|一级指标|三级指标|产出指标|社会效益指标|满意度指标"


def lines(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "\n".join(change(line) for line in text.split("\n"))


def in_rows(text: str) -> bool:
    """Tell whether the file writes a table row per line; with a cell per line, a blank line would end a row."""
    return "\t一级指标\t" in text


SYNONYMS = {
    "项目名称": "项目支出名称",
    "主管部门": "主管部门及代码",
    "实施单位": "具体实施单位",
    "三级指标": "指标内容",
    "项目总目标": "中期目标",
    "年度总目标": "年度绩效目标",
    "年度资金申请总额": "年度资金总额",
    "财政资金": "财政拨款",
}


def with_synonyms(text: str) -> str:
    """The labels of the head and of the columns in the words of other provinces, where they fill a cell."""
    for word, other in SYNONYMS.items():
        text = re.sub(rf"(?m)(?:^|(?<=\t)|(?<=：)){word}(?=\t|$)", other, text)
    return text


def barred(text: str) -> str:
    """Rows between bars, as in Markdown."""
    return "\n".join(f"| {line.replace(chr(9), ' | ')} |" if "\t" in line else line for line in text.split("\n"))


VARIANTS: dict[str, Callable[[str], str | bytes]] = {
    "trailing tabs lost": lines(lambda line: line.rstrip("\t") if line.strip() else line),
    "trailing tabs added": lines(lambda line: f"{line}\t\t" if "\t" in line[1:] else line),
    "trailing blanks added": lines(lambda line: f"{line}  " if line.strip() else line),
    "blanks around cells": lambda text: text.replace("\t", " \t ") if in_rows(text) else text,
    "blank lines between rows": lambda text: text.replace("\n", "\n\n") if in_rows(text) else text,
    "labels spaced out": lambda text: re.sub(LABELS, lambda label: " ".join(label[0]), text),
    "labels closed with a colon": lambda text: re.sub(
        "(?<=\t)(项目类别|实施单位|计划完成日期)(?=[\t\n])", r"\1：", text
    ),
    "wide brackets": lambda text: text.replace("(", "（").replace(")", "）"),
    "narrow punctuation": lambda text: text.translate(str.maketrans("（）：，", "():,")),
    "page numbers between rows": lambda text: re.sub(r"\n\n(?=\t|[^\n\t]*\t)", "\n\n- 12 -\n\n", text),
    "labels of other provinces": with_synonyms,
    "bars between cells": lambda text: barred(text) if in_rows(text) else text,
    "levels that must be filled in": lambda text: re.sub(
        "(?<=\t)(产出|效益|满意度)指标(?=\t)", r"\1指标（必填）", text
    ),
    "form feeds at page breaks": lambda text: text.replace("\n\n", "\n\f\n"),
    "Windows, GB18030": lambda text: text.replace("\n", "\r\n").encode("gb18030"),
    "Windows, UTF-16": lambda text: text.replace("\n", "\r\n").encode("utf-16"),
}


def placeless(value: object) -> object:
    """A value of the model without its places and blank cells, texts by their keys."""
    if isinstance(value, Printed):
        return key(value.text)
    if isinstance(value, Place | frozenset):
        return None
    if is_dataclass(value):
        return [(each.name, placeless(getattr(value, each.name))) for each in fields(value)]
    if isinstance(value, dict):
        return {name: placeless(each) for name, each in value.items() if not isinstance(name, int)}
    if isinstance(value, tuple):
        said = (each for each in value if not (isinstance(each, Amount) and each.value is None))
        return [placeless(each) for each in said if not isinstance(each, Place)]
    return key(value) if isinstance(value, str) else value


@cache
def original(path: Path) -> object:
    return placeless(extract(read(path.read_bytes())).projects)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "path", [pytest.param(path, marks=[] if path == SMALLEST else pytest.mark.judge, id=path.stem) for path in EXAMPLES]
)
@pytest.mark.parametrize("variant", VARIANTS)
def test_variant_says_the_same(path: Path, variant: str) -> None:
    text = VARIANTS[variant](path.read_text(encoding="utf-8"))
    found = extract(read(text if isinstance(text, bytes) else text.encode()))
    assert placeless(found.projects) == original(path)
