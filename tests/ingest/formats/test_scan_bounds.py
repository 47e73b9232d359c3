"""Recognition is bounded: a page that takes too long, too much memory or its process down is given up, by name."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from jixiao.ingest.document import read_documents
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.ledger import _beside_a_gap
from jixiao.ingest.readers import read
from jixiao.ingest.recognition import GivenUp, Recognition, bounds
from jixiao.ingest.rendition import Line, Rendition
from jixiao.ingest.result import Document
from jixiao.ingest.scan import recognising
from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.store import Pictured
from tests.support import hostile_scans, pdfs
from tests.support.scanned import scanned
from tests.support.scans import as_pdf, needs_engine

# A process that recognises as the real one does, but for the models: pages 2 and 3 of a file do harm.
HARM = """
import os, signal, sys
from types import SimpleNamespace
sys.modules["jixiao.ingest.scan.engine"] = SimpleNamespace(engine=lambda: SimpleNamespace(versions={"stub": "1"}))
sys.modules["jixiao.ingest.scan.recognise"] = SimpleNamespace(page=None)
from jixiao.ingest.scan import recognising
def page(number, made):
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    while number == 3:
        pass
    word = {"text": f"第{number}页", "box": [90, 90, 130, 100], "scores": [1, 1, 1]}
    kept = {"number": number, "box": [0, 0, 600, 800], "angle": 0, "rules": [], "words": [word], "warp": []}
    return {"page": kept}
recognising._page = page
serve = recognising.serve
"""
PAGES = [Image.new("1", (8, 8))] * 4


@pytest.fixture
def harm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Have the process above recognise, within so many CPU seconds a page."""
    (tmp_path / "harmful_recognising.py").write_text(HARM, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def start(seconds: int) -> None:
        recognising.stop()
        monkeypatch.setattr(recognising, "_PROGRAM", "harmful_recognising:serve")
        monkeypatch.setattr(bounds, "PAGE_SECONDS", seconds)

    yield start
    recognising.stop()


@needs_engine
def test_a_page_that_kills_its_process_or_never_ends_costs_only_itself(harm: Any) -> None:
    harm(1)
    content = as_pdf(*PAGES)
    found = read(content)
    assert [line.text for line in found.lines] == ["第1页", "第4页"]
    died, endless = found.recognition.given_up
    assert (died.number, endless.number) == (2, 3)
    assert "内存不足" in died.zh
    assert "CPU" in endless.en
    assert [(part.count, part.names) for part in found.left_out] == [(1, ("2",)), (1, ("3",))]
    assert read(content, Recognition.from_json(json.loads(json.dumps(found.recognition.to_json())))) == found


@needs_engine
def test_a_file_that_takes_too_long_as_a_whole_is_refused_and_the_next_one_is_read(
    harm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    harm(60)
    content = as_pdf(*PAGES)
    with monkeypatch.context() as patch:
        patch.setattr(bounds, "seconds", lambda size: 1)
        with pytest.raises(UnreadableError, match=r"时间太长.*too long"):
            recognising.recognised(content, [3])
    assert [page.number for page in recognising.recognised(content, [1, 4]).pages] == [1, 4]


@needs_engine
def test_a_site_may_bound_the_scanned_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_most", 3)
    monkeypatch.setattr(bounds, "_remedy", Bilingual("请在别处检查", "check it elsewhere"))
    monkeypatch.setattr(recognising, "_answer", None)  # nothing is begun
    with pytest.raises(UnreadableError, match=r"4 页，最多 3 页）：请在别处检查 · .*check it elsewhere"):
        read(as_pdf(*PAGES))


SLOW = {"pdf-picture-10000-times", "pdf-forms-20-deep", "pdf-forms-40-deep", "pdf-inline-pictures", "pdf-3000-pictures"}
SLOW |= {"png-text-bomb", "png-profile-bomb", "pdf-large-unit", "pdf-page-of-a-gigapoint"}


@pytest.mark.sampled(3)
@needs_engine
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.judge] if name in SLOW else []) for name in hostile_scans.PICTURES],
)
def test_files_made_to_do_harm_are_refused(name: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read(hostile_scans.PICTURES[name]())
    assert "程序出错" not in refused.value.zh


@needs_engine
@pytest.mark.judge
@pytest.mark.parametrize("name", hostile_scans.LARGE)
def test_what_is_large_is_read_or_refused_in_bounded_memory(name: str) -> None:
    said = ""
    try:
        read(hostile_scans.LARGE[name]())
    except UnreadableError as refused:
        said = refused.zh
    assert "程序出错" not in said


@needs_engine
def test_pictures_of_any_tones_are_dark_on_white() -> None:
    from jixiao.ingest.scan import pictures

    grey = Image.new("L", (40, 40), 255)
    grey.paste(0, (10, 10, 20, 20))
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (10, 10, 20, 20))
    made = [grey, deep, clear, clear.quantize(4), grey.convert("1"), grey.convert("LA"), grey.convert("RGBA")]
    files = [hostile_scans.saved(image) for image in made] + [hostile_scans.saved(deep, "TIFF")]
    files.append(hostile_scans.saved(grey.convert("CMYK"), "TIFF"))
    for content in files:
        count, take = pictures.opened(content)
        pixels = take(1).pixels
        assert count == 1
        shown = pixels if pixels.ndim == 2 else pixels[:, :, 1]
        assert shown[15, 15] < 30
        assert shown[30, 30] > 225


