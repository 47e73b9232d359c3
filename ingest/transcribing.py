"""Replace recognised text with a steward's transcriptions of the picture.

A transcription applies as long as the same text is recognised in its region. A person has read its characters, so they
are certain: their score is 1, there is no second reading, and the word names the decision.
"""

from collections.abc import Iterable, Sequence

from jixiao.ingest.formats.rendering import printed_width
from jixiao.ingest.recognition import Box, RecognisedPage, Recognition, Word, is_within
from jixiao.ontology.grouping import by_key
from jixiao.store.decisions.effects import Transcription

_EM = 10.5  # points: the height assumed for transcribed characters where nothing was recognised
_MARGIN = 2.0  # points between the edge of a cell and its text


def transcribed(
    recognition: Recognition, made: Iterable[Transcription]
) -> tuple[Recognition, tuple[Transcription, ...]]:
    """Return a recognition with the transcriptions in `made` applied, and those of them that do not match it.

    A transcription matches if the text recognised in its region is still the text that the steward replaced.
    """
    pages = {page.number: page for page in recognition.pages}
    by_page = by_key((each.page, each) for each in made)
    unfit = [each for number, found in by_page.items() if number not in pages for each in found]
    for number in by_page.keys() & pages.keys():
        pages[number], others = _page(pages[number], by_page[number])
        unfit += others
    return recognition._replace(pages=tuple(pages.values())), tuple(sorted(unfit))


def recognised(page: RecognisedPage, region: Box) -> str:
    """Return the text recognised in a region of a page, line by line."""
    return "\n".join(word.text for word in page.words if is_within(word, region))


def _page(page: RecognisedPage, made: Sequence[Transcription]) -> tuple[RecognisedPage, list[Transcription]]:
    """Return a page with the transcriptions in `made` applied, and those of them that do not match.

    Of transcriptions that overlap, the first is applied.
    """
    instead: list[tuple[int, Sequence[Word]]] = []  # new words, with the place among the words where they belong
    gone: set[int] = set()
    unfit = []
    for transcription in made:
        region = Box(*transcription.region)
        at = [place for place, word in enumerate(page.words) if is_within(word, region)]
        words = [page.words[place] for place in at]
        if "\n".join(word.text for word in words) != transcription.recognised or gone.intersection(at):
            unfit.append(transcription)
            continue
        gone.update(at)
        instead.append((min(at, default=len(page.words)), _words(transcription, words)))
    kept = [(place, [word]) for place, word in enumerate(page.words) if place not in gone]
    ordered = sorted([*kept, *instead], key=lambda found: found[0])
    return page._replace(words=tuple(word for _, words in ordered for word in words)), unfit


def _words(made: Transcription, before: Sequence[Word]) -> list[Word]:
    """Return each line of the transcription `made` as a word with a box.

    The lines get the boxes of `before`, the recognised words that they replace, if they are equally many; otherwise
    boxes one below the other in the transcription's region.
    """
    lines = [line for line in made.text.split("\n") if line.strip()]
    boxes = [word.box for word in before]
    if lines and len(lines) != len(before):
        boxes = _set(Box(*made.region), lines, filled=bool(before))
    # A transcription without text has no lines, and leaves boxes over.
    return [Word(line, box, (1.0,) * len(line), None, made.decision) for line, box in zip(lines, boxes, strict=False)]


def _set(region: Box, lines: Sequence[str], *, filled: bool) -> list[Box]:
    """Return a box in the region for each line, one below the other.

    If text was recognised in the region (`filled`), the boxes take all of its height; otherwise they have the usual
    height of characters, and are centred in it vertically, as in a cell.
    """
    high = region.bottom - region.top
    each = high / len(lines) if filled else min(_EM, high / len(lines))
    top = region.top + (high - each * len(lines)) / 2
    left = region.x0 if filled else region.x0 + _MARGIN
    ends = [min(region.x1, left + printed_width(line) * each / 2) for line in lines]
    return [Box(left, top + each * at, end, top + each * (at + 1)) for at, end in enumerate(ends)]
