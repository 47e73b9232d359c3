"""Read on a Dask cluster, given by the address of its scheduler.

Dask hands the work of a worker that was killed to another one, and gives a task up that has killed several.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from jixiao.ingest.originals import LoadError
from jixiao.ingest.workers.in_order import WorkerDiedError

_SECONDS_TO_CONNECT = 30


class ClusterError(LoadError):
    """A cluster that cannot be reached, or Dask is not installed; nothing was read."""


class Cluster(Executor):
    """A `client` of a cluster as an executor; `workers` is the number of threads that the cluster has now."""

    def __init__(self, client: Any, killed: type[Exception]) -> None:
        self.workers = max(1, sum(client.nthreads().values()))
        self.client, self._killed = client, killed

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function on the cluster."""
        task = self.client.submit(fn, *args, pure=False, **kwargs)
        future: Future[Any] = Future()
        task.add_done_callback(lambda done: self._settle(done, future))
        return future

    def _settle(self, task: Any, future: Future[Any]) -> None:
        try:
            future.set_result(task.result())
        except self._killed as error:
            future.set_exception(WorkerDiedError(str(error)))
        except BaseException as error:  # noqa: BLE001 - whoever waits for the future must see it
            future.set_exception(error)
        task.release()


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to the scheduler at an address such as `tcp://host:8786`. Raises ClusterError."""
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
