"""Pair the narratives of a file with its forms: by number, in their order, or by name."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TypeGuard

from jixiao.ingest.model import Form, Narrative
from jixiao.ingest.roles.headings import BASIS_SECTION
from jixiao.ontology.identity import key

_LONGEST_NAME = 200  # characters of a name that are compared

Pair = tuple[Narrative | None, Form | None]


def paired(found: Sequence[Narrative | Form]) -> list[Pair]:
    """Return the projects of a file, in order, as pairs of narrative and form; either may be missing.

    A narrative that is only a basis (立项依据) between forms is kept if each form has one on the same side.
    """
    if any(map(_is_basis, found)) and not _take_turns(found):
        found = [part for part in found if not _is_basis(part)]
    return _paired(found[::-1])[::-1] if _narratives_follow(found) else _paired(found)


def _is_basis(part: Narrative | Form) -> bool:
    """Return whether a narrative is a basis only, without a title."""
    if isinstance(part, Form) or part.name or part.number is not None:
        return False
    return len(part.sections) == 1 and part.sections[0].meaning == BASIS_SECTION


def _take_turns(found: Sequence[Narrative | Form]) -> bool:
    """Return whether narratives and forms alternate, and are equal in number."""
    kinds = [isinstance(part, Form) for part in found]
    return len(kinds) % 2 == 0 and kinds == [kinds[0], not kinds[0]] * (len(kinds) // 2)


def _narratives_follow(found: Sequence[Narrative | Form]) -> bool:
    """Return whether each narrative follows its form."""
    numbers = [part.number for part in found if isinstance(part, Narrative)]
    return (
        isinstance(found[0], Form)
        and isinstance(found[-1], Narrative)
        and 2 * len(numbers) == len(found)
        and all(number in (None, place) for place, number in enumerate(numbers, 1))
    )


def _paired(found: Sequence[Narrative | Form]) -> list[Pair]:
    """Return the pairs of narratives and the forms that follow them.

    If they alternate and most pairs agree in their names, all are pairs: a differing name is a mistake.
    """
    if _take_turns(found) and isinstance(found[0], Narrative):
        turns = [pair for pair in zip(found[::2], found[1::2], strict=True) if _is_pair(pair)]
        if len(turns) > 1 and not _conflict(turns):
            return list(turns)
    pairs: list[Pair] = []
    narratives: list[Narrative] = []
    forms: list[Form] = []
    for part in found:
        if isinstance(part, Form):
            forms.append(part)
            continue
        if forms:
            pairs += _pairs_of_run(narratives, forms)
            narratives, forms = [], []
        narratives.append(part)
    return pairs + _pairs_of_run(narratives, forms)


def _pairs_of_run(narratives: list[Narrative], forms: list[Form]) -> list[Pair]:
    """Return the pairs of narratives and the forms after them: by number, otherwise in order, otherwise by name."""
    by_number = {single.number: single for single in narratives if single.number is not None}
    if len(forms) == len(narratives) == len(by_number) and by_number.keys() == {single.number for single in forms}:
        return [(by_number[single.number], single) for single in forms if single.number is not None]
    if len(narratives) in (1, len(forms)) and not _conflict(zip(narratives, forms, strict=False)):
        return list(zip_longest(narratives, forms))
    return list(_paired_by_name(narratives, forms))


def _is_pair(pair: tuple[Narrative | Form, Narrative | Form]) -> TypeGuard[tuple[Narrative, Form]]:
    """Return whether a pair is a narrative followed by a form."""
    return isinstance(pair[0], Narrative) and isinstance(pair[1], Form)


def _conflict(pairs: Iterable[tuple[Narrative, Form]]) -> bool:
    """Return whether the names in most pairs differ, so that the order does not show which parts belong together."""
    named = [(_name(story), _name(single)) for story, single in pairs]
    alike = [_are_alike(*names) for names in named if all(names)]
    return alike.count(True) < alike.count(False)


def _are_alike(one: str, other: str) -> bool:
    """Return whether two names share half of the shorter one in one piece: 青河清淤工程, 2024年青河清淤."""
    one, other = one[:_LONGEST_NAME], other[:_LONGEST_NAME]
    shared = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return 2 * shared >= min(len(one), len(other))


def _paired_by_name(narratives: Sequence[Narrative], forms: Sequence[Form]) -> Iterator[Pair]:
    """Yield a pair for each narrative and form; parts are paired if one name equals or contains the other."""
    stories = {at: name for at, story in enumerate(narratives) if (name := _name(story))}
    named = {at: name for at, single in enumerate(forms) if (name := _name(single))}
    form_of = _matches(stories, named, lambda one, other: one == other)
    stories = {at: name for at, name in stories.items() if at not in form_of}
    named = {at: name for at, name in named.items() if at not in form_of.values()}
    form_of |= _matches(stories, named, lambda one, other: one in other or other in one)
    for at, story in enumerate(narratives):
        yield story, forms[form_of[at]] if at in form_of else None
    yield from ((None, single) for at, single in enumerate(forms) if at not in form_of.values())


def _matches(ones: Mapping[int, str], others: Mapping[int, str], same: Callable[[str, str], bool]) -> dict[int, int]:
    """Return the keys of names that match exactly one name on the other side."""
    found = [(one, other) for one in ones for other in others if same(ones[one], others[other])]
    left, right = Counter(one for one, _ in found), Counter(other for _, other in found)
    return {one: other for one, other in found if left[one] == right[other] == 1}


def _name(part: Narrative | Form) -> str:
    printed = part.name if isinstance(part, Narrative) else part.fields.get("name")
    return key(printed.text) if printed else ""
