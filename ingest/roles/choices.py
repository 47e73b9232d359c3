"""Read boxes to tick: 新增项目□ 延续项目√."""

from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.roles", "choices.toml")
_BOX, _BEFORE, _BEHIND, _NESTED = (_WORDING.pattern(name) for name in ("box", "before", "behind", "nested"))
_TICKS = _WORDING.text("ticks") + _WORDING.text("letter")


def chosen(text: str) -> str | None:
    """Return the choice that is ticked; an empty text if none is; None for a text without boxes.

    If several are ticked, it is the whole text; of a form with kinds within kinds (其中), an empty text.
    """
    if not _BOX.search(text):
        return None
    if _BOX.match(text.strip()):
        ticked = [word for tick, word in _BEFORE.findall(text) if tick]
    else:
        ticked = [word for word, box in _BEHIND.findall(text) if box in _TICKS]
    if len(ticked) > 1:
        return "" if _NESTED.search(text) else text.strip()
    return "".join(ticked)
