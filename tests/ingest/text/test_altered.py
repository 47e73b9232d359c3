"""Names into which copying sites have put advertising, and names that only look like such."""

import pytest

from jixiao.ingest.text.altered import is_altered


@pytest.mark.parametrize(
    ("name", "altered"),
    [
        ("狗万客户端市市容环境卫生管理条例", True),
        ("大发客户端城市管理局", True),
        ("重庆市财政局皇冠足球比分:提前下达2022年预算指标的通知", True),
        ("临江市水务局某某首页：下达河道经费的通知", True),
        ("海洋之神8590vip在线首页", True),
        ("国务院中国竞彩网加强审计工作的意见", True),
        ("临江市财政局某某彩票登录做好决算工作的通知", True),
        ("按《狗万客户端市容环境条例》清扫道路", True),
        ("中央专项彩票公益金支持项目", False),
        ("中国体育彩票竞彩销售网点建设", False),
        ("国务院办公厅政府门户网加强管理的通知", False),
        ("新注册市场主体数量", False),
        ("临江市移动客户端管理办法", False),
        ("手机客户端城市服务项目", False),
        ("打击网络博彩专项经费", False),
        ("棋牌室改造", False),
        ("临江市财政局关于下达2024年村道养护资金的通知", False),
        ("中共临江市委办公室：下乡补助", False),
    ],
)
def test_altered_names(name: str, altered: bool) -> None:
    assert is_altered(name) == altered
