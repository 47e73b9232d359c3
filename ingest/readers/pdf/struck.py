"""Leave out the text of a page that is struck out: that a line runs through, from its beginning to its end."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from jixiao.ingest.readers.pdf.pages import Page
from jixiao.ingest.readers.pdf.painting import Glyph
from jixiao.ingest.recognition import Box, holds
from jixiao.ontology.grouping import by_key

_ABOVE = (0.15, 0.5)  # times a glyph's height: the distances from its base line at which a line strikes it out
_ENDS = 0.4  # times a glyph's height: a line's ends are nearer to those of the text that it strikes out
_NEAR = 0.8  # points: a line whose end is nearer to an upright rule belongs to a table
_STRIP, _HIGHEST = 16.0, 4  # points, and strips: the height of strips by which glyphs are found, and of a glyph


def without_struck(page: Page) -> Page:
    """Return a page without the text that its lines and annotations strike out, which is counted."""
    gone: set[int] = set()
    lines: set[Box] = set()
    strips = by_key((int(glyph.box.top // _STRIP), at) for at, glyph in enumerate(page.glyphs) if glyph.text.strip())
    upright = [rule for rule in page.rules if rule.x0 == rule.x1]
    for rule in page.rules:
        if rule.top == rule.bottom:
            strip = int(rule.top // _STRIP)
            near = [at for each in range(strip - _HIGHEST, strip + 1) for at in strips.get(each, ())]
            through = _struck(page.glyphs, near, rule)
            if through and not any(_touches(rule, other) for other in upright):
                gone.update(through)
                lines.add(rule)
    runs = len(lines)
    for box in page.strikes:
        through = [at for at, glyph in enumerate(page.glyphs) if holds(box, glyph.box)]
        runs += bool(through)
        gone.update(through)
    if not gone:
        return page
    glyphs = tuple(glyph for at, glyph in enumerate(page.glyphs) if at not in gone)
    return replace(page, glyphs=glyphs, rules=tuple(rule for rule in page.rules if rule not in lines), struck=runs)


def _touches(rule: Box, upright: Box) -> bool:
    within = upright.top - _NEAR <= rule.top <= upright.bottom + _NEAR
    return within and rule.x0 - _NEAR <= upright.x0 <= rule.x1 + _NEAR


def _struck(glyphs: Sequence[Glyph], near: Sequence[int], rule: Box) -> list[int]:
    """Return those of the glyphs `near` a rule that it strikes out; none if its ends are not those of a text."""
    through = [at for at in near if _is_through(glyphs[at], rule)]
    if not through:
        return []
    boxes = sorted(glyphs[at].box for at in through)
    slack = _ENDS * max(box.bottom - box.top for box in boxes)
    fits = abs(boxes[0].x0 - rule.x0) < slack and abs(max(box.x1 for box in boxes) - rule.x1) < slack
    apart = any(after.x0 - before.x1 > slack for before, after in pairwise(boxes))
    return through if fits and not apart else []


def _is_through(glyph: Glyph, rule: Box) -> bool:
    box = glyph.box
    high = box.bottom - box.top
    above = box.bottom - glyph.drop * high - rule.top
    return _ABOVE[0] * high <= above <= _ABOVE[1] * high and rule.x0 < (box.x0 + box.x1) / 2 < rule.x1
