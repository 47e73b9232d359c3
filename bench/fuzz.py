"""Send a server what no client would: `python -m bench.fuzz [--store STORE] [--cases 5000] [--seed 1] [--first 0]`.

A case is a request changed byte by byte, a query, a question, or a file to check; case N of a seed is always the same,
so that a run can be continued, or a case repeated with `--first N --cases 1`. The exit status is 1 after a fault: a
status from 500 on that is no limit, no answer within 30 s, a process above 1 GiB, an error in the server's log, or a
process that is left when the server has ended. The input of a fault is written to the folder `--keep`.
"""

import io
import json
import quopri
import re
import socket
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Annotated, NamedTuple
from urllib.parse import quote, quote_from_bytes

import psutil
import typer
from PIL import Image

from bench.measuring import EXAMPLES, print_table
from jixiao.ingest.load import ingest
from jixiao.ingest.readers import text as reader
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.box.words import table as words
from jixiao.server.views import view_files
from jixiao.store import Store
from tests.support import pdfs, scans, writers
from tests.support.blackbox import process
from tests.support.blackbox.wire import Server
from tests.support.crawls import Crawl

SECONDS, MEMORY = 30.0, 1 << 30
LIMITS = (503, 504)
_QUIET = 0.15  # seconds without an answer after which a request is taken for unfinished, and the sending side is closed
_LARGEST = 1 << 20
_ODD = (b"\0", b"\r\n", b"\n", b"%", b"%00", b"%d5%fe", b"\xff", b"\xd0\xc2", b"'", b'"', b"<", b">", b"{", b"}", b"\\")
_NUMBERS = (b"0", b"-1", b"1e999", b"99999999999999999999", b"2147483648", b"\xef\xbc\x91")
_HEADS = (
    *(b"Accept: text/turtle", b"Accept: */*;q=0", b"Accept-Language: en", b"Accept-Encoding: gzip", b"Range: bytes=0-"),
    *(b'If-None-Match: "x"', b"Expect: 100-continue", b"Transfer-Encoding: chunked", b"Content-Length: 5", b"Host: y"),
    *(
        b"Connection: Upgrade\r\nUpgrade: websocket",
        b"Cookie: jixiao-language=en",
        b"X-Request-Id: x",
        b"X:" + b"x" * 9999,
    ),
)


class Case(NamedTuple):
    """A test case: its kind (request, query, question or file), and the bytes to send."""

    kind: str
    sent: bytes


