"""The queries of docs/evaluations.md have the answers that they are said to have."""

import re
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from jixiao.store import Store

PAGE = (Path(__file__).parents[3] / "docs" / "evaluations.md").read_text("utf-8")
QUERIES = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
ANSWERS = (
    [("图书借阅", "借阅人次", ">=10000人次", "9000人次", "闭馆维修")],
    [
        ("上海市松江区图书馆", "1", "82000", "82"),
        ("中国人民政治协商会议上海市松江区委员会办公室", "1", "450000.5", "90.0001"),
    ],
    [("业务培训", "培训期数", "2期", "4期", "2")],
    [("图书借阅", "2022", "82", "95.2"), ("业务培训", "2022", "90", "97")],
)


@pytest.mark.parametrize(("query", "answer"), [*zip(QUERIES, ANSWERS, strict=True)], ids=lambda each: str(each)[:40])
def test_a_query_of_the_page_answers(query: str, answer: list[tuple[str, ...]], evaluated: Store) -> None:
    found = evaluated.current().graph.query(query)
    assert isinstance(found, QuerySolutions)
    assert [tuple(re.sub(r"\.0+$", "", value.value) for value in row) for row in found] == answer  # type: ignore[union-attr]
