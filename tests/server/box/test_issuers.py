"""Questions about the issuers of documents ask for these, and not for texts with their names."""

import pytest

from tests.server.conftest import serving_files

FORM = """临江市图书馆专项绩效目标表
（2023年度）
项目名称 | {name}
主管部门 | 临江市图书馆
年度资金总额（万元） | 20
立项依据 | {basis}
年度目标 | 财政部要求的购书全部完成，国务院的部署落实。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 购书册数 | ≥300册
"""
READERS = "教育部关于加强图书馆读者活动的意见"
BASES = {
    "图书采购": "《购书经费办法》（财教〔2019〕258号）",
    "馆舍修缮": "国发〔2014〕48号",
    "读者活动": f"《{READERS}》",
}


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """A server of three projects with a legal basis each; all their goals name two of the issuers."""
    files = {f"{name}.txt": FORM.format(name=name, basis=basis) for name, basis in BASES.items()}
    with serving_files(tmp_path_factory.mktemp("issued"), files) as client:
        yield client


@pytest.mark.parametrize(
    ("q", "documents"),
    [
        ("财政部发的文件有哪些", ["财教〔2019〕258号"]),
        ("国务院印发的文件", ["国发〔2014〕48号"]),
        ("教育部和国务院的文件", ["国发〔2014〕48号", READERS]),
        ("Which documents did the Ministry of Finance issue?", ["财教〔2019〕258号"]),
        ("documents issued by the State Council", ["国发〔2014〕48号"]),
        (
            "documents of the Ministry of Education and the State Council",
            ["国发〔2014〕48号", READERS],
        ),
    ],
)
def test_documents_of_issuers(q, documents, issued):
    answer = issued.get("/ask", params={"q": q, "format": "json"}).json()
    assert answer["unused"] == answer["searched"] == []
    assert sorted(row["title"] for row in answer["rows"]) == documents


@pytest.mark.parametrize(
    ("q", "projects"),
    [
        ("哪些项目引用了财政部的文件", ["图书采购"]),
        ("引用国务院文件的项目", ["馆舍修缮"]),
        ("没有引用国务院文件的项目", ["图书采购", "读者活动"]),
        ("projects citing documents of the Ministry of Finance", ["图书采购"]),
        ("projects citing State Council documents", ["馆舍修缮"]),
    ],
)
def test_projects_citing_documents_of_issuers(q, projects, issued):
    answer = issued.get("/ask", params={"q": q, "format": "json"}).json()
    assert answer["unused"] == answer["searched"] == []
    assert sorted(row["name"] for row in answer["rows"]) == projects
