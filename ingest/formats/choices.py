"""Write the boxes to tick and the choices of forms as all formats show them."""

from jixiao.ingest.formats.rendering import WORDING

BOXES = WORDING.text("unticked"), WORDING.text("ticked")
"""A box, by whether it is ticked."""
_NO_CHOICE = WORDING.pattern("no_choice")


def choice(text: str) -> str:
    """Return the choice in a list; empty if it asks to choose."""
    return "" if _NO_CHOICE.fullmatch(text) else text
