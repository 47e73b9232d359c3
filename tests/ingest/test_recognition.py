"""A recognition is kept as JSON, and tells how sure the lines are that were made of it."""

import json

from jixiao.ingest.recognition import Box, Certainty, RecognisedPage, Recognition, Word
from jixiao.ingest.rendition import Cell, Line, Rendition, Row

LABEL = Word("项目资金", Box(10, 10, 60, 22), (0.99, 0.98, 1.0, 0.97))
AMOUNT = Word("1 200.5", Box(70, 10, 120, 22), (0.9, 0.95, 0.95, 0.95, 0.95, 0.95), "1200.5")
DOUBTFUL = Word("2018", Box(130, 10, 160, 22), (0.9, 0.8, 0.9, 0.9), "2013")
PAGE = RecognisedPage(1, Box(0, 0, 595, 842), 90.4, (Box(0, 5, 500, 5),), (LABEL, AMOUNT, DOUBTFUL))
RECOGNITION = Recognition({"rapidocr": "3.10.0"}, (PAGE,))


def rendition() -> Rendition:
    where = [{"page": 1, "box": tuple(word.box)} for word in PAGE.words]
    lines = tuple(Line(n, word.text, place) for n, (word, place) in enumerate(zip(PAGE.words, where, strict=True), 1))
    rows = tuple(Row((Cell(((line.number, line.text),)),)) for line in lines)
    return Rendition("image/png", "utf-8", lines, rows, recognition=RECOGNITION)


def test_a_recognition_is_read_as_it_was_kept() -> None:
    assert Recognition.from_json(json.loads(json.dumps(RECOGNITION.to_json()))) == RECOGNITION


def test_quarter_turns_leave_out_the_skew() -> None:
    assert PAGE.turns == 1


def test_lines_are_as_sure_as_their_least_character() -> None:
    assert rendition().certainty == {1: Certainty(0.97), 2: Certainty(0.9), 3: Certainty(0.8, "2013")}


def test_parts_of_a_line_on_later_pages_count() -> None:
    line = Line(1, "项目资金2018", {"page": 2, "box": (0.0, 0.0, 9.0, 9.0), "then": (1, 0.0, 0.0, 200.0, 30.0)})
    made = Rendition("image/png", "utf-8", (line,), (), recognition=RECOGNITION)
    assert made.certainty == {1: Certainty(0.8, "项目资金2013")}


def test_other_formats_say_nothing_of_certainty() -> None:
    assert Rendition("text/plain", "utf-8", (Line(1, "项目"),), ()).certainty == {}
