"""Seats and the line before them: turns by client, bounds, what becomes of who leaves."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from jixiao.server.errors import ClientGoneError, PoolBusyError, TooManyError
from jixiao.server.http.clients import Client
from jixiao.server.query.seats import Seats


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 10))


def test_clients_take_turns() -> None:
    async def work() -> None:
        seats, order = Seats(1, 20, 10, 5), list[str]()
        assert seats.take_now()

        async def ask(name: str) -> None:
            await seats.take(Client(name))
            order.append(name)
            seats.give_back()

        asking = [asyncio.ensure_future(ask(name)) for name in "aaaabbc"]
        await asyncio.sleep(0)
        assert seats.waiting == 7
        seats.give_back()
        await asyncio.gather(*asking)
        assert "".join(order) == "abcabaa"
        assert (seats.waiting, seats.taken) == (0, 0)

    run(work())


def test_the_line_is_bounded_for_all_and_for_each() -> None:
    async def work() -> None:
        seats = Seats(1, 3, 2, 5)
        assert seats.take_now()
        waiting = [asyncio.ensure_future(seats.take(Client(name))) for name in "aab"]
        await asyncio.sleep(0)
        with pytest.raises(TooManyError):
            await seats.take(Client("a"))
        with pytest.raises(PoolBusyError):
            await seats.take(Client("c"))
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert (seats.waiting, seats.taken) == (0, 1)

    run(work())


def test_patience_ends() -> None:
    async def work() -> None:
        seats = Seats(1, 3, 2, 0.05)
        assert seats.take_now()
        with pytest.raises(PoolBusyError):
            await seats.take(Client("a"))
        seats.give_back()
        assert seats.take_now()

    run(work())


def test_who_hangs_up_leaves_the_line() -> None:
    async def work() -> None:
        seats = Seats(1, 3, 2, 5)
        assert seats.take_now()

        async def receive() -> dict[str, str]:
            return {"type": "http.disconnect"}

        with pytest.raises(ClientGoneError):
            await seats.take(Client("a", receive))
        assert seats.waiting == 0
        seats.give_back()
        assert seats.taken == 0

    run(work())


def test_who_is_seated_and_cancelled_at_once_gives_back() -> None:
    async def work() -> None:
        seats = Seats(1, 3, 2, 5)
        assert seats.take_now()
        asking = asyncio.ensure_future(seats.take(Client("a")))
        await asyncio.sleep(0)
        seats.give_back()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert seats.taken == 0

    run(work())


def test_a_reserved_seat_is_for_the_entitled() -> None:
    async def work() -> None:
        seats = Seats(2, 3, 2, 5, reserved=1)
        assert seats.take_now()
        assert not seats.take_now()
        waiting = asyncio.ensure_future(seats.take(Client("a")))
        await asyncio.sleep(0)
        assert seats.take_now(entitled=True)
        seats.give_back()
        await asyncio.sleep(0)
        assert not waiting.done()
        seats.give_back()
        await waiting
        assert seats.taken == 1

    run(work())
