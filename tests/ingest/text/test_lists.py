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
    ],
)
def test_a_list_has_its_number_and_size(text: str, expected: tuple[str, ...]) -> None:
    assert listed(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "第一部分预算为20万元，第二部分12万元",
        "包括甲、乙、丙，其余部分另行安排",
    ],
)
def test_other_numbers_have_no_list(text: str) -> None:
    assert listed(text) == []
