"""Questions that are confirmed together: facts of one reading, and facts that rest on one inference."""

from pyoxigraph import Literal

from jixiao.ontology import terms
from jixiao.ontology.reasons import reason
from jixiao.review.answering import _decisions
from jixiao.review.questions import Doubt, Question, _grouped, together
from jixiao.server.editions.renditions import Line

INFERRED = "https://w3id.org/jixiao/shapes#InferredValue"
RULE = reason("doubtful")


def question(node: str, name: str, line: int, *inferences: str) -> Question:
    """A doubt about a stated fact on a line, whose inferences have these names."""
    doubt = Doubt(f"urn:p#{node}", name, RULE, (), (Line(line, "", 1, "fact", ()),))
    return Question(doubt, False, (Literal("1"),), None, tuple((f"urn:p#{each}", INFERRED) for each in inferences))


def test_facts_of_one_reading_have_an_inference_each_and_are_accepted_at_once() -> None:
    asked = _grouped([question("i1", terms.targetText, 7, "n1"), question("i1", terms.targetUnit, 7, "n2")])
    assert [each.follows for each in asked] == [False, True]
    made = _decisions(together(asked[0], asked), {"act": "confirm"})
    assert [says[terms.concerns].value for _, says in made] == ["urn:p#n1", "urn:p#n2"]  # type: ignore[union-attr]


def test_facts_of_one_inference_are_accepted_by_one_decision() -> None:
    asked = _grouped([question(f"k{line}", terms.itemAmount, line, "n1") for line in (3, 4, 5)])
    assert [each.follows for each in asked] == [False, True, True]
    assert len(_decisions(together(asked[0], asked), {"act": "confirm"})) == 1


def test_facts_of_other_lines_stay_apart() -> None:
    asked = _grouped([question("i1", terms.targetText, 7, "n1"), question("i2", terms.targetText, 8, "n2")])
    assert [each.follows for each in asked] == [False, False]
    assert together(asked[0], asked) == (asked[0],)
