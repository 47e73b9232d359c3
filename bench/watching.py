"""Watch a server while its store is written: `python -m bench.watching STORE [--commits 30]`. The store is changed.

Clients ask a server for pages of views, things, searches and findings without a pause. Meanwhile filings come new, come
changed and are withdrawn, each by a `jixiao` command of its own; dumps and clearing run now and then. The command
prints answers that were none, the times of all answers and of those during which a version was published, and the time
from publication to the first page with the new data. Two answers of one view that name one version must be alike, and
its count of projects must be the version's. The exit status is 1 after a wrong answer, a broken connection, or a 5xx
other than 503 with Retry-After.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from bench import corpus, filings
from bench.growth import MISSING, asked
from bench.invented import shapes
from bench.load.figures import percentile
from bench.load.servers import jixiao
from jixiao.store import Generation, Store

_EACH = 4  # addresses of each kind of page
_FIRST = 900_000  # the number of the first filing, whose body no corpus has
_SHOWN = 8  # slowest answers
_COUNTED = "/views/projects?limit=1&format=json"
_CLEARED_EVERY = 10  # commits


@dataclass(frozen=True)
class Answer:
    """The answer to one request: times by the system's clock, status (0: none came), and what the body says."""

    path: str
    begun: float
    ended: float
    status: int
    retry: bool = False
    version: str | None = None
    digest: str = ""
    projects: int | None = None

    @property
    def proper(self) -> bool:
        """True unless a server in good order would have answered otherwise."""
        return self.status == 200 or (self.status == 503 and self.retry)


@dataclass
class Record:
    """A run: its answers; when each version was published; seconds from there to the first page with its data."""

    answers: list[Answer] = field(default_factory=list)
    published: dict[str, float] = field(default_factory=dict)
    followed: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def addresses(generation: Generation) -> list[str]:
    """Draw the addresses that clients ask for."""
    if generation.index is None:
        sys.exit("库没有索引 · the store has no index")
    kinds = [paths for kind, paths in asked(generation.index, generation, _EACH) if kind != MISSING]
    pages = [path for paths in kinds for path in paths[:_EACH]]
    views = [f"{path}&format=json" for path in pages if path.startswith("/views/")]
    return [*pages, *views, "/?lang=zh", "/dataset?lang=zh", *[_COUNTED] * 20]


def ask(client: httpx.Client, path: str) -> Answer:
    """Send one request, and note what came of it."""
    begun = time.time()
    try:
        answer = client.get(path)
    except httpx.HTTPError:
        return Answer(path, begun, time.time(), 0)
    ended = time.time()
    version, digest, projects = None, "", None
    if "format=json" in path and path.startswith("/views/") and answer.status_code == 200:
        said = answer.json()
        version, digest = said["dataset_version"], hashlib.sha256(answer.content).hexdigest()
        projects = said["whole"]["rows"] if path == _COUNTED else None
    retry = "retry-after" in answer.headers
    return Answer(path, begun, ended, answer.status_code, retry, version, digest, projects)


def _clients(site: str, paths: Sequence[str], count: int, record: Record, stop: threading.Event) -> Iterator[None]:
    """Run so many clients, until the generator goes on."""

    def run(seed: int) -> None:
        rng = Random(seed)  # noqa: S311
        with httpx.Client(base_url=site, timeout=120) as client:
            while not stop.is_set():
                record.answers.append(ask(client, rng.choice(paths)))

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(count)]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()


