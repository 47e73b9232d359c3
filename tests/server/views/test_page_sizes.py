"""Pages of rows stay below a number of bytes, however long the names of things are."""

import pytest

from jixiao.server.linked_data import kinds
from jixiao.server.runtime.rendering import LARGEST_PAGE
from jixiao.server.views import view_files
from jixiao.store import Store
from tests.server.conftest import BASE, WHOLE_FILING as FORM, filed, running
from tests.support.pages import replied

LONG = (
    "古籍善本书库恒温恒湿设备更新改造及配套消防安防设施提升与读者自修空间适老化改造工程（第二期）尾款及质量保证金专项"
)
NUMBER = 60
pytestmark = pytest.mark.judge  # making the store takes a while


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of a server over filings of many bodies, all with names as long as the longest printed."""
    store = Store.create(tmp_path_factory.mktemp("long") / "store", BASE)
    with store.writing() as batch:
        for number in range(NUMBER):
            body = f"临江市历史文化名城保护委员会办公室暨第{number + 100}号古籍保护研究院珍贵文献修复中心"
            told = FORM.replace("古籍修复", f"{LONG}{number + 100}").replace("临江市图书馆", body)
            told = told.replace("临江市文化局", f"{body}主管处").replace(
                "古籍保护办法", f"{LONG}管理办法{number + 100}"
            )
            batch.add(filed(told.replace("6号", f"{number + 100}号"), f"{LONG}{number}.txt"))
        batch.commit()
    with running(store) as answering:
        yield answering


LISTS = [
    *(f"/doc/{kind.name}" for kind in kinds.KINDS),
    *(f"/views/{name}" for name, view in view_files.load().items() if not any(each.required for each in view.params)),
    "/views",
    "/",
    "/quality",
    "/quality/findings",
    "/search?q=古籍",
]


@pytest.mark.parametrize("path", LISTS)
def test_a_page_of_the_longest_names_is_short(client, path):
    page = replied(
        200,
        client.get(
            path, params={"lang": "zh"} | ({"q": "古籍"} if "q=" in path else {}), headers={"Accept": "text/html"}
        ),
    )
    assert len(page.content) <= LARGEST_PAGE