_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def mutated(rng: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Return bytes after a few random changes: some are changed, removed, repeated, or copied from `others`."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 3, 8, 30))):
        start = rng.randint(0, len(data))
        end = min(len(data), start + rng.choice((1, 2, 8, 64, 1024)))
        part = bytes(data[start:end])
        change = rng.randrange(7)
        if change == 0:
            data[start:end] = bytes(each ^ 1 << rng.randrange(8) for each in part)
        elif change == 1:
            del data[start:end]
        elif change == 2:
            data[start:start] = part * rng.choice((1, 2, 50, 2000))
        elif change == 3:
            data[start:start] = rng.choice((*_ODD, *_NUMBERS)) * rng.choice((1, 1, 3, 1000))
        elif change == 4:
            other = rng.choice(others)
            at = rng.randint(0, len(other))
            data[start:end] = other[at : at + rng.choice((4, 64, 4096))]
        elif change == 5:
            data[start:end] = rng.randbytes(len(part))
        else:
            del data[max(start, 1) :]
    return bytes(data[:_LARGEST])


class Cases:
    """The test cases of a seed by number, made of a store's names, the views' queries and documents of every format."""

    def __init__(self, store: Store, paths: Sequence[str], seed: int) -> None:
        self._seed = seed
        self._paths = [path.encode() for path in paths]
        self._queries = [view.example().encode() for view in view_files.load(DEFAULT_BASE).values()]
        index = store.present().index
        names = [
            name.value
            for kind in ("org", "series", "basis")
            for name in (index.choices(kind, limit=50) if index else ())
        ]
        self._words = sorted(
            {*names, *filter(str.strip, _texts(words())), "2022年", "90%", "10万元", "松委发〔2009〕97号"}
        )

    def __getitem__(self, number: int) -> Case:
        """Make the test case with a number; the same number and seed always give the same case."""
        rng = Random(f"{self._seed} {number}")  # noqa: S311
        [kind] = rng.choices(("request", "query", "question", "file"), (45, 27, 23, 5))
        return Case(kind, getattr(self, f"_{kind}")(rng))

    def _request(self, rng: Random) -> bytes:
        """Make a request whose head, body or target has been changed at random."""
        target = rng.choice(self._paths)
        heads = [b"Host: x", *rng.sample(_HEADS, rng.choice((0, 0, 1, 2, 5)))]
        body = rng.choice((b"", b"query=ASK%7B%7D", b"5\r\nquery\r\n0\r\n\r\n", b'queries={"q":{"query":"x"}}'))
        method = rng.choice((b"GET", b"GET", b"HEAD", b"POST", b"OPTIONS", b"PUT"))
        if method == b"POST":
            heads.append(rng.choice((b"Content-Length: %d" % len(body), b"Transfer-Encoding: chunked")))
            heads.append(b"Content-Type: application/x-www-form-urlencoded")
        sent = b"%b %b HTTP/1.1\r\n%b\r\n\r\n%b" % (method, target, b"\r\n".join(heads), body)
        if rng.random() < 0.3:
            target = mutated(rng, target, self._paths).replace(b" ", b"+").replace(b"\n", b"")
            return b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % target
        return mutated(rng, sent, [*_HEADS, sent])

    def _query(self, rng: Random) -> bytes:
        """Make a request to the SPARQL endpoint with a view's query that was changed in its bytes or words."""
        query = rng.choice(self._queries)
        if rng.random() < 0.5:
            parts = query.split(b" ")
            for _ in range(rng.randint(1, 5)):
                parts[rng.randrange(len(parts))] = rng.choice(rng.choice(self._queries).split(b" "))
            query = b" ".join(parts)
        else:
            query = mutated(rng, query, self._queries)
        form = rng.choice(("json", "xml", "csv", "ttl", "html", "jsonld", "rdf", "nonsense"))
        if rng.random() < 0.5:
            return _get(f"/sparql?timeout=2&format={form}&query={quote_from_bytes(query)}".encode())
        return _post(b"/sparql?timeout=2", b"application/sparql-query", query)

    def _question(self, rng: Random) -> bytes:
        """Make a request to a page that takes a text, with known words and names joined at random."""
        joint = rng.choice(("", "", " ", "的", "和", "，"))
        text = joint.join(rng.choices(self._words, k=rng.choice((1, 3, 8, 60))))[: rng.choice((12, 60, 250, 300))]
        if rng.random() < 0.3:
            text = mutated(rng, text.encode(), [each.encode() for each in self._words]).decode("utf-8", "ignore")[:300]
        asked = quote(text, safe="")
        return _get(
            rng.choice(
                (
                    *(
                        f"/ask?q={asked}",
                        f"/ask?q={asked}&format=json",
                        f"/search?q={asked}",
                        f"/search/suggest?q={asked}",
                    ),
                    *(f"/compare?a={asked}", f"/compare?a={asked}&b={asked}", f"/views/indicator-library?text={asked}"),
                    *(
                        f"/views/projects?text={asked}",
                        f"/views/indicators?department={asked}",
                        f"/lookup/basis?number={asked}",
                    ),
                    f"/reconcile?queries={quote(json.dumps({'q': {'query': text}}))}",
                )
            ).encode()
        )

    def _file(self, rng: Random) -> bytes:
        """Make the request to check a file whose bytes were changed at random; the formats are those of `_files`."""
        suffix = rng.choice(sorted(self._files))
        content = mutated(rng, self._files[suffix], [*self._files.values()])
        return _post(f"/check?name=file{suffix}&format=json".encode(), b"application/octet-stream", content or b"x")

    @cached_property
    def _files(self) -> dict[str, bytes]:
        """A small sound document of each format that the server checks, by suffix; `_file` changes these at random."""
        text = min(EXAMPLES.glob("*.txt"), key=lambda path: path.stat().st_size).read_bytes()
        rendition = reader.read(text)
        crawl = Crawl()
        crawl.page("https://www.example.gov.cn/a.html", "<a href='a.txt'>绩效目标</a>", content_type="text/html")
        crawl.page("https://www.example.gov.cn/a.txt", text, content_type="text/plain")
        return {
            **{".docx": _undated(writers.as_docx(rendition)), ".xlsx": _undated(writers.as_xlsx(rendition))},
            **{".html": writers.as_html(rendition).encode(), ".txt": text, ".csv": text.replace(b"\t", b",")},
            **{
                ".zip": _zip({"a.txt": text, "b/archive/data.warc.gz": crawl.content}),
                ".warc.gz": crawl.content,
                ".png": scans.as_png(Image.new("RGB", (400, 300), "white")),
            },
            ".pdf": pdfs.document(pdfs.at(50, 50, "project")),
            ".mht": _mail(writers.as_html(rendition).encode()),
            ".ttl": b"@prefix jx: <https://w3id.org/jixiao/ontology#> .\n<a> a jx:Project ; jx:year 2022 .\n",
            ".rdf": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
            ".jsonld": b'{"@id": "a", "@type": "https://w3id.org/jixiao/ontology#Project"}',
            ".nt": b"<a:a> <a:b> 'c' .\n",
        }


def _zip(members: Mapping[str, bytes]) -> bytes:
    """Pack files into a zip without their dates, so that it is the same every time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _mail(page: bytes) -> bytes:
    """Return a web page as one MIME message, as browsers and mail programs save it."""
    head = b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n'
    return head + b"Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(page) + b"\n--b--\n"


def _undated(content: bytes) -> bytes:
    """Return an office file without the time at which it was made."""
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        return _zip({name: _TIME.sub(b"2024-01-01T00:00:00Z", made.read(name)) for name in made.namelist()})


def _texts(table: object) -> Iterator[str]:
    """Yield all texts in a table of TOML."""
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict):
        for each in table.values():
            yield from _texts(each)
    elif isinstance(table, list):
        for each in table:
            yield from _texts(each)


def _get(target: bytes) -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: */*\r\n\r\n" % target


def _post(target: bytes, kind: bytes, body: bytes) -> bytes:
    head = b"POST %b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
    return head % (target, kind, len(body)) + body


@dataclass
class Fuzz:
    """A run against a server: the answers counted by kind of case and status, and the faults by the number of the case.

    `peak` is the most bytes that a process had since the last fault by memory, `slowest` the longest answer in seconds.
    """

    served: process.Served
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: dict[int, str] = field(default_factory=dict)
    seen: dict[int, psutil.Process] = field(default_factory=dict)
    peak: int = 0
    slowest: float = 0.0

    def run(self, cases: Callable[[int], Case], numbers: Sequence[int], keep: Path | None = None) -> None:
        """Send the cases with the given numbers, one after the other; stop if the server has ended."""
        with self._watched():
            for number in numbers:
                case, logged = cases(number), len(self.served.log)
                began = time.monotonic()
                status = self._status(case)
                self.judge(number, case, status, time.monotonic() - began, self.served.log[logged:])
                if number in self.faults and keep is not None:
                    (keep / f"{number}.{case.kind}").write_bytes(case.sent)
                if status == "ended":
                    return

    def left(self) -> list[str]:
        """Return the processes of the server that were seen during the run and are still alive."""
        return [str(each) for each in self.seen.values() if each.is_running() and process.alive(each)]

    def judge(self, number: int, case: Case, status: str, seconds: float, logged: Sequence[str]) -> None:
        """Count a case's `status`, and record a fault if status, time, memory or log are wrong.

        `status` is a result of `_status`, `seconds` the time until the answer, and `logged` has the log lines of that
        time.
        """
        self.statuses[case.kind, status] += 1
        self.slowest = max(self.slowest, seconds)
        wrong = [line for line in logged if line.startswith("Traceback") or '"level":"error"' in line.replace(" ", "")]
        if status.startswith("5") and int(status) not in LIMITS:
            wrong.append(f"status {status}")
        if status in ("silent", "ended"):
            wrong.append(f"no answer in {seconds:.0f} s: the server is {status}")
        if self.peak > MEMORY:
            wrong.append(f"a process had {self.peak >> 20} MiB")
            self.peak = 0
        if wrong:
            self.faults[number] = f"{case.kind}: {'; '.join(wrong)[:500]}"

    def _status(self, case: Case) -> str:
        """Send a case, and return the HTTP status of the first answer, or a word if there is none.

        The words are `silent` after SECONDS without an answer, `ended` if the server no longer listens, and otherwise
        `none`.
        """
        server = Server(self.served.url)
        try:
            with socket.create_connection((server.host, server.port), timeout=SECONDS) as connection:
                with suppress(BrokenPipeError, ConnectionResetError):
                    connection.sendall(case.sent)
                connection.settimeout(_QUIET if case.kind == "request" else SECONDS)
                try:
                    answer = connection.recv(65536)
                except TimeoutError:
                    if case.kind != "request":
                        return "silent"
                    connection.shutdown(socket.SHUT_WR)
                    connection.settimeout(SECONDS)
                    answer = connection.recv(65536)
        except TimeoutError:
            return "silent"
        except ConnectionRefusedError:
            return "ended"
        except OSError:
            return "none"
        return answer[9:12].decode("latin-1") if answer.startswith(b"HTTP/1.1 ") else "none"

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Sample the memory of the server's processes during the block, and remember each process that was seen."""
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.1):
                for each in process.tree(self.served.pid):
                    self.seen[each.pid] = each
                    with suppress(psutil.Error):
                        self.peak = max(self.peak, each.memory_info().rss)

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield
        finally:
            done.set()
            watching.join()


