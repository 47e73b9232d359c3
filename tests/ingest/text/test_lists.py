"""Lists in running text are read with their number, and with the fewest and most items that they may have."""

import pytest

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.lists import lists
from jixiao.ingest.text.mentions.subject import Graph, Mention
from jixiao.ontology import terms

P, S = "http://localhost/p", "http://localhost/p#s1"


def listed(text: str) -> list[tuple[str, ...]]:
    """Return thing, number, fewest and most of each list in a section; the most is empty if more are meant."""
    graph = Graph(
        (
            (P, terms.RDF_type, f.iri(terms.Project)),
            (P, terms.hasSection, f.iri(S)),
            (S, terms.text, f.plain(text)),
        )
    )
    return [told(one) for subject in graph.subjects for one in lists(subject)]


def told(mention: Mention) -> tuple[str, ...]:
    sizes = (mention.values.get(name) for name in (terms.statedCount, terms.listedFewest, terms.listedMost))
    return (mention.thing or "", *(getattr(size, "value", "") for size in sizes))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("在柳村、杨村、槐村共计4个村", ("村", "4", "3", "3")),
        ("东柳镇、西柳镇和南柳镇等16个镇", ("镇", "16", "2", "")),
        ("由运行和维护、水电费 2 个部分组成", ("部分", "2", "2", "3")),
        ("建立目录、全文、多媒体等四个数据库", ("数据", "4", "3", "3")),
        ("在3个村（柳村、杨村）试点", ("村", "3", "2", "2")),
        ("开展“五进”活动，即进校园、进企业、进家庭和进村居，让大家会逃生", ("进", "5", "3", "4")),
        ("落实八有标准：有场所、有牌子、有人员", ("有", "8", "3", "3")),
        ("推进“三化”建设，即信息化、标准化和规范化", ("化", "3", "2", "3")),
        ("从以下四个方面开展：一是清点；二是登记；三是除治。明年再定", ("方面", "4", "3", "3")),
        ("工作包括以下三方面：(1)清点；(2)登记；(3)除治", ("方面", "3", "3", "3")),
        ("分三个阶段推进。第一阶段（1—3月）摸底；第二阶段（4—9月）整治", ("阶段", "3", "2", "2")),
    ],
)
def test_a_list_has_its_number_and_size(text: str, expected: tuple[str, ...]) -> None:
    assert listed(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "第一部分预算为20万元，第二部分12万元",
        "包括甲、乙、丙，其余部分另行安排",
        "覆盖3个村（柳村、杨村等）",
        "为3个社区（老年居民、残疾人）配备",
        "普法“六进”包括进学校、社区、农村、机关",
        "开展“三送”，即送政策、送技术等",
        "推进“四化”同步，标准化、规范化水平提高",
        "资金分三批下达，第一批30%，第二批50%，最后一批20%",
        "资金分三期支付，第一期30%，第二期50%，余款验收后付清",
        "全年分四批培训，第一批已于3月开班",
        "项目设3个标段，本项目为第一标段，第二标段另行申报",
        "共6期培训，第一期40人，第二期50人",
        "分为三个阶段，进度见附表。" + "按期完成。" * 10 + "一是清点，二是登记",
    ],
)
def test_other_numbers_have_no_list(text: str) -> None:
    assert listed(text) == []
