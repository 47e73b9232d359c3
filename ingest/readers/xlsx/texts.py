"""Write the text of a cell as a workbook displays it: number formats, fonts, and runs of text with fonts of their own.

A run with a font of its own takes nothing from the font of its cell (ECMA-376 part 1, section 18.4).
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl.cell.rich_text import TextBlock
from openpyxl.utils.escape import unescape

from jixiao.ingest.formats.number_formats import displayed, hides_text
from jixiao.ingest.formats.runs import Run, Shown

_PLAIN = Run("")
_WHITE_RGB = "FFFFFF"
_WHITE_THEME, _WHITE_INDEXES = 0, (1, 9)  # the theme's first colour is that of paper


class Texts:
    """A writer of the texts of a workbook's cells, which counts what it leaves out."""

    def __init__(self, book: Any) -> None:
        """Find the fonts of the workbook that change what is read, and whether it has formats that hide texts."""
        self.shown = Shown()
        # The look of each font, and whether it is white.
        self._looks = [(_look(font, font.name), _is_white(font.color)) for font in book._fonts]
        self._have_looks = any(look != (_PLAIN, False) for look in self._looks)
        self._hide = any(map(hides_text, book._number_formats))

    def of(self, cell: Any, typed: Any, *, may_be_backed: bool) -> str:
        """Return a cell's displayed text. A formula without a stored value is returned itself: the cell is not blank.

        `typed` is the cell with its formula instead of the value, or None if the sheet has no such cell. White text is
        not seen, unless its cell has a background or, by something else in the sheet, `may_be_backed`.
        """
        value = cell.value
        parts = value if isinstance(value, list) else [_text(cell, typed)]
        if not self._have_looks and not self._hide and parts is not value:
            return str(parts[0])
        look, white = self._looks[cell._style.fontId]
        is_hidden = self._hide and isinstance(value, list | str) and hides_text(cell.number_format)
        runs = []
        for part in parts:
            run, is_white = look, white
            if isinstance(part, TextBlock):
                run, is_white = _look(part.font, part.font.rFont), _is_white(part.font.color)
            text = unescape(str(part)) if parts is value else part
            unseen = is_hidden or (is_white and not may_be_backed and _is_bare(cell.fill))
            runs.append(run._replace(text=text, unseen=unseen))
        return self.shown.text(runs)


def _look(font: Any, name: str | None) -> Run:
    """Return a run without text in a font; the name of a font of a run has another attribute than that of a cell."""
    return Run("", font.vertAlign == "superscript", bool(font.strike)).within(name or "")


def _is_white(colour: Any) -> bool:
    if colour is None or colour.tint:
        return False
    if colour.type == "theme":
        return bool(colour.theme == _WHITE_THEME)
    return colour.indexed in _WHITE_INDEXES if colour.type == "indexed" else str(colour.rgb)[-6:] == _WHITE_RGB


def _is_bare(fill: Any) -> bool:
    """Return whether a cell has no background, or a white one."""
    kind = getattr(fill, "fill_type", "gradient")
    return kind is None or kind == "none" or (kind == "solid" and _is_white(fill.fgColor))


def _text(cell: Any, typed: Any) -> str:
    value = cell.value
    if value is None and cell.data_type == "str":
        return ""  # a formula whose stored value is an empty text
    if value is None:
        formula = typed and typed.value
        return str(getattr(formula, "text", formula) or "")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return displayed(value, cell.number_format)
    return _moment(value) if isinstance(value, date | time | timedelta) else unescape(str(value))


def _moment(value: date | time | timedelta) -> str:
    """Format a date as in ISO 8601, with hours and minutes unless the time is midnight; other times as they are."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else str(value)
