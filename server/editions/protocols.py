"""Types of the dataset that is served: one class for a store's directory, one for another server's endpoint.

Both classes of each type have the same methods, which never wait for the network and are safe to share between threads.
The types are written as strings, so that commands that read a directory do not import the HTTP client.
"""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from jixiao.server.query.remote.store import RemoteEdition, RemoteStore
    from jixiao.store import Generation, Store
    from jixiao.store.versions.version_record import VersionRecord

Publication: TypeAlias = "Store | RemoteStore"
"""The dataset that is served."""

Edition: TypeAlias = "Generation | RemoteEdition"
"""One state of the dataset, from which a request is answered."""

Version: TypeAlias = "VersionRecord | RemoteEdition"
"""One version of the dataset, the current one or an earlier one."""
