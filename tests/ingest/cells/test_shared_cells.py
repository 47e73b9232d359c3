from jixiao.ingest.cells.prose import lists
from jixiao.ingest.rendition import Cell, Row

HEAD = ("一级指标", "二级指标", "三级指标", "指标值")


def row(line: int, *texts: str) -> Row:
    """A row of cells; lines of a cell stand on lines of their own."""
    return Row(
        tuple(
            Cell(tuple((line + n, part) for n, part in enumerate(text.split("|"))), at) for at, text in enumerate(texts)
        )
    )


def read(*texts: str) -> list[list[str]]:
    found = lists.apart([row(1, *HEAD), row(2, *texts)])
    return [["withheld"] if each.withheld else [cell.text for cell in each.cells] for each in found[1:]]


def test_numbered_names_are_paired_with_their_targets() -> None:
    assert read("产出指标", "数量指标", "指标1：巡查河段|指标2：护岸修补", "指标1：≥12段|指标2：3处") == [
        ["产出指标", "数量指标", "巡查河段", "≥12段"],
        ["", "", "护岸修补", "3处"],
    ]


def test_names_on_lines_are_paired_with_as_many_targets() -> None:
    assert read("产出指标", "质量指标", "验收合格率|返修率", "100%|≤2%") == [
        ["产出指标", "质量指标", "验收合格率", "100%"],
        ["", "", "返修率", "≤2%"],
    ]


def test_numbered_names_beside_fewer_targets_are_withheld() -> None:
    assert read("产出指标", "质量指标", "1.验收合格率|2.返修率", "100%") == [["withheld"]]


def test_a_name_over_two_lines_stays_one() -> None:
    whole = ("产出指标", "质量指标", "水质断面|达标率", "100%")
    assert read(*whole) == [["产出指标", "质量指标", "水质断面\n达标率", "100%"]]


def test_a_name_with_a_figure_and_a_blank_target_stays() -> None:
    assert read("产出指标", "数量指标", "修补护岸3处", "") == [["产出指标", "数量指标", "修补护岸3处", ""]]


def test_a_target_behind_a_sign_moves_to_its_column() -> None:
    assert read("产出指标", "数量指标", "巡查河段≥12段", "") == [["产出指标", "数量指标", "巡查河段", "≥12段"]]
