"""Tell which quantity each bound of a question is of: a score, a rate of execution, or a share of a target.

Quantities are the tables `quantities` of words.toml: meanings of words by the name of a quantity.
"""

import re
from collections.abc import Mapping, Sequence

from jixiao.ontology.text.wording import any_of
from jixiao.server.views.questions.lexicon import Piece, words
from jixiao.server.views.questions.senses import Item

Span = tuple[int, int]


def owners(text: str, items: Sequence[Item], pieces: Sequence[Piece]) -> Mapping[Span, str]:
    """Return the quantity of each bound in a question, by its place; an empty name if two may be meant.

    The quantity is the one in whose unit the bound is, such as points, or shares of targets, or that is named before
    the bound, or behind it. A bound that follows another one is of the same quantity (高于90而低于97). Of two bounds
    of which either may hold (或者, or), the second has none, since all must. Nothing is returned for questions that
    name no more than one quantity, unless a unit tells it.
    """
    points, quantities = words()["points"], words()["quantities"]
    named = [
        (each.start, each.end, name)
        for each in pieces
        for name, meanings in quantities.items()
        if not each.tags.isdisjoint(f"meaning:{meaning}" for meaning in meanings)
    ]
    roles = [((item.start, item.end), item.senses[0].role.partition("-")[0], item.senses[0].text) for item in items]
    fixed = {
        span: role if role in quantities else str(points["quantity"])
        for span, role, value in roles
        if role in quantities or value == points["unit"]
    }
    if len({*(name for _, _, name in named), *fixed.values()}) <= 1:
        return fixed
    spans = sorted({span for span, role, _ in roles if role in {"figure", *quantities}})
    found: dict[Span, str] = {}
    last, same, also = 0, "", any_of(words()["names"]["also"])
    for (start, end), (following, _) in zip(spans, [*spans, (len(text), 0)][1:], strict=True):
        before = [each for each in named if last <= each[0] and each[1] <= start]
        behind = next((each for each in named if end <= each[0] and each[1] <= following), None)
        is_either = last and re.search(points["either"], text[last:start])
        is_joined = len({each[2] for each in before[-2:]}) > 1 and re.search(f"{also} ?$", text[: before[-1][0]])
        is_free = not before and (start, end) not in fixed
        is_next = behind is not None and is_free and (not same or not text[end : behind[0]].strip())
        own = before[-1][2] if before else behind[2] if behind and is_next else "" if behind else same
        same = found[start, end] = "" if is_either else fixed.get((start, end)) or ("" if is_joined else own)
        last = behind[1] if behind and is_next else end
    return found