@needs_engine
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_large_pictures_are_turned_as_they_say(kind: str) -> None:
    from jixiao.ingest.scan import pictures

    grey = Image.new("L", (4_000, 3_000), 255)
    grey.paste(0, (0, 0, 400, 300))
    said = Image.Exif()
    said[0x0112] = 6  # a quarter to the right
    _, take = pictures.opened(hostile_scans.saved(grey, kind, exif=said))
    sheet = take(1)
    high, wide = sheet.pixels.shape
    assert high > wide
    assert sheet.pixels[high // 50, wide - wide // 50] < 30
    assert sheet.height > sheet.width


@needs_engine
def test_the_engine_opens_no_connection_and_bears_tiny_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from jixiao.ingest.scan import engine, recognise
    from jixiao.ingest.scan.ink import Sheet

    monkeypatch.setattr(socket, "socket", None)
    used = engine.Engine()
    for shape in ((1, 900), (900, 1), (16, 16), (40, 300, 3)):
        page = recognise.page(Sheet(1, np.full(shape, 255, np.uint8), shape[1], shape[0]), used)
        assert page.words == ()


def test_a_filing_with_a_page_that_was_given_up_is_read_in_part(filing: str) -> None:
    whole = scanned(filing).recognition
    made = json.dumps(whole._replace(given_up=(GivenUp(2, "太长", "too long"),)).to_json()).encode()
    [reading] = read_documents([Document(b"\x89PNG\r\n\x1a\n", "a.png", Pictured(made))], "http://localhost:8000/")
    [part] = reading.account.left_out
    assert str(part) == "没有识别的页：太长 pages not recognised: too long 1（2）"
    filed = f"<{next(iter(reading.deposit.contents.filings))}> <{terms.readingStatus}> <{terms.readPartial}>"
    assert filed in reading.deposit.source_triples.decode()


@pytest.mark.parametrize(("gap", "beside"), [(1, True), (2, True), (4, True), (5, False), (9, False)])
def test_projects_beside_or_around_such_a_page_are_read_in_part(gap: int, beside: bool) -> None:
    lines = tuple(Line(number, "文字", {"page": page}) for number, page in ((1, 2), (2, 3), (3, 9)))
    recognition = Recognition({}, (), (GivenUp(gap, "太长", "too long"),))
    assert _beside_a_gap((1, 2), Rendition("image/png", "", lines, (), recognition=recognition)) is beside


@pytest.mark.judge
def test_without_scans_nothing_that_recognises_is_loaded() -> None:
    program = """
import sys
from jixiao.ingest import load, preloaded
from jixiao.ingest.ledger import _beside_a_gap
from jixiao.ingest.document import read_document
read_document("项目支出绩效目标申报表".encode(), "a.txt", "http://localhost:8000/")
read_document(PDF, "a.pdf", "http://localhost:8000/")
print([name for name in ("cv2", "onnxruntime", "rapidocr", "PIL", "numpy", "pypdfium2") if name in sys.modules])
"""
    program = program.replace("PDF", repr(pdfs.document(pdfs.at(90, 90, "项目支出绩效目标申报表"))))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_time_grows_with_the_file_and_ends() -> None:
    assert [bounds.seconds(size) for size in (0, 3_000_000, 50_000_000)] == [120, 1_620, 1_680]
