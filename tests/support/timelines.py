"""Change rows of a store's timeline as no command does, to stand for those of an earlier version."""

import json
import sqlite3
from contextlib import closing, contextmanager

from jixiao.store import timeline


@contextmanager
def writing(store_path):
    """Open a store's timeline for the block, and list it as it then is."""
    with closing(sqlite3.connect(store_path / "timeline.sqlite")) as connection, connection:
        yield connection
    timeline.Timeline(store_path / "timeline.sqlite").enlist()


def alter_sources(store_path, change):
    """Pass the record of each source, as a dictionary, to `change`, and keep what that makes of it."""
    with writing(store_path) as connection:
        rows = connection.execute("SELECT key, since, value FROM row WHERE kind = 'source'").fetchall()
        for key, since, value in rows:
            record = json.loads(value)
            change(record)
            connection.execute(
                "UPDATE row SET value = ? WHERE kind = 'source' AND key = ? AND since = ?",
                (json.dumps(record), key, since),
            )
            connection.execute(
                "UPDATE row SET key = ? WHERE kind = 'reading' AND key LIKE ? AND since = ?",
                (f"{record.get('reading', 0)}\t{key}", f"%\t{key}", since),
            )
