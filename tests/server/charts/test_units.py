"""Words for one unit are drawn as one: 百分比 and %."""

from collections.abc import Iterator

import httpx
import pytest

from tests.server.conftest import serving_one

FILING = """项目支出绩效目标申报表
（2022年度）
项目名称 | 森林防火
项目单位 | 安徽省林业局
年度资金总额（万元） | 100
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥12次
满意度指标 | 服务对象满意度指标 | 群众满意度 | ≥95%
满意度指标 | 服务对象满意度指标 | 职工满意度 | ≥95%
满意度指标 | 服务对象满意度指标 | 游客满意度 | ≥95百分比
满意度指标 | 服务对象满意度指标 | 村民满意度 | ≥90百分比
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving_one(tmp_path_factory.mktemp("units"), FILING) as client:
        yield client


@pytest.mark.parametrize("unit", ["", "%", "百分比"])
def test_words_for_one_unit_are_one_unit(served: httpx.Client, unit: str) -> None:
    given = {"text": "满意度"} | ({"unit": unit} if unit else {})
    page = served.get("/charts/targets", params=given, headers={"Accept": "text/html", "Accept-Language": "zh"}).text
    assert "目标值计量单位为“%”的指标数" in page
    assert "图中 4 个指标。不在图中的：0 个用别的计量单位" in page