def fuzz(store: Path, numbers: Sequence[int], seed: int, keep: Path | None = None) -> Fuzz:
    """Serve a store, send it the test cases with the given numbers, and return the run with the faults found.

    `seed` decides the content of the cases. The input of each fault is written to the folder `keep`, if given.
    Processes that remain when the server has ended are a fault, too, under the number -1.
    """
    with process.serve(store, "--check", environment={"JIXIAO_CHECK_TIMEOUT": "25"}) as served:
        paths = Server(served.url).get("/openapi.json").json()["paths"]
        run = Fuzz(served)
        run.run(Cases(Store.open(store), _filled(paths), seed).__getitem__, numbers, keep)
    if left := run.left():
        run.faults[-1] = f"left after the end: {', '.join(left)}"
    return run


def _filled(paths: Sequence[str]) -> list[str]:
    """Return the paths of an OpenAPI document with the names of their variables in place of values."""
    return [path.replace("{", "").replace("}", "") for path in paths]


def main(
    store: Annotated[
        Path | None, typer.Option(help="库；默认由示例建 · a store; by default one of the examples")
    ] = None,
    cases: int = 5000,
    seed: int = 1,
    first: int = 0,
    keep: Annotated[Path, typer.Option(help="出错的输入所在 · where inputs of faults are kept")] = Path("fuzz-faults"),
) -> None:
    """变异请求、查询、问题和文件 · mutate requests, queries, questions and files."""
    keep.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if store is None:
            store = Path(folder) / "store"
            ingest(sorted(EXAMPLES.glob("*.txt")), Store.create(store, DEFAULT_BASE))
        run = fuzz(store, range(first, first + cases), seed, keep)
    print_table(
        ["种类和状态 kind and status", "次数 cases"], [(" ".join(key), n) for key, n in sorted(run.statuses.items())]
    )
    print(f"最慢 slowest: {run.slowest:.1f} s")
    for number, fault in run.faults.items():
        print(f"{number}: {fault}")
    sys.exit(bool(run.faults))


if __name__ == "__main__":
    typer.run(main)
