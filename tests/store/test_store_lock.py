"""One writer at a time, who is named to the next; a dead one holds nothing, not even through a child that lives on."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from jixiao.store import Store, StoreLockedError
from tests.support.pages import absent

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


def test_a_second_writer_is_told_who_holds_the_store(store):
    with store.writing(), pytest.raises(StoreLockedError) as locked, Store.open(store.path).writing():
        pytest.fail("two writers at once")
    assert absent(str(locked.value), str(os.getpid()), socket.gethostname(), "+00:00") == []
    with pytest.raises(KeyError), store.writing():
        raise KeyError
    with store.writing() as batch:
        assert batch.commit().number == 1


def test_a_worker_that_outlives_a_killed_writer_does_not_hold_its_lock(store):
    command = [sys.executable, "-c", DIE_WITH_A_CHILD, str(store.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        orphan = int(writer.stdout.readline())
        try:
            assert writer.wait(timeout=60) == -signal.SIGKILL
            with store.writing() as batch:
                assert batch.commit().number == 1
        finally:
            os.kill(orphan, signal.SIGKILL)
