"""Check one file for the web server, in a confined child process that works in a folder of its own.

The server names this module without importing it, since it imports nothing that reads files. The name of the file is
only shown; the file on disk has another one.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath

from jixiao import terminal
from jixiao.checking import check, is_rdf
from jixiao.ingest.recognition import bounds
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.report import html_pages
from jixiao.shapes.findings import data
from jixiao.shapes.findings.documents import Document, fails

_FAIL_ON = "violation"
_ELSEWHERE = Bilingual(
    "请在自己的机器上用 jixiao validate 检查，或请本站的管理者改设置 check_scanned_pages",
    "use jixiao validate on a machine of your own, or ask this site's operator to raise check_scanned_pages",
)


def serve(channel: Channel, name: str, pages: int) -> None:
    """Check a file that the server sends, and answer with its report as data (`report`), CSV (`csv`) and page (`html`).

    `name` is the file name to show in the report; `pages` is the greatest number of scanned pages allowed.
    """
    bounds.confine(bounds.Pages(pages, _ELSEWHERE))
    documents = checked(channel.receive(), name, Path.cwd())
    forms = {
        "report": data.documents_as_json(documents, _FAIL_ON, fails(documents, _FAIL_ON.title())),
        "csv": data.findings_csv(documents),
        "html": html_pages.of_documents(documents),
    }
    channel.send(json.dumps(forms, ensure_ascii=False).encode())


def checked(content: bytes, name: str, folder: Path) -> tuple[Document, ...]:
    """Check a file, which is written to `folder`, and return its documents.

    They are shown under `name` or, for a zip, under `name` and the names of its members.
    """
    own = PurePosixPath(name)
    suffix = own.suffix.lower() if is_rdf(Path(own.name)) else ""
    file = folder / f"submission{suffix}"
    file.write_bytes(content)
    with ThreadPoolExecutor(1) as executor:
        documents = check([file], executor=executor)
    return tuple(replace(each, path=terminal.visible(name + each.path.removeprefix(str(file)))) for each in documents)
