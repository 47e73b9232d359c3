"""Scans for tests: a form as a PDF, its pages painted as pictures, and the recognition that an engine would keep."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from PIL import Image
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from pypdfium2 import PdfDocument

from jixiao.ingest.document import read_document
from jixiao.ontology import terms
from jixiao.store import Deposit
from tests.support.pdfs import HEIGHT, WIDTH, at, document, table

XS = [40, 140, 300, 420, 560]
ROWS = [
    ("项目名称", "古籍修复", "项目类别", "经常性项目"),
    ("主管部门", "临江市文化局", "实施单位", "临江市图书馆"),
    ("计划开始日期", "2023-01-01", "计划完成日期", "2023-12-31"),
    ("项目资金总额", "120000", "年度资金申请总额", "约十二万"),
]
TARGETS = [("一级指标", "二级指标", "三级指标", "年度指标值"), ("产出指标", "数量指标", "修复册数", "≥200册")]
_FROM, _HIGH = 120, 30  # points from the top of the first row, and between rows


def form(rows: Sequence[tuple[str, ...]] = ROWS) -> bytes:
    """A PDF with a form of one project, whose amounts have no unit, and one is words."""
    lines = [*rows, *TARGETS]
    ys = [_FROM + _HIGH * n for n in range(len(lines) + 1)]
    drawn = at(200, 60, "财政项目支出绩效目标申报表", 14) + at(240, 90, "（2023年度）") + table(XS, ys)
    for row, top in zip(lines, ys, strict=False):
        drawn += "".join(at(x + 4, top + 10, words) for x, words in zip(XS, row, strict=False))
    return document(drawn)


def picture(pdf: bytes, angle: float = 0.0, kind: str = "PNG") -> bytes:
    """The first page of a PDF as a picture, turned so that `angle` degrees, clockwise, set it upright."""
    page: Image.Image = PdfDocument(pdf)[0].render(scale=2).to_pil()
    written = io.BytesIO()
    page.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white").save(written, kind)
    return written.getvalue()


def back(angle: float, width: float = WIDTH, height: float = HEIGHT) -> tuple[float, ...]:
    """The matrix from an upright page to a picture that is turned by `angle`, clockwise, to be upright."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    wide, high = (width, height) if round(angle / 90) % 2 == 0 else (height, width)
    across, down = (wide - cos * width - sin * height) / 2, (high + sin * width - cos * height) / 2
    return cos, sin, across, -sin, cos, down, 0, 0, 1


def scanned(pdf: bytes, name: str, base: str, angle: float = 0.0) -> Deposit:
    """The scan of a PDF of one page: what is read of the PDF, with its lines as words that were recognised."""
    found = read(pdf, name, base)
    content = picture(pdf, angle)
    sha256 = hashlib.sha256(content).hexdigest()
    named = [(found.sha256, sha256), (found.sha16, sha256[:16]), ("application/pdf", "image/png")]
    named.append((f'"{len(found.content)}"', f'"{len(content)}"'))
    words = [
        {"text": line["text"], "box": list(line["where"]["box"]), "scores": [0.75] * len(line["text"])}
        for line in found.rendition["lines"]
        if line["text"].strip()
    ]
    page = {"number": 1, "box": [0, 0, WIDTH, HEIGHT], "angle": angle, "warp": back(angle), "rules": [], "words": words}
    triples = {name: getattr(found, name).decode() for name in ("source_triples", "report_triples")}
    for former, now in named:
        triples = {name: text.replace(former, now) for name, text in triples.items()}
    return replace(
        found,
        sha256=sha256,
        content=content,
        media_type="image/png",
        rendition={**found.rendition, "sha256": sha256, "media_type": "image/png"},
        recognition=json.dumps({"engine": {"test": "1"}, "pages": [page]}).encode(),
        **{name: text.encode() for name, text in triples.items()},
    )


def doubted(deposit: Deposit, names: Collection[str], why: str) -> Deposit:
    """The deposit with all facts of some properties withheld, for a reason."""
    triples = [quad.triple for quad in parse(deposit.source_triples, RdfFormat.N_TRIPLES)]
    gone = [triple for triple in triples if triple.predicate.value in names]
    values = {(triple.subject.value, triple.predicate.value): str(triple.object) for triple in gone}
    lack = [Triple(triple.subject, NamedNode(terms.withheld), triple.predicate) for triple in gone]
    ledger = copy.deepcopy(dict(deposit.ledger))
    for fact in (fact for line in ledger["lines"] for fact in line["facts"]):
        if value := values.get((fact["node"], fact["property"])):
            fact |= {"why": why, "withheld": value}
    stated = serialize([*(each for each in triples if each not in gone), *lack], format=RdfFormat.N_TRIPLES)
    return replace(deposit, ledger=ledger, source_triples=stated or b"")


def read(pdf: bytes, name: str, base: str) -> Deposit:
    """Read a PDF that is accepted."""
    found = read_document(pdf, name, base).deposit
    assert found, name
    return found
