"""Name the projects whose forms and narratives state no name, and say where the name comes from.

The name comes from the title of the narrative or the form, the line above it, or the narrative's text. General titles
are no names. A name in a text needs two places: the first sentence, and the title of a cited document.
"""

from collections.abc import Iterator

from jixiao.ingest.model import Form, Narrative, Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.roles.headings import OVERVIEW_SECTION, is_name
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.values.plain import folded

_FEWEST = 3  # characters of a name besides general words
_MOST_OPENING = 400  # most characters at the start of an overview, searched for its first sentence
_MOST_TEXT = 20_000  # most characters of a narrative that are searched for documents

Named = tuple[Printed, str]
"""A name, and where it comes from in Chinese and English."""

_STORY = "名称取自项目说明的标题 · the name is taken from the title of the narrative"
_TITLE = "名称取自绩效目标表的标题 · the name is taken from the title of the form"
_ABOVE = "名称取自表格上方的标题 · the name is taken from the heading above the form"
_TEXT = (
    "名称取自项目概述，与所引文件的标题一致"
    " · the name is taken from the overview, and a document that is cited bears it in its title"
)


def borrowed(story: Narrative | None, form: Form) -> Named | None:
    """Return a name and its source for a project that states none; None if it states one, or none can be found."""
    nothing = not (form.fields or form.amounts or form.goals or form.indicators)
    if "name" in form.fields or (form.first and form.breaks_off is not None and nothing):
        return None  # a text that breaks off below a title, or above 项目名称
    if story and story.name:
        return (story.name, _STORY) if form.first else None
    if found := next(_titles(form), None):
        return found
    told = _told(story) if story else None
    return (told, _TEXT) if told else None


def _titles(form: Form) -> Iterator[Named]:
    """Yield the specific names in the titles of a form and in the line above them, with their sources."""
    for title in form.titles:
        found = labels().line("title_name", title.text)
        if found and _is_specific(found["name"]):
            yield Printed(((title.places[0], found["name"]),)), _TITLE
    above = labels().line("heading_name", form.above.text) if form.above else None
    if form.above and above and (above["quoted"] or _is_specific(above["name"])):
        yield Printed(((form.above.places[0], above["quoted"] or above["name"]),)), _ABOVE


def _is_specific(name: str) -> bool:
    """Return whether a name has more than general words, and is not a body or place only."""
    rest = labels().lines["names_nothing"].sub("", folded(name))
    return len(rest) >= _FEWEST and is_name(rest) and not labels().line("ends_as_a_body", rest)


def _told(story: Narrative) -> Printed | None:
    """Return the name in the first sentence of the overview if the title of a cited document contains it, too."""
    overview = story.section(OVERVIEW_SECTION)
    if overview is None:
        return None
    letters = list(_letters(overview.text, _MOST_OPENING))
    opening = "".join(char for _, char in letters).partition("。")[0]
    told = "".join(char for section in story.sections for _, char in _letters(section.text, _MOST_TEXT))[:_MOST_TEXT]
    for document in labels().lines["cited_name"].finditer(told):
        at = opening.find(name := document["name"])
        before, behind = labels().lines["before_name"], labels().lines["behind_name"]
        if at >= 0 and before.search(opening[:at]) and behind.match(opening, at + len(name)) and _is_specific(name):
            return Printed(((letters[at][0], name),))
    return None


def _letters(text: Printed, most: int) -> Iterator[tuple[Place, str]]:
    """Yield the first `most` characters of a text other than white space, with their places."""
    for place, part in text.parts:
        for char in part:
            if not char.isspace() and (most := most - 1) >= 0:
                yield place, char
