"""Read documents on a Dask cluster, which is given by the address of its scheduler.

If a worker is killed, Dask gives its task to another one; a task that has killed several workers fails.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from jixiao.ingest.originals import LoadError
from jixiao.ingest.workers.in_order import WorkerDiedError

_SECONDS_TO_CONNECT = 30


class ClusterError(LoadError):
    """An error: the cluster cannot be reached, or Dask is not installed. No document was read."""


class Cluster(Executor):
    """An executor on a cluster, made from a Dask `client`; `workers` is the cluster's number of threads at that time.

    `killed` is the class of errors that Dask raises for a task that killed its workers.
    """

    def __init__(self, client: Any, killed: type[Exception]) -> None:
        self.workers = max(1, sum(client.nthreads().values()))
        self.client, self._killed = client, killed

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function on the cluster; its future fails with WorkerDiedError if the task killed its workers."""
        task = self.client.submit(fn, *args, pure=False, **kwargs)
        future: Future[Any] = Future()
        task.add_done_callback(lambda done: self._settle(done, future))
        return future

    def _settle(self, task: Any, future: Future[Any]) -> None:
        try:
            future.set_result(task.result())
        except self._killed as error:
            future.set_exception(WorkerDiedError(str(error)))
        except BaseException as error:  # noqa: BLE001 - passed on to the thread that waits for the future
            future.set_exception(error)
        task.release()


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to the scheduler at an address such as `tcp://host:8786` for the block. Raises ClusterError."""
    try:
        from distributed import Client, KilledWorker  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise ClusterError(
            "没有安装 Dask：pip install 'jixiao[dask]' · Dask is not installed: pip install 'jixiao[dask]'"
        ) from None
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise ClusterError(f"连不上 Dask：{address}（{error}） · no Dask scheduler at {address}: {error}") from error
    with client:
        yield Cluster(client, KilledWorker)
