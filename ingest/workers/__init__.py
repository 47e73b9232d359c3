"""Read many documents at once: in processes that may be killed, by an executor, or on a Dask cluster.

in_order.py   hands chunks of documents to workers and takes the readings up in order
processes.py  workers of this machine, with limits of time and memory, or any executor of `concurrent.futures`
cluster.py    a Dask cluster as such an executor
packing.py    readings as bytes, for the way from a worker and for the store's directory
"""
