"""One writer at a time, who is named to the next; a dead one holds nothing, not even through a child that lives on."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from jixiao.store import Store, StoreLockedError
from tests.support.pages import absent

HOLD = """
import sys
from jixiao.store import Store
with Store.open(sys.argv[1]).writing():
    print("holding", flush=True)
    sys.stdin.read()
"""

DIE_WITH_A_CHILD = """
import os, signal, sys, time
from jixiao.store import Store
with Store.open(sys.argv[1]).writing():
    writer = os.getpid()
    if os.fork() == 0:  # it says its own number, so that it is known to have run what a fork runs first
        print(os.getpid(), flush=True)
        os.kill(writer, signal.SIGKILL)
        time.sleep(60)
        os._exit(0)
    time.sleep(60)
"""


def run(script, store):
    command = [sys.executable, "-c", script, str(store.path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_second_writer_is_told_who_holds_the_store(store):
    with run(HOLD, store) as holder:
        assert holder.stdout.readline() == b"holding\n"
        with pytest.raises(StoreLockedError) as locked, store.writing():
            pytest.fail("two writers at once")
        assert absent(str(locked.value), str(holder.pid), socket.gethostname(), "+00:00") == []
        assert store.current() is None
        holder.communicate(timeout=60)
    with store.writing() as batch:
        assert batch.commit().number == 1


def test_the_lock_holds_within_one_process_and_ends_with_an_error(store):
    with store.writing(), pytest.raises(StoreLockedError, match=str(os.getpid())), Store.open(store.path).writing():
        pytest.fail("two writers at once")
    with pytest.raises(KeyError), store.writing():
        raise KeyError
    with store.writing() as batch:
        batch.commit()


def test_a_worker_that_outlives_a_killed_writer_does_not_hold_its_lock(store):
    with run(DIE_WITH_A_CHILD, store) as writer:
        orphan = int(writer.stdout.readline())
        try:
            assert writer.wait(timeout=60) == -signal.SIGKILL
            with store.writing() as batch:
                assert batch.commit().number == 1
        finally:
            os.kill(orphan, signal.SIGKILL)
