"""Sentences on pages about what their numbers count and where the rest is."""

import httpx
import pytest

from jixiao.server.apps.charts import documents


@pytest.mark.parametrize(
    ("address", "zh", "en"),
    [
        ("/quality", "存疑和缺失的部分没有收入", "the uncertain or missing part is not taken in"),
        ("/views/bodies", "金额不明的", "Amount not known"),
        ("/views/names", "没有读到责任部门的项目不在内", "Projects without a known answering body are left out."),
        ("/doc/org", "没有读到责任部门的项目不在内", "Projects without a known answering body are left out."),
        ("/search?q=满意度", "结果数，不是项目数", "numbers of results, not of projects"),
    ],
)
def test_a_page_says_what_it_counts(address: str, zh: str, en: str, client: httpx.Client) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        page = client.get(
            address,
            params={"lang": lang} if "?" not in address else {"q": "满意度", "lang": lang},
            headers={"Accept": "text/html"},
            follow_redirects=True,
        )
        assert said in page.text, address


def test_a_count_of_one_has_no_plural() -> None:
    assert next(documents._citation_notes([{"projects": 1, "partial": 0}], 1)).en == "Projects: 1."
