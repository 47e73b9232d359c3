"""Check one file from stdin and write the report to stdout: the process in which the web server checks an upload.

The command line is the boundary: the server imports nothing that reads files. `python -m jixiao.submission SECONDS
MEMORY PAGES NAME` works in the current directory, which its caller empties, and gives a JSON object with the report as
data (`report`), as CSV (`csv`) and as a page (`html`). The name is only shown; the file on disk has another one.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath

from jixiao import rdf_checking
from jixiao.checking import check
from jixiao.ingest.recognition import bounds
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.report import report_page
from jixiao.server.query.confinement import confine
from jixiao.shapes.findings import data
from jixiao.shapes.findings.documents import Document, fails
from jixiao.terminal import visible

_LARGEST_FILE = 256 << 20  # bytes of any file that is written meanwhile
_NICE = 10
_FAIL_ON = "violation"
_ELSEWHERE = Bilingual(
    "请在自己的机器上用 jixiao validate 检查，或请本站的管理者改设置 check_scanned_pages",
    "use jixiao validate on a machine of your own, or ask this site's operator to raise check_scanned_pages",
)


def main(arguments: Sequence[str]) -> None:
    """Check the file on stdin within `arguments`: seconds, bytes of memory, scanned pages, and the name to show."""
    seconds, memory, most = (int(argument) for argument in arguments[:3])
    signal.alarm(seconds)  # in case the server is gone
    os.nice(_NICE)
    # A library that prints must not spoil the answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    confine(memory, _LARGEST_FILE)
    bounds.confine(bounds.Pages(most, _ELSEWHERE))
    documents = checked(sys.stdin.buffer.read(), arguments[3], Path.cwd())
    with answer:
        answer.write(json.dumps(forms(documents), ensure_ascii=False).encode())


def checked(content: bytes, name: str, folder: Path) -> tuple[Document, ...]:
    """Check a file in a folder of its own; the documents have the name that is given, or those of a zip's members."""
    own = PurePosixPath(name)
    suffix = own.suffix.lower() if rdf_checking.is_rdf(Path(own.name)) else ""
    file = folder / f"submission{suffix}"
    file.write_bytes(content)
    with ThreadPoolExecutor(1) as executor:
        documents = check([file], executor=executor)
    return tuple(replace(each, path=visible(name + each.path.removeprefix(str(file)))) for each in documents)


def forms(documents: Sequence[Document]) -> dict[str, object]:
    """Return the report in its forms."""
    return {
        "report": data.documents_as_json(documents, _FAIL_ON, fails(documents, _FAIL_ON.title())),
        "csv": data.findings_csv(documents),
        "html": report_page.of_documents(documents),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
