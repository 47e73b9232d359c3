"""Pair the narratives of a file with its forms: by number, in their order, or by name."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TypeGuard

from jixiao.ingest.model import Form, Narrative
from jixiao.ingest.roles.headings import BASIS_SECTION
from jixiao.ontology.identity import key

_LONGEST_NAME = 200  # in characters, of what is compared

Pair = tuple[Narrative | None, Form | None]


def paired(found: Sequence[Narrative | Form]) -> list[Pair]:
    """Return the projects of a file, in its order, as pairs of which either half may be missing.

    A basis that stands alone between forms belongs to one of them only where each form has one, on the same side.
    Otherwise it is left out.
    """
    if any(map(_is_basis, found)) and not _take_turns(found):
        found = [part for part in found if not _is_basis(part)]
    return _paired(found[::-1])[::-1] if _narratives_follow(found) else _paired(found)


def _is_basis(part: Narrative | Form) -> bool:
    """Return whether a narrative is nothing but a basis, without a title."""
    if isinstance(part, Form) or part.name or part.number is not None:
        return False
    return len(part.sections) == 1 and part.sections[0].meaning == BASIS_SECTION


def _take_turns(found: Sequence[Narrative | Form]) -> bool:
    """Return whether narratives and forms stand by turns, as many of the ones as of the others."""
    kinds = [isinstance(part, Form) for part in found]
    return len(kinds) % 2 == 0 and kinds == [kinds[0], not kinds[0]] * (len(kinds) // 2)


def _narratives_follow(found: Sequence[Narrative | Form]) -> bool:
    """Return whether each form stands before its narrative."""
    numbers = [part.number for part in found if isinstance(part, Narrative)]
    return (
        isinstance(found[0], Form)
        and isinstance(found[-1], Narrative)
        and 2 * len(numbers) == len(found)
        and all(number in (None, place) for place, number in enumerate(numbers, 1))
    )


def _paired(found: Sequence[Narrative | Form]) -> list[Pair]:
    """Pair forms with narratives; a narrative, or all narratives of a filing, stand before the forms.

    Where the two stand by turns and most agree in their names, a pair that does not has a name that is wrong.
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
    """Pair narratives with the forms after them: by number, otherwise in order, by name, or not at all."""
    by_number = {single.number: single for single in narratives if single.number is not None}
    if len(forms) == len(narratives) == len(by_number) and by_number.keys() == {single.number for single in forms}:
        return [(by_number[single.number], single) for single in forms if single.number is not None]
    if len(narratives) in (1, len(forms)) and not _conflict(zip(narratives, forms, strict=False)):
        return list(zip_longest(narratives, forms))
    return list(_paired_by_name(narratives, forms))


def _is_pair(pair: tuple[Narrative | Form, Narrative | Form]) -> TypeGuard[tuple[Narrative, Form]]:
    """Tell if a narrative is followed by a form."""
    return isinstance(pair[0], Narrative) and isinstance(pair[1], Form)


def _conflict(pairs: Iterable[tuple[Narrative, Form]]) -> bool:
    """Return whether the names of most pairs have nothing in common, so that their order says nothing."""
    named = [(_name(story), _name(single)) for story, single in pairs]
    alike = [_are_alike(*names) for names in named if all(names)]
    return alike.count(True) < alike.count(False)


def _are_alike(one: str, other: str) -> bool:
    """Return whether two names share half of the shorter one in one piece: 青河清淤工程, 2024年青河清淤."""
    one, other = one[:_LONGEST_NAME], other[:_LONGEST_NAME]
    shared = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return 2 * shared >= min(len(one), len(other))


def _paired_by_name(narratives: Sequence[Narrative], forms: Sequence[Form]) -> Iterator[Pair]:
    """Yield a pair for each narrative and form; those of one name, or of a name within the other, stand together."""
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
    """Return which names are the same, where no third name is the same as well."""
    found = [(one, other) for one in ones for other in others if same(ones[one], others[other])]
    left, right = Counter(one for one, _ in found), Counter(other for _, other in found)
    return {one: other for one, other in found if left[one] == right[other] == 1}


def _name(part: Narrative | Form) -> str:
    printed = part.name if isinstance(part, Narrative) else part.fields.get("name")
    return key(printed.text) if printed else ""
