"""Check a running site against good practice of linked data, and crawl it: `python -m bench.habits URL [--base IRI]`.

Any site that has /.well-known/void can be checked. The exit status is 1 if a habit is missing.
"""

import argparse
import sys
import zlib
from collections.abc import Iterator

import httpx

from tests.support.linked import crawl
from tests.support.linked.habits import HABITS, Habit
from tests.support.linked.site import Site

_SHOWN = 5


def judged(site: Site, habit: Habit) -> list[str]:
    """Check one habit; return its faults. An exception during the check counts as a fault."""
    try:
        return list(habit(site))
    except (ValueError, SyntaxError, KeyError, EOFError, OSError, zlib.error, httpx.HTTPError) as error:
        return [f"{type(error).__name__}: {error}"]


def _crawled(site: Site) -> Iterator[tuple[str, list[str]]]:
    for name, walk in (("by RDF alone", crawl.by_graphs), ("by pages", crawl.by_pages)):
        reached = walk(site)
        yield f"{len(reached.addresses):,} addresses reached {name}, all answer", reached.faults


def main() -> None:
    """Read the arguments, check the habits, print the faults."""
    parser = argparse.ArgumentParser(prog="python -m bench.habits", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("url", metavar="URL")
    parser.add_argument("--base", help="prefix of IRIs in the data; default: the URL")
    given = parser.parse_args()
    url = given.url.rstrip("/") + "/"
    wrong = 0
    with httpx.Client(timeout=60) as client:
        site = Site(url, given.base or url, client)
        found = [((habit.__doc__ or "").split("\n")[0], judged(site, habit)) for habit in HABITS]
        for name, faults in [*found, *_crawled(site)]:
            wrong += bool(faults)
            print(f"{'—' if faults else '✓'} {name}")
            for fault in faults[:_SHOWN]:
                print(f"    {fault}")
            if len(faults) > _SHOWN:
                print(f"    … {len(faults) - _SHOWN} more")
    print(f"{len(found) + 2 - wrong} of {len(found) + 2}; {site.asked:,} requests")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
