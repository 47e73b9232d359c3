"""Cells of files are named as spreadsheets name them."""

from jixiao.ingest.readers import read
from jixiao.ontology.text import spreadsheets
from tests.support.writers import typed_into


def cells(content: bytes) -> dict[int, str]:
    return spreadsheets.cells(read(content).to_json({}))


def test_lines_of_a_workbook_are_its_cells_and_have_the_sheet_if_there_are_several() -> None:
    assert cells(typed_into("甲\t乙\n\n丙\t丁")) == {1: "A1", 2: "B1", 3: "A3", 4: "B3"}
    assert cells(typed_into("甲\t乙", "丙\t丁")) == {1: "表1!A1", 2: "表1!B1", 3: "表2!A1", 4: "表2!B1"}


def test_fields_of_comma_separated_values_are_the_cells_that_a_spreadsheet_shows() -> None:
    fields = ",".join(map(str, range(1, 29)))
    named = cells(f"{fields}\n\n{fields}\n{fields}\n".encode())
    assert [named[n] for n in (1, 26, 27, 28, 29)] == ["A1", "Z1", "AA1", "AB1", "A3"]


def test_lines_of_other_files_have_no_cells() -> None:
    assert cells("甲\t乙\n丙\t丁\n".encode()) == {}
