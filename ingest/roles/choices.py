"""A value of boxes to tick -> the choice that is ticked: 新增项目□ 延续项目√."""

import re

_TICKS = "√☑✓✔■"
_BOXES = f"□☐▢{_TICKS}"
_BOX = re.compile(f"[{_BOXES}]")
# A ticked box of the font Wingdings 2 is the letter R in a text.
_BEFORE = re.compile(rf"([{_TICKS}])?[{_BOXES}]?\s*([^\s{_BOXES}]+)")
_BEHIND = re.compile(rf"([^\s{_BOXES}]+?)\s*([{_BOXES}]|R(?=\s|$))")


def chosen(text: str) -> str | None:
    """The choice that is ticked, empty where none is, or several are; None where there are no boxes."""
    if not _BOX.search(text):
        return None
    if _BOX.match(text.strip()):
        ticked = [word for tick, word in _BEFORE.findall(text) if tick]
    else:
        ticked = [word for word, box in _BEHIND.findall(text) if box in f"{_TICKS}R"]
    return ticked[0] if len(ticked) == 1 else ""
