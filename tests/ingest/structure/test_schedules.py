"""实施周期 and 实施主体 in words give a term or a body if they name one plainly, otherwise none."""

import pytest

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.structure.narratives.narrative import implementer, term

YEAR = ("2022-01-01", "2022-12-31")
TERMS = {
    "从2022年1月至2022年12月。": YEAR,
    "实施周期：2022年1月至12月": YEAR,
    "2022.1.1-2022.12.31": YEAR,
    "2022全年度。": YEAR,
    "2022年1-12月": YEAR,
    "该项目分三年实施，本次周期为 2022 年 1 月至 2022 年 12 月。": YEAR,
    "2021年1月至2023年12月，本年度为2022年1月至12月": YEAR,
    "2022年9月至2023年2月": ("2022-09-01", "2023-02-28"),
    "详见填报表1": None,
    "2021年1月至12月、2022年1月至12月": None,
    "2022年3月，2022年5月至6月": None,
    "2022年13月至14月": None,
}
BODIES = {
    "区政协办秘书科负责档案工作。": "区政协办秘书科",
    "该项目责任主体为我办对口支援科，主要职能是服务。": "我办对口支援科",
    "该项目的责任主体为区大数据中心，主要职责是服务。": "区大数据中心",
    "由区民政局负责组织实施。": "区民政局",
    "该项目责任主体为我办接待科和对口支援科，主要是接待。": None,
    "该项目的责任主体为我办各科室，主要是协助。": None,
    "培训计划，由秘书科、联络科，学习委员会负责具体实施。": None,
    "采购的责任主体为我办文秘科；维护的责任主体为我办行政科。": None,
    "区教育局": None,
}


def printed(text: str) -> Printed:
    return Printed(((Place(1, 0), text),))


@pytest.mark.parametrize("text", TERMS)
def test_term(text: str) -> None:
    found = term(printed(text))
    assert (found and (found.first, found.last)) == TERMS[text]


@pytest.mark.parametrize("text", BODIES)
def test_body(text: str) -> None:
    found = implementer(printed(text))
    assert (found and found.text) == BODIES[text]
