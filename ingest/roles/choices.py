"""Read boxes to tick: 新增项目□ 延续项目√."""

from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.roles", "choices.toml")
_BOX, _BEFORE, _BEHIND = (_WORDING.pattern(name) for name in ("box", "before", "behind"))
_TICKS = _WORDING.text("ticks") + _WORDING.text("letter")


def chosen(text: str) -> str | None:
    """Return the choice that is ticked; an empty text if none or several are; None for a text without boxes."""
    if not _BOX.search(text):
        return None
    if _BOX.match(text.strip()):
        ticked = [word for tick, word in _BEFORE.findall(text) if tick]
    else:
        ticked = [word for word, box in _BEHIND.findall(text) if box in _TICKS]
    return ticked[0] if len(ticked) == 1 else ""
