"""Commits that change a store to and fro."""

from jixiao.store import Deposit, Store


def come_or_go(store: Store, deposit: Deposit, turn: int) -> None:
    """Withdraw a document in even turns and add it again in odd ones, each in a commit of its own."""
    with store.writing() as batch:
        if turn % 2:
            batch.add(deposit)
        else:
            batch.withdraw(deposit.sha16, "重复")
        batch.commit()
