"""Counts of one group that differ are told at both places; goals without a figure are known."""

import pytest

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.blemishes import contradictory
from jixiao.ingest.text.mentions.quantities import without
from jixiao.ingest.text.mentions.subject import Graph
from jixiao.ontology import terms

P, G, S = "http://localhost/p", "http://localhost/p#g1", "http://localhost/p#s1"


def project(goal: str, section: str) -> Graph:
    return Graph(
        (
            (P, terms.RDF_type, f.iri(terms.Project)),
            (P, terms.hasGoal, f.iri(G)),
            (P, terms.hasSection, f.iri(S)),
            (G, terms.text, f.plain(goal) or f.iri(G)),
            (S, terms.text, f.plain(section) or f.iri(S)),
        )
    )


@pytest.mark.parametrize(
    ("goal", "section", "told"),
    [
        ("全村76户174人", "受益67户174人", [(G, "76户174人"), (S, "67户174人")]),
        ("全村76户174人，受益76户147人", "分批", [(G, "76户174人"), (G, "76户147人")]),
        ("全村76户174人", "受益76户174人", []),
        ("监测10户15人", "脱贫8户15人", []),
    ],
)
def test_one_group_has_one_number(goal: str, section: str, told: list[tuple[str, str]]) -> None:
    """Both places are told, each with both counts."""
    (subject,) = project(goal, section).subjects
    found = [*contradictory(subject)]
    assert [(one.prose.holder, one.words) for one in found] == told
    both = f.plain("……".join(words for _, words in told))
    assert all(one.values == {terms.unequalCounts: both} for one in found)


@pytest.mark.parametrize(
    ("goal", "stated"),
    [
        ("贯彻八项规定，完成2021年档案的数字化工作", False),
        ("按闵委发〔2017〕38号文执行，做强“1号先锋”品牌", False),
        ("1.提高水平。2.改善服务。", False),
        ("服务近300位用户", True),
        ("2024年9月完成", False),
        ("实现全覆盖", True),
    ],
)
def test_a_goal_states_a_figure(goal: str, stated: bool) -> None:
    (subject,) = project(goal, "分批").subjects
    assert bool(list(without(subject))) != stated
