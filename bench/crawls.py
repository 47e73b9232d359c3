"""Measure web archives: `python -m bench.crawls DIR [--filings N] [--others N] [--jobs N]`.

DIR/crawl.warc.gz gets invented filings (bench.filings), each followed by `--others` other pages: lists of links with
random words, of which some speak of budgets and some are answers with an error status. DIR/filings has the same filings
as files. Archive and files are ingested into a store each, and the two stores must have the same checksum.
"""

import sys
import time
from itertools import islice
from pathlib import Path
from random import Random

import typer

from bench.filings import files as filings, usual
from bench.loading import measured
from bench.measuring import print_table
from jixiao.ingest.crawls.sifting import sift
from jixiao.store import Store
from tests.support.crawls import Crawl

_WORDS = [
    "全县",
    "召开",
    "会议",
    "要求",
    "各部门",
    "加强",
    "管理",
    "推进",
    "工作",
    "公告",
    "通知",
    "服务",
    "项目",
    "资金",
    "群众",
    "环境",
    "乡村",
    "建设",
    "检查",
    "落实",
]
_SITE = "http://www.example.gov.cn"


def page(rng: Random, number: int) -> str:
    """Invent a web page of a bureau: a list of 60 links, then 20 paragraphs of random words.

    Every twentieth page (by its `number`) also ends with a paragraph about budgets.
    """
    items = "".join(
        f'<li><a href="/zwgk/{rng.randrange(10**6)}.{rng.choice(("html", "html", "docx"))}">{_said(rng, 8)}</a></li>\n'
        for _ in range(60)
    )
    told = "".join(f"<p>{_said(rng, 60)}。</p>\n" for _ in range(20))
    budget = "<p>预算绩效目标管理培训</p>" if number % 20 == 0 else ""
    head = '<html><head><meta charset="utf-8"><meta name="SiteName" content="青河县人民政府"></head>'
    return f"<!DOCTYPE html>{head}<body><ul>{items}</ul>{told}{budget}</body></html>"


def _said(rng: Random, words: int) -> str:
    return "".join(rng.choices(_WORDS, k=words))


def archive(folder: Path, count: int, others: int, seed: int) -> int:
    """Write invented filings as files in a folder, and a web archive of the same filings among other pages.

    `count` is the number of filings, `others` the number of other pages after each filing. Return the number of these
    pages.
    """
    rng, crawl, pages = Random(seed), Crawl(), 0  # noqa: S311 - no secret
    (folder / "filings").mkdir(parents=True)
    with (folder / "crawl.warc.gz").open("wb") as stream:
        for each in islice(filings(usual(), sys.maxsize, seed), count):
            (folder / "filings" / each.name).write_bytes(each.content)
            crawl.page(f"{_SITE}/files/{each.name}", each.content)
            for _ in range(others):
                pages += 1
                missing = pages % 50 == 0
                crawl.page(f"{_SITE}/{pages}.html", page(rng, pages), status="404 Not Found" if missing else "200 OK")
            stream.write(crawl.content)
            crawl.stream.seek(0)
            crawl.stream.truncate()
    return pages


def main(path: Path, filings: int = 500, others: int = 200, jobs: int = 1, seed: int = 1) -> None:
    """Invent an archive unless the folder `path` exists, ingest archive and files, and print the costs of both.

    The exit status is 1 if the two stores have different checksums.
    """
    crawl = path / "crawl.warc.gz"
    if not path.exists():
        print(f"网页 pages {archive(path, filings, others, seed):,}")
    begun = time.process_time()
    sifted = sift(str(crawl), 0, sys.maxsize)
    seconds = time.process_time() - begun
    seen = len(sifted.found) + sifted.passed.total()
    rows, sums = [], set()
    for name, given in (("crawl", crawl), ("files", path / "filings")):
        store, start = path / f"store-{name}-{time.time_ns()}", time.monotonic()
        projects, parts, (_, peak) = measured([given], store, jobs)
        rows.append([name, projects, time.monotonic() - start, sum(parts.values()), peak / 1e6])
        sums.add(Store.open(store).present().manifest.checksum)
    print(
        f"初看 first look: {seen:,} 份 documents, {crawl.stat().st_size / 1e6:.1f} MB, {1000 * seconds / seen:.2f} ms"
    )
    print_table(["", "项目 projects", "秒 s", "CPU s", "MB"], rows)
    print("校验和相同 equal checksums" if len(sums) == 1 else "校验和不同 checksums differ")
    sys.exit(len(sums) > 1)


if __name__ == "__main__":
    typer.run(main)
