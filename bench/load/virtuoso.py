"""Configure Debian's Virtuoso 7 for a temporary run: its ini file, and the SQL that loads N-Quads."""

import socket
import subprocess
from configparser import RawConfigParser
from pathlib import Path

_BUFFERS = 170_000  # pages of 8 KiB, as the ini of the package recommends for 2 GB
_HEAVIEST = 600  # seconds that Virtuoso allows a query


def write(folder: Path, data: Path) -> tuple[int, int]:
    """Write virtuoso.ini into a folder, which will also hold the database; return the SQL and the HTTP port."""
    sql, http = _free_ports(2)
    ini = RawConfigParser(delimiters=("=",))
    ini.optionxform = str  # type: ignore[assignment, method-assign]  # keeps the case of names
    ini.read_dict(
        {
            "Database": {
                "DatabaseFile": folder / "virtuoso.db",
                "ErrorLogFile": folder / "virtuoso.log",
                "LockFile": folder / "virtuoso.lck",
                "TransactionFile": folder / "virtuoso.trx",
                "xa_persistent_file": folder / "virtuoso.pxa",
                "FileExtend": 200,
            },
            "TempDatabase": {
                "DatabaseFile": folder / "temp.db",
                "TransactionFile": folder / "temp.trx",
                "FileExtend": 200,
            },
            "Parameters": {
                "ServerPort": f"127.0.0.1:{sql}",
                "ServerThreads": 20,
                "NumberOfBuffers": _BUFFERS,
                "MaxDirtyBuffers": _BUFFERS * 3 // 4,
                "DirsAllowed": f"{folder}, {data}",
                "CheckpointInterval": 0,
                "MaxQueryMem": "1G",
                "VectorSize": 1000,
                "ThreadsPerQuery": 2,
                "AsyncQueueMaxThreads": 4,
                "SchedulerInterval": 10,
            },
            "HTTPServer": {
                "ServerPort": f"127.0.0.1:{http}",
                "ServerThreads": 20,
                "MaxKeepAlives": 20,
                "KeepAliveTimeout": 60,
                "EnabledGzipContent": 0,
            },
            "SPARQL": {"ResultSetMaxRows": 1_000_000, "MaxQueryExecutionTime": _HEAVIEST},
        }
    )
    with (folder / "virtuoso.ini").open("w", encoding="utf-8") as stream:
        ini.write(stream)
    return sql, http


def loading(quads: Path, default: str) -> str:
    """Write the SQL that loads a file; triples of the default graph go into the named graph `default`."""
    return (
        f"ld_dir('{quads.parent}', '{quads.name}', '{default}');\n"
        "rdf_loader_run();\ncheckpoint;\n"
        "SELECT ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL;\n"
    )


def run(isql: str, port: int, statements: str) -> str:
    """Run statements and return the output of isql. Raises CalledProcessError."""
    command = [isql, f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT", "BANNER=OFF", "VERBOSE=OFF"]
    return subprocess.run(command, input=statements, capture_output=True, text=True, check=True).stdout


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports
