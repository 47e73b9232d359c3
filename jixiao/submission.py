"""Judge a file that somebody submitted to the web server, in a confined child process with a folder of its own.

The server names this module (`serve`) and does not import it, since it imports nothing that reads files. The name of a
submitted file is only shown: the file on disk has another one.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath

from jixiao import checking, rdf_files
from jixiao.ingest.recognition import bounds
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.display import visible
from jixiao.report import templates
from jixiao.shapes.findings import data
from jixiao.shapes.findings.documents import Document

_ELSEWHERE = Bilingual(
    "请在自己的机器上用 jixiao validate 检查，或请本站的管理者改设置 check_scanned_pages",
    "use jixiao validate on your own machine, or ask the operator of this site to raise check_scanned_pages",
)


def serve(channel: Channel, name: str, pages: int) -> None:
    """Judge a file that the server sends, and answer with its report as data (`report`), CSV (`csv`) and page (`html`).

    `name` is the file name to show in the report; `pages` is the greatest number of scanned pages allowed.
    """
    bounds.confine(pages, _ELSEWHERE)
    channel.send(report_forms(channel.receive(), name, Path.cwd()))


def report_forms(content: bytes, name: str, folder: Path) -> bytes:
    """Judge a file, which is written to `folder`, and return its report in all forms, as JSON."""
    documents = judge_submission(content, name, folder)
    forms = {
        "report": data.documents_as_json(documents),
        "csv": data.findings_csv(documents),
        "html": templates.page_of_documents(documents),
    }
    return json.dumps(forms, ensure_ascii=False).encode()


def judge_submission(content: bytes, name: str, folder: Path) -> tuple[Document, ...]:
    """Judge a file, which is written to `folder`, and return its documents.

    They are shown under `name` or, for a zip, under `name` and the names of its members.
    """
    own = PurePosixPath(name)
    suffix = own.suffix.lower() if rdf_files.is_rdf(Path(own.name)) else ""
    file = folder / f"submission{suffix}"
    file.write_bytes(content)
    with ThreadPoolExecutor(1) as executor:
        documents = checking.judge_files([file], names={file: visible(own.name)}, executor=executor)
    return tuple(replace(each, path=visible(name + each.path.removeprefix(str(file)))) for each in documents)
