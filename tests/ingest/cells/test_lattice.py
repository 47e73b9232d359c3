"""The words that a lattice is made of, its best path, and the scores of paths through an edge, against all paths."""

from itertools import pairwise

from hypothesis import given, strategies as st

from jixiao.ingest.cells.run_together.lattice import Paths, Stream, words
from jixiao.ingest.rendition import Cell, Row

EDGES = (
    st.integers(2, 7)
    .flatmap(
        lambda count: st.tuples(
            *(
                st.dictionaries(st.integers(node + 1, count - 1), st.integers(-9, 9).map(float), max_size=4)
                if node < count - 1
                else st.just({})
                for node in range(count)
            )
        )
    )
    .map(lambda edges: dict(enumerate(edges)))
)


def all_paths(edges: dict[int, dict[int, float]], node: int = 0) -> list[tuple[tuple[int, ...], float]]:
    if node == len(edges) - 1:
        return [((node,), 0.0)]
    found = []
    for following, score in edges[node].items():
        found += [((node, *path), score + rest) for path, rest in all_paths(edges, following)]
    return found


@given(EDGES)
def test_best_path_is_the_best_of_all(edges: dict[int, dict[int, float]]) -> None:
    paths, tried = Paths.of(edges), all_paths(edges)
    if not tried:
        assert paths.path() == ()
        return
    best = max(score for _, score in tried)
    assert paths.best == best
    assert (paths.path(), best) in tried


@given(EDGES)
def test_score_through_an_edge_is_that_of_the_best_path_that_takes_it(edges: dict[int, dict[int, float]]) -> None:
    paths, tried = Paths.of(edges), all_paths(edges)
    for node, options in edges.items():
        for following in options:
            taking = [score for path, score in tried if (node, following) in pairwise(path)]
            assert paths.through(node, following) == max(taking, default=float("-inf"))


def test_a_function_of_expenditure_in_a_letter_is_no_word_of_a_form() -> None:
    """A letter says under which function money is entered; text without cells does not tell a label from such words."""
    letter = "此项资金列政府支出功能分类科目“2130306水利工程”,按照《青河县水库管护资金管理办法》使用。项目名称水库管护"
    assert [word.kind for word in words(Stream.of([Row((Cell(((1, letter),)),))]), ())] == ["name"]


def test_labels_on_no_list_that_are_put_together_as_labels_are_end_values() -> None:
    lines = ("项目名称:渡口修缮经费项目编号:", "主管预算部门柳溪县交通局")
    stream = Stream.of(Row((Cell(((n, line),)),)) for n, line in enumerate(lines, 1))
    assert [(word.kind, word.word) for word in words(stream, ())][:3] == [
        ("name", "项目名称"),
        ("other", "项目编号"),
        ("competentDepartment", "主管预算部门"),
    ]