class Writer:
    """The commands that change a store, and a client that waits for what they publish."""

    def __init__(self, store: Path, client: httpx.Client, record: Record, folder: Path) -> None:
        self._store, self._record, self._folder = store, record, folder
        self._client = client
        self._sha16 = ""

    def commit(self, number: int) -> None:
        """Make the commit of a number: of three, the first brings a filing, the next changes it, the last ends it."""
        round_, step = divmod(number, 3)
        if step == 2:
            self._run("withdraw", self._sha16, "--reason", "误传", follows=(self._sha16, 410))
            return
        [file] = filings.files(shapes(sorted(filings.EXAMPLES.glob("*.txt"))), 1, first=_FIRST + round_)
        content = file.content + ("\n已核对。\n".encode() if step else b"")
        path = self._folder / file.name
        path.write_bytes(content)
        self._sha16 = hashlib.sha256(content).hexdigest()[:16]
        self._run("ingest", str(path), "--jobs", "1", follows=(self._sha16, 200))

    def dumps(self) -> None:
        """Write the dumps of the current version."""
        self._run("dumps")

    def clear(self) -> None:
        """Clear the store."""
        self._run("gc")

    def _run(self, *arguments: str, follows: tuple[str, int] | None = None) -> None:
        command = [sys.executable, "-m", "jixiao", *arguments, "--store", str(self._store)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            if follows is not None:
                seen = self._follow(process, *follows)
            _, said = process.communicate()
        if process.returncode:
            self._record.failed.append(f"{' '.join(command)}: {process.returncode} {said[-500:]}")
        elif follows is not None:
            published = (self._store / "current").stat().st_mtime
            version = (self._store / "current").read_text("ascii").strip()
            self._record.published[version] = published
            self._record.followed.append(seen - published)

    def _follow(self, process: "subprocess.Popen[str]", sha16: str, status: int) -> float:
        """Ask for a source's page until it has a status, and return the time; a failed command ends it."""
        while process.poll() in {None, 0}:
            answer = ask(self._client, f"/doc/source/{sha16}?lang=zh")
            if answer.status == status:
                return answer.ended
            if answer.status not in {200, 404, 410}:
                self._record.answers.append(answer)
            time.sleep(0.01)
        return time.time()


def torn(store: Store, answers: Sequence[Answer]) -> Iterator[str]:
    """Name the answers that disagree with another of the same version, or with the version's manifest."""
    digests: dict[tuple[str, str], str] = {}
    counts = {record.version: record.manifest.counts.projects for record in store.versions()}
    for answer in answers:
        if answer.version is None:
            continue
        if digests.setdefault((answer.path, answer.version), answer.digest) != answer.digest:
            yield f"{answer.path}: {answer.version} 答案不一 two answers"
        if answer.projects is not None and answer.projects != counts[answer.version]:
            yield f"{answer.path}: {answer.version} {answer.projects} != {counts[answer.version]}"


def _times(name: str, answers: Sequence[Answer]) -> str:
    spent = [(answer.ended - answer.begun) * 1000 for answer in answers]
    if not spent:
        return f"{name}: —"
    parts = [f"{percentile(spent, which):.0f}" for which in (50, 95, 99, 100)]
    return f"{name}: {len(spent):,}，p50 p95 p99 max ms {' '.join(parts)}"


def _slowest(record: Record) -> Iterator[str]:
    """Describe the slowest answers, and when they were asked for after the last publication."""
    for each in sorted(record.answers, key=lambda answer: answer.begun - answer.ended)[:_SHOWN]:
        before = [at for at in record.published.values() if at <= each.begun]
        since = f"{each.begun - max(before):.1f} s" if before else "—"
        yield f"{(each.ended - each.begun) * 1000:.0f} ms，上线后 after a publication {since}: {each.path}"


def report(store: Store, record: Record) -> bool:
    """Print what was seen; return True if all was in order."""
    moments = sorted(record.published.values())
    during = [each for each in record.answers if any(each.begun <= at <= each.ended + 1 for at in moments)]
    faults = [f"{each.path}: {each.status}" for each in record.answers if not each.proper]
    faults += [*torn(store, record.answers), *record.failed]
    print(_times("全部 all", record.answers))
    print(_times("换版前后一秒 around a publication", during))
    print("最慢 slowest:", *_slowest(record), sep="\n  ")
    print(f"503: {Counter(each.status for each in record.answers)[503]}")
    followed = [seconds * 1000 for seconds in record.followed]
    shown = " ".join(f"{percentile(followed, which):.0f}" for which in (50, 95, 100))
    print(f"上线到首个新答案 from publication to the first new answer: {len(followed)}，p50 p95 max ms {shown}")
    for fault, count in Counter(faults).most_common(20):
        print(f"{count} × {fault}")
    print(f"有误 wrong {len(faults)}")
    return not faults


def _write(writer: Writer, commits: int, dumps: int) -> None:
    """Make commits, write dumps after every `dumps` of them, and clear now and then."""
    for number in range(1, commits + 1):
        writer.commit(number - 1)
        if dumps and number % dumps == 0:
            writer.dumps()
        if number % _CLEARED_EVERY == 0:
            writer.clear()


def main() -> None:
    """Read the arguments, start the server and the clients, write, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.watching", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("store", type=Path, metavar="STORE")
    parser.add_argument("--commits", type=int, default=30)
    parser.add_argument("--clients", type=int, default=3)
    parser.add_argument(
        "--dumps", type=int, default=7, metavar="N", help="run jixiao dumps after every N commits (0: never)"
    )
    given = parser.parse_args()
    generation, record, stop = corpus.current(given.store), Record(), threading.Event()
    folder = Path(tempfile.mkdtemp(prefix="jixiao-bench-"))
    try:
        with jixiao(given.store) as server:
            site = f"http://127.0.0.1:{server.port}"
            clients = _clients(site, addresses(generation), given.clients, record, stop)
            next(clients)
            try:
                with httpx.Client(base_url=site, timeout=120) as client:
                    _write(Writer(given.store, client, record, folder), given.commits, given.dumps)
            except KeyboardInterrupt:
                print("中断 interrupted", file=sys.stderr)
            finally:
                next(clients, None)
    finally:
        shutil.rmtree(folder)
    sys.exit(0 if report(Store.open(given.store), record) else 1)


if __name__ == "__main__":
    main()
