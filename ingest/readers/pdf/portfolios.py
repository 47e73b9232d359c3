"""Read the document that a portfolio carries: a PDF whose own pages are only its cover (ISO 32000-1, 12.3.5)."""

from collections.abc import Sequence
from dataclasses import replace

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.signatures import pdf_header
from jixiao.ingest.readers.pdf.attachments import Attached
from jixiao.ingest.readers.pdf.pages import opened
from jixiao.ingest.rendition import MOST_NAMED, LeftOut, Rendition, occurring

MEDIA_TYPE = "application/pdf"


def read(files: Sequence[Attached]) -> Rendition:
    """Return the rendition of the only document among the files of a portfolio, without pages and boxes.

    Raises UnreadableError for several documents, for none, and for a scan, whose pages are not those of the portfolio.
    """
    documents: list[tuple[Attached, Rendition]] = []
    reason = None
    for each in files:
        try:
            documents.append((each, _rendition(each.content())))
        except UnreadableError as error:
            reason = reason or error
    names = "、".join(each.name for each in files[:MOST_NAMED])
    if not documents and reason and len(files) == 1:
        raise UnreadableError(f"PDF 包里的 {names}：{reason.zh}", f"{names} in the PDF portfolio: {reason.en}")
    if len(documents) != 1:
        raise UnreadableError(
            f"PDF 包里有多份文件，或没有可读的，请分别另存再读：{names}",
            f"a PDF portfolio with several documents, or none that is read; save them apart: {names}",
        )
    [(document, found)] = documents
    others = [each.name for each in files if each is not document]
    passed = LeftOut("PDF 包里的其他文件", "other files of the portfolio", len(others), tuple(others[:MOST_NAMED]))
    cover = LeftOut("PDF 包的封面", "the cover of the portfolio", 1)
    lines = tuple(line._replace(where=None) for line in found.lines)
    left_out = (*found.left_out, *occurring([passed, cover]))
    return replace(found, media_type=MEDIA_TYPE, lines=lines, left_out=left_out, pages={})


def _rendition(content: bytes) -> Rendition:
    from jixiao.ingest import readers  # noqa: PLC0415 - the readers import this one

    if pdf_header(content) is not None and "Collection" in opened(content).catalog:
        raise UnreadableError("PDF 包里又是一个 PDF 包", "a PDF portfolio within a PDF portfolio")
    found = readers.read(content)
    if found.recognition:
        raise UnreadableError("是扫描件，请另存再读", "a scan; save it apart")
    return found
