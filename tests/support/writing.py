"""Commit deposits to a store, as tests of several modules do."""


def commit(store, *deposits):
    """Add the deposits in one commit, and return the generation."""
    with store.writing() as batch:
        for deposit in deposits:
            batch.add(deposit)
        return batch.commit()
