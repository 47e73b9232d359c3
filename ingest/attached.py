"""Find the filing of a file: its own text, or one document attached to a letter or to the cover of a portfolio."""

from dataclasses import replace

from jixiao.ingest import readers
from jixiao.ingest.errors import NotAFilingError, UnreadableError, UnreadFormError
from jixiao.ingest.extract import extract
from jixiao.ingest.formats.encodings import check_spoilt
from jixiao.ingest.model import Extraction
from jixiao.ingest.rendition import MOST_NAMED, Attached, LeftOut, Rendition, occurring, ways_out
from jixiao.ontology.text.bilingual import Bilingual

Filing = tuple[Rendition, Extraction]


def filing(rendition: Rendition) -> Filing:
    """Return a rendition and its content or, if it has no filing, those of the only filing attached to it.

    An attached document has no pages and boxes here, since pages belong to the file that carries it. Raises
    UnreadableError for a garbled form, and NotAFilingError or UnreadFormError for a file without a filing or with
    several attached ones; these errors name the parts that were not read.
    """
    try:
        return rendition, _extracted(rendition)
    except (NotAFilingError, UnreadFormError) as error:
        faults: list[Bilingual] = []
        found: list[tuple[Attached, Filing]] = []
        for document in rendition.attached:
            try:
                read = _read(document)
                found.append((document, (read, _extracted(read))))
            except UnreadableError as fault:
                faults.append(
                    Bilingual(f"附件 {document.name}：{fault.zh}", f"attached file {document.name}: {fault.en}")
                )
            except (NotAFilingError, UnreadFormError):
                continue
        if len(found) > 1:
            names = "、".join(document.name for document, _ in found[:MOST_NAMED])
            raise UnreadFormError(
                f"有多份附件是申报表，请分别另存再读：{names}",
                f"several of its attached files are filings; save them apart: {names}",
            ) from error
        if found:
            return _taken(rendition, *found[0])
        unread = [ways_out(rendition.left_out)] if rendition.left_out else []
        reasons = [Bilingual(error.zh, error.en), *unread, *faults[:MOST_NAMED]]
        raise type(error)("；".join(each.zh for each in reasons), "; ".join(each.en for each in reasons)) from error


def _extracted(rendition: Rendition) -> Extraction:
    try:
        return extract(rendition)
    except NotAFilingError:
        check_spoilt(line.text for line in rendition.lines)
        raise


def _read(document: Attached) -> Rendition:
    found = readers.read(document.content())
    if found.recognition:  # its pages are not those of the file that carries it
        raise UnreadableError("是扫描件，请另存再读", "a scan; save it apart")
    return found


def _taken(rendition: Rendition, document: Attached, found: Filing) -> Filing:
    read, extraction = found
    others = [each.name for each in rendition.attached if each is not document]
    left_out = occurring(
        [
            LeftOut("其他附件", "other attached files", len(others), tuple(others[:MOST_NAMED])),
            LeftOut("附有申报表的正文或封面", "the letter or cover that the filing is attached to", 1),
        ]
    )
    lines = tuple(line._replace(where=None) for line in read.lines)
    media_type, left_out = rendition.media_type, (*read.left_out, *left_out)
    return replace(read, media_type=media_type, lines=lines, left_out=left_out, pages={}, attached=()), extraction
