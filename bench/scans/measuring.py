"""Measure how well scans are read: their facts against those of the text they were printed from.

A fact of the scan is right, or wrong if the text does not have it. A fact of the text that the scan does not give, even
if the reading withholds it, is missing. Parts of a project are compared without their numbers, since a missing part
shifts the numbers of all others.
"""

import os
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from pyoxigraph import NamedNode

from bench.measuring import cpu_seconds
from bench.scans.paper import Pictures
from jixiao.ingest.document import read_document
from jixiao.ingest.result import Reading
from jixiao.ontology import terms
from jixiao.ontology.identity import DEFAULT_BASE
from tests.support.mutants.facts import AMOUNTS
from tests.support.writers import facts

_MONEY = {terms.JX + name for name in AMOUNTS} | {terms.itemAmount, terms.declaredTotal}
# Said of the reading, not by the filing.
_OF_READING = {terms.readingStatus, terms.withheld, terms.hasInference, terms.lookAlike, terms.recognisedBy}
_BRACKETS = str.maketrans("〔[【〕]】〈〉", "((()))<>")

Fact = tuple[str, str, str]
"""Subject, property and value, in a form in which facts of two files can be compared."""


class Figures(NamedTuple):
    """The numbers of right, missing and wrong facts, of wrong amounts, and of pages of a scan.

    `seconds` are the CPU seconds of reading it, `alone` those of rapidocr alone on the same pages, estimated from some.
    """

    right: int
    missing: int
    wrong: int
    amounts: int
    pages: int
    seconds: float
    alone: float

    def __add__(self, other: tuple[Any, ...]) -> "Figures":
        return Figures(*(mine + others for mine, others in zip(self, other, strict=True)))

    def __str__(self) -> str:
        stated = max(self.right + self.missing, 1)
        found = max(self.right + self.wrong, 1)
        ratio = f"{self.seconds / self.alone:.2f}" if self.alone else "–"
        return (
            f"{self.pages:>5} {stated:>7,} {self.right / stated:>8.2%} {self.wrong / found:>8.2%} {self.amounts:>7}"
            f" {self.seconds / max(self.pages, 1):>8.2f} {ratio:>6}"
        )


def comparable(reading: Reading) -> Counter[Fact]:
    """Count the facts of a file, and for each indicator the pair of its name and target; empty for a refused file.

    Facts about the reading itself, such as inferences and line numbers, are left out.
    """
    if reading.deposit is None:
        return Counter()
    found = facts(reading)
    own = {each.subject for each in found if each.object == NamedNode(terms.Inference)}
    kept = [each for each in found if each.subject not in own and _value(each.predicate) not in _OF_READING]
    counted = Counter((unnumbered(each.subject), _value(each.predicate), unnumbered(each.object)) for each in kept)
    parts: dict[str, dict[str, str]] = {}
    for each in kept:
        if _value(each.predicate) in {terms.RDFS_label, terms.targetText}:
            parts.setdefault(_value(each.subject), {})[_value(each.predicate)] = _folded(_value(each.object))
    pairs = ((node, pair.get(terms.RDFS_label), pair.get(terms.targetText)) for node, pair in parts.items())
    counted.update((unnumbered(NamedNode(node)), "pair", f"{name}→{target}") for node, name, target in pairs if target)
    return counted


def _value(node: Any) -> str:
    return str(node.value)


def unnumbered(node: Any) -> str:
    """Return a node's value; in an IRI the numbers of parts, and checksums in place of unknown bodies, are left out."""
    if not isinstance(node, NamedNode):
        return _folded(_value(node))
    return re.sub(r"(?<=#[a-z])\d+$|(?<=/s-)[0-9a-f]+(?=/)", "", _value(node))


def _folded(words: str) -> str:
    """Return a text without white space and with brackets in one form, for a comparison of facts."""
    return "".join(unicodedata.normalize("NFKC", words).translate(_BRACKETS).split())


def differences(truth: Counter[Fact], found: Counter[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return the facts that only `truth` has (missing) and those that only `found` has (wrong), both sorted."""
    return sorted((truth - found).elements()), sorted((found - truth).elements())


def measured(file: Path, pictures: Pictures, alone: int) -> tuple[Figures, list[Fact], list[Fact]]:
    """Read pictures of a file, and return the figures of the scan, its wrong facts and its missing facts.

    rapidocr alone also reads every `alone`-th page, none if 0.
    """
    truth = comparable(read_document(file.read_bytes(), file.name, DEFAULT_BASE))
    content = pictures.as_pdf()
    start = cpu_seconds(os.getpid())
    reading = read_document(content, "scan.pdf", DEFAULT_BASE)
    seconds = cpu_seconds(os.getpid()) - start
    found = comparable(reading)
    missing, wrong = differences(truth, found)
    amounts = sum(predicate in _MONEY for _, predicate, _ in wrong)
    pages = pictures.pages
    compared = pages[::alone] if alone else []
    by_rapidocr = _alone(compared) * len(pages) / len(compared) if compared else 0.0
    right = sum((truth & found).values())
    figures = Figures(right, len(missing), len(wrong), amounts, len(pages), seconds, by_rapidocr)
    return figures, wrong, missing


def _alone(pages: Sequence[Image.Image]) -> float:
    """Return the CPU seconds that rapidocr takes for pages in one thread, without the loading of its models."""
    from rapidocr import RapidOCR  # noqa: PLC0415 - takes long

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = RapidOCR(params={**threads, "Global.log_level": "error"})
    engine(np.full((64, 320, 3), 255, np.uint8))
    start = time.process_time()
    for page in pages:
        engine(np.ascontiguousarray(np.asarray(page)[:, :, ::-1]))
    return time.process_time() - start
