"""Find and read lines of text in pictures, by the models that the package rapidocr contains.

ONNX Runtime runs each model in one thread, since there are as many processes that read files as processors. The model
files are opened from the installed package, so nothing is downloaded. Lines are read in batches, but the reading of a
line does not depend on the other lines of its batch.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.metadata import distribution, version
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnxruntime  # type: ignore[import-untyped]

from jixiao.ingest.scan.ink import Picture
from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.scan", "scanned.toml")
"""The characters that matter for the recognition of pictures."""

HEIGHT = 48  # pixels: the height of a line in the model that reads
_DETECTOR, _READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_STEP = 32  # pixels: the models take widths and heights that are multiples of this
_NARROWEST, _WIDEST = 64, 3200  # pixels: the least and the most width of a line in the model that reads
_BATCH = 2048  # pixels: the most width of the lines in one batch, added up
_TEXT, _SURE = 0.3, 0.5  # least probability of text for a pixel, and on average for the pixels of a line
_GROWTH = 1.6  # the detector finds shrunken boxes; each side is moved out by area / perimeter times this
_SMALLEST = 3  # pixels: boxes that are narrower or lower are dropped
# The probability that a character was missed, times this, lowers the scores of the characters beside the gap. Measured
# on blurred pages of 150 and 200 pixels per inch: it rarely reaches 1 % where nothing is missing, and often 15 % where
# something is.
_LOSS = 5
_BRACKETS = {
    char: plain
    for chars, plain in (("（([［【〔〖", "("), ("）)]］】〕〗", ")"), ("〈＜<", "<"), ("〉＞>", ">"))
    for char in chars
}


class Reading(NamedTuple):
    """The characters read in a line, their scores, and their places along the line from 0 (left end) to 1."""

    text: str
    scores: tuple[float, ...]
    at: tuple[float, ...]

    @property
    def score(self) -> float:
        """The mean score of the characters, from 0 to 1; 0 if there are none."""
        return sum(self.scores) / len(self.scores) if self.scores else 0.0


class Engine:
    """The two models: the detector, which finds lines, and the reader. Loaded once per process by `engine`."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        models = Path(str(distribution("rapidocr").locate_file("rapidocr/models")))
        self._detector, self._reader = _session(models / _DETECTOR), _session(models / _READER)
        self._characters = ["", *self._reader.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
        self._alike = _alike(self._characters)
        self.versions = {
            "rapidocr": version("rapidocr"),
            "onnxruntime": version("onnxruntime"),
            "detector": _DETECTOR,
            "reader": _READER,
        }

    def find(self, picture: Picture, longest: int) -> list[tuple[float, float, float, float]]:
        """Return the boxes of the text lines in a grey picture: left, top, right and bottom, in pixels.

        For the search, the picture is reduced so that its longer side has at most `longest` pixels.
        """
        height, width = picture.shape
        ratio = min(1.0, longest / max(height, width))
        size = [max(_STEP, round(side * ratio / _STEP) * _STEP) for side in (width, height)]
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        [chances] = self._detector.run(None, {"x": np.repeat(_scaled(small)[None, None], 3, axis=1)})
        chances = chances[0, 0]
        mask = cv2.dilate((chances > _TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
        across, down = width / size[0], height / size[1]
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
        totals = np.bincount(labels.ravel(), chances.ravel(), count)
        x, y, wide, high, area = stats[1:].T
        kept = (np.minimum(wide, high) >= _SMALLEST) & (totals[1:] / area >= _SURE)
        grow = wide * high * _GROWTH / (2 * (wide + high))
        edges = np.stack([x - grow, y - grow, x + wide + grow, y + high + grow], axis=1)
        return [(left, top, right, bottom) for left, top, right, bottom in edges[kept] * (across, down, across, down)]

    def read(self, lines: Sequence[Picture]) -> list[Reading]:
        """Return the reading of each picture; a picture is grey and shows one line."""
        found: dict[int, Reading] = {}
        scaled = [_line(picture) for picture in lines]
        order = sorted(range(len(lines)), key=lambda at: scaled[at][0].shape[2])
        for width, group in groupby(order, lambda at: scaled[at][0].shape[2]):
            alike, most = list(group), max(1, _BATCH // width)
            for batch in (alike[at : at + most] for at in range(0, len(alike), most)):
                [chances] = self._reader.run(None, {"x": np.stack([scaled[at][0] for at in batch])})
                for at, each in zip(batch, chances, strict=True):
                    found[at] = self._decoded(each, scaled[at][1] / width)
        return [found[at] for at in range(len(lines))]

    def _decoded(self, chances: Any, share: float) -> Reading:
        """Return the reading that the model's probabilities give by the likeliest path (CTC).

        `chances` has, for each step along the line, the probability of no character, and of each character. A character
        at several successive steps counts once. `share` is the part of the width that the line takes, without padding.
        """
        best = chances.argmax(axis=1)
        kept = best != 0
        kept[1:] &= best[1:] != best[:-1]
        steps = np.flatnonzero(kept)
        own = [
            min(float(chances[step, self._alike.get(int(best[step]), [best[step]])].sum()), 1 - _LOSS * max(beside))
            for step, beside in zip(steps, pairwise(self._lost(chances, best, steps)), strict=True)
        ]
        scores = tuple(round(max(0.0, min(1.0, score)), 4) for score in own)
        at = tuple(min(1.0, float(step + 0.5) / (len(best) * share)) for step in steps)
        return Reading("".join(self._characters[best[step]] for step in steps), scores, at)

    def _lost(self, chances: Any, best: Any, steps: Any) -> list[float]:
        """Return the probability that a character was missed: before the first one read, between two, and at the end.

        Each is the highest probability of any character at a step where the model sees none, except the characters read
        on both sides, and the space. `best` is the likeliest character of each step, by index; `steps` are those steps
        at which a character was read.
        """
        every = [0, *(int(best[step]) for step in steps), 0]
        edges = [-1, *steps.tolist(), len(best)]
        others = 1 - chances[:, 0] - chances[:, len(self._characters) - 1]
        found = []
        for (start, end), beside in zip(pairwise(edges), pairwise(every), strict=True):
            known = [other for each in {*beside} - {0} for other in self._alike.get(each, [each])]
            between = others[start + 1 : end] - chances[start + 1 : end][:, known].sum(axis=1)
            found.append(float(between[best[start + 1 : end] == 0].max(initial=0.0)))
        return found


@cache
def engine() -> Engine:
    """Return the engine of this process. Raises ImportError if the extra jixiao[ocr] is not installed."""
    return Engine()


def _alike(characters: Sequence[str]) -> dict[int, list[int]]:
    """Map the index of each character that has other forms, such as （ and (, to the indices of all its forms."""
    printed = ((at, char) for at, char in enumerate(characters) if char.strip())
    forms = by_key((_BRACKETS.get(char) or unicodedata.normalize("NFKC", char), at) for at, char in printed)
    return {at: found for found in forms.values() if len(found) > 1 for at in found}


def _session(model: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _scaled(picture: Picture) -> Any:
    return picture.astype(np.float32) / 127.5 - 1.0


def _line(picture: Picture) -> tuple[Any, float]:
    """Return the picture of a line as the reading model takes it, and its width in pixels without padding.

    The line is scaled to the model's height, and padded to a width that is a multiple of 32 pixels.
    """
    height, width = picture.shape
    wide = min(max(round(width * HEIGHT / height), 8), _WIDEST)
    how = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    filled = np.zeros((HEIGHT, max(_NARROWEST, -(-wide // _STEP) * _STEP)), np.float32)
    filled[:, :wide] = _scaled(cv2.resize(picture, (wide, HEIGHT), interpolation=how))
    return np.repeat(filled[None], 3, axis=0), wide
