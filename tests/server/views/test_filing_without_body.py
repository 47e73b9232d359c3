"""The filing of a body that its source does not name has words on the page of its project, and no bare path."""

from __future__ import annotations

from pathlib import Path

from jixiao.ingest.load import ingest
from jixiao.server.settings import Settings
from jixiao.store import Store
from tests.server.conftest import running

FILING = """项目支出绩效目标申报表
（2022年度）
项目名称 | 森林防火
年度资金总额 | 100万元
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥12次
效益指标 | 社会效益指标 | 火灾起数 | ≤2起
"""


def test_a_filing_without_a_body_is_named_in_words(tmp_path: Path) -> None:
    path = tmp_path / "filing.txt"
    path.write_text(FILING, encoding="utf-8")
    store = Store.create(tmp_path / "store", "http://localhost:8000/")
    assert [outcome.status for outcome in ingest([path], store)] == ["added"]
    [project] = store.sources()[0].projects
    with running(Settings(store=store.path)) as client:
        address = project.replace("http://localhost:8000/id/", "/doc/")
        page = client.get(address, params={"lang": "en"}, headers={"Accept": "text/html"}).text
    assert "Filing of a body that is not stated" in page
    assert ">/id/filing/" not in page
