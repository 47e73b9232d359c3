"""Read documents on a Dask cluster, which is given by the address of its scheduler.

If a worker is killed, Dask gives its task to another one; a task that has killed several workers fails.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from jixiao.ingest.originals import LoadError

_SECONDS_TO_CONNECT = 30


class ClusterError(LoadError):
    """An error: the cluster cannot be reached, or Dask is not installed. No document was read."""


@contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to the scheduler at an address such as `tcp://host:8786` for the block. Raises ClusterError.

    Yields an executor on the cluster, and the cluster's number of threads at that time.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise ClusterError(
            "没有安装 Dask：pip install 'jixiao[dask]' · Dask is not installed: pip install 'jixiao[dask]'"
        ) from None
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise ClusterError(f"连不上 Dask：{address}（{error}） · no Dask scheduler at {address}: {error}") from error
    with client:
        yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))
