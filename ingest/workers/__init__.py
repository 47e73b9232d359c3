"""Read many documents in parallel: in processes of this machine, by an executor, or on a Dask cluster.

A *reading* is the outcome of reading one document: a deposit for the store, or a refusal. A *chunk* is a list of
documents that one worker reads in one call.

processes.py  worker processes with limits of time and memory; or any executor of `concurrent.futures`, such as Dask's
packing.py    readings as bytes, in which form workers return them and the store keeps them until a commit
"""
