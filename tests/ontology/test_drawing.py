"""The drawing of the ontology, kept as a file, shows what the Turtle states; `--regenerate` draws it anew."""

from pathlib import Path

import pytest

from jixiao.ontology.reference import reference
from tests.support.ontology_drawing import class_links, draw, rendered

FILE = Path(__file__).parents[2] / "server" / "templates" / "ontology.svg"
CLASSES = [term for term in reference().values() if term.kind == "class"]
PROPERTIES = [term for term in reference().values() if term.kind == "property"]


def test_the_file_is_what_is_drawn_of_the_turtle(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--regenerate"):
        FILE.write_text(rendered(), encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == rendered()


def test_the_drawing_has_every_class_and_link() -> None:
    drawing = draw(CLASSES, PROPERTIES)
    assert draw(CLASSES, PROPERTIES) == drawing
    assert {arrow.link for arrow in drawing.arrows} == set(class_links(CLASSES, PROPERTIES))
    assert {box.iri for box in drawing.boxes if box.term} == {term.iri for term in CLASSES}
