"""Questions that measurements ask of a store: texts to search for, questions, and the parameters of views."""

from collections.abc import Iterator
from itertools import combinations, cycle
from typing import Any

from jixiao.server.views.view_files import View
from jixiao.store.index.index import Index

TEXTS = (
    *("松委发（2009）97号", "松委发〔2031〕97号", "政协会议", "業務培訓", "满意度", "工作", "的", "没有这样的东西"),
    "徐汇区 培训 2022",
)
QUESTIONS = (
    "哪些项目引用松委发（2009）97号？",
    "哪些文件被引用最多？",
    "哪些单位金额最多？",
    "2022年有哪些培训项目？",
    "满意度指标有哪些？",
)
_KINDS = {"basis": "basis", "region": "place", "year": "year", "department": "org", "unit": "unit", "fault": "rule"}
"""The kind of values in the index that a kind of parameter takes; other parameters are given their example."""


def requests(view: View, index: Index) -> Iterator[dict[str, Any]]:
    """Yield parameters of requests to a view: values of each filter, pairs of filters, each order, further pages."""
    known = {}
    for each in view.params:
        kind = _KINDS.get(each.kind)
        values = [choice.value for choice in index.choices(kind, limit=40)] if kind else []
        known[each.name] = [*values[:: max(1, len(values) // 4)], each.example]
    required = {each.name: known[each.name][0] for each in view.params if each.required}
    if len(required) > 1:
        required = {name: known[name][at] for at, name in enumerate(required)}
    windows = cycle(({}, {"limit": "10000"}, {"limit": "7", "offset": "3"}, {"limit": "1", "offset": "1"}))
    orders = cycle(({}, *({"sort": f"{sign}{name}"} for name in view.sortable() for sign in ("", "-"))))
    for name, values in known.items():
        yield from ({**required, name: value, **next(windows), **next(orders)} for value in values)
        yield {**required, name: values[:2], **next(windows)}
    for one, other in combinations(known, 2):
        yield {**required, one: known[one][0], other: known[other][-1], **next(windows), **next(orders)}
    yield from ({**required, **next(orders), **next(windows)} for _ in range(2 * len(view.sortable()) + 4))
