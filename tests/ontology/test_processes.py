"""Child processes: each fault that one can have, with real processes, and what a child is kept from."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from jixiao.ontology.processes.child import Child, EndedError, run
from jixiao.ontology.processes.limits import Limits

# Children import what they run, so it stands in a module of its own.
PROGRAM = """
import os, signal, socket, subprocess, sys, time
from jixiao.ontology.processes.limits import processor_within

def echo(channel, *arguments):
    channel.send(repr(arguments).encode())
    while True:
        message = channel.receive()
        channel.send(message)
        channel.send(message[::-1])

def endless(channel):
    channel.receive()
    while True:
        pass

def within(channel):
    with processor_within(1):
        pass
    with processor_within(1):
        endless(channel)

def greedy(channel):
    channel.send(b"%d" % len(bytearray(32 << 20)))
    bytearray(256 << 20)

def failing(channel):
    print("spoilt?", flush=True)
    raise ZeroDivisionError("1/0")

def crash(channel):
    os.kill(os.getpid(), signal.SIGSEGV)

def talkative(channel):
    channel.send(bytes(1 << 20))

def written(channel):
    with open("written", "wb") as file:
        file.write(bytes(1000))
        file.flush()
        channel.send(b"1000")
        file.write(bytes(1000))

def spread(channel):
    for number in range(8):
        with open(str(number), "wb") as file:
            file.write(bytes(1 << 20))
    channel.receive()

def calling(channel, port):
    socket.create_connection(("127.0.0.1", port), 5)

def told(channel):
    there = repr((os.getcwd(), os.getpriority(os.PRIO_PROCESS, 0), sorted(os.environ)))
    channel.send(there.encode())

def parent(channel):
    below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    channel.send(b"%d" % below.pid)
    time.sleep(600)
"""
ONE = Limits(memory=128 << 20)
PARENT = f"""
import time
from jixiao.ontology.processes.child import Child
from jixiao.ontology.processes.limits import Limits
child = Child("program_of_children:endless", limits={ONE!r})
child.send(b"")
print(child.process.pid, flush=True)
time.sleep(600)
"""
SECONDS = 60


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "program_of_children.py").write_text(PROGRAM, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


@pytest.fixture
def start() -> Iterator[Callable[..., Child]]:
    started: list[Child] = []

    def begin(name: str, *arguments: Any, limits: Limits = ONE, **options: Any) -> Child:
        started.append(Child(f"program_of_children:{name}", *arguments, limits=limits, **options))
        return started[-1]

    yield begin
    for child in started:
        child.close()


def soon() -> float:
    return time.monotonic() + SECONDS


def eventually(true: Callable[[], bool]) -> None:
    end = soon()
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def end_of(child: Child) -> EndedError:
    with pytest.raises(EndedError) as ended:
        child.receive(soon())
    assert not child.alive
    return ended.value


class Place(NamedTuple):
    """A value of a type that the child does not know."""

    left: int
    top: int


def test_messages_go_both_ways_whatever_they_hold(start: Callable[..., Child]) -> None:
    child = start("echo", "名\0'\"", 1.5, None, Place(1, 2))
    assert child.receive(soon()) == repr(("名\0'\"", 1.5, None, [1, 2])).encode()
    large = bytes(range(256)) * 10_000
    for message in (b"", b"\n\n", large):
        child.send(message, soon())
        assert child.receive(soon()) == message
        assert child.receive(soon()) == message[::-1]
    assert child.alive
    child.close()
    assert gone(child.process.pid)


def test_over_time_a_child_is_stopped_by_its_parent(start: Callable[..., Child]) -> None:
    child = start("parent")
    child.receive(soon())
    with pytest.raises(TimeoutError):
        child.receive(time.monotonic() + 0.2)
    with pytest.raises(TimeoutError):
        child.send(bytes(8 << 20), time.monotonic() + 0.2)  # it takes none of it
    assert child.alive
    child.close()
    assert gone(child.process.pid)


@pytest.mark.parametrize(
    ("name", "limits", "expected"),
    [
        ("endless", Limits(processor=1), signal.SIGKILL),
        ("endless", Limits(seconds=1), signal.SIGALRM),
        pytest.param("within", Limits(), signal.SIGXCPU, marks=pytest.mark.judge),  # as from the start, a second later
    ],
)
def test_over_time_the_system_ends_a_child(
    start: Callable[..., Child], name: str, limits: Limits, expected: int
) -> None:
    child = start(name, limits=limits)
    child.send(b"")
    assert end_of(child).status in {-expected, -signal.SIGXCPU}


def test_over_memory_a_child_fails(start: Callable[..., Child]) -> None:
    child = start("greedy")
    assert child.receive(soon()) == b"%d" % (32 << 20)
    assert end_of(child).failure.startswith("MemoryError")


def test_an_error_of_its_program_is_told(start: Callable[..., Child], capfd: pytest.CaptureFixture[str]) -> None:
    ended = end_of(start("failing"))
    assert (ended.status, ended.failure) == (1, "ZeroDivisionError: 1/0")
    assert "no_such" in end_of(start("no_such_function")).failure
    assert capfd.readouterr() == ("", "")


def test_a_crash_and_a_kill_are_told_by_their_signals(start: Callable[..., Child]) -> None:
    crashed = end_of(start("crash"))
    assert (crashed.status, crashed.failure, str(crashed)) == (-signal.SIGSEGV, "", "signal 11")
    killed = start("endless")
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.process.wait()
    with pytest.raises(EndedError) as ended:
        killed.send(bytes(1 << 20), soon())
    assert ended.value.status == -signal.SIGKILL


def test_endless_output_ends_a_child(start: Callable[..., Child]) -> None:
    assert end_of(start("talkative", largest=1000)).status == -signal.SIGKILL
    assert start("talkative").receive(soon()) == bytes(1 << 20)


def test_files_are_bounded(start: Callable[..., Child], tmp_path: Path) -> None:
    child = start("written", limits=Limits(file=1500), folder=tmp_path)
    assert child.receive(soon()) == b"1000"
    assert "File too large" in end_of(child).failure
    assert (tmp_path / "written").stat().st_size == 1500


def test_the_disk_of_a_folder_is_bounded(start: Callable[..., Child], tmp_path: Path) -> None:
    ended = end_of(start("spread", limits=Limits(disk=4 << 20), folder=tmp_path))
    assert (ended.status, ended.cause[1]) == (-signal.SIGKILL, "it wrote more to the disk than it may")
    within = start("spread", limits=Limits(disk=64 << 20), folder=tmp_path)
    within.send(b"", soon())
    assert end_of(within).status == 0
    many = 'for each in 1 2 3 4 5 6 7 8; do head -c 1000000 /dev/zero > "$each"; done; exec sleep 600'
    run(["sh", "-c", many], tmp_path, Limits(disk=4 << 20), SECONDS)  # raises nothing, since it is killed


def test_libraries_in_rust_write_no_backtrace_of_a_panic() -> None:
    """One that runs out of memory while it writes a backtrace would wait for ever, without using the processor."""
    program = "from jixiao.ontology.processes.limits import *; confine(Limits()); print(os.getenv('RUST_BACKTRACE'))"
    environment = {**os.environ, "RUST_BACKTRACE": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


def test_the_cause_of_an_end_is_told_in_words() -> None:
    told = [EndedError(1, "MemoryError: "), EndedError(-signal.SIGABRT, ""), EndedError(-signal.SIGXCPU, "")]
    told += [EndedError(-signal.SIGSEGV, ""), EndedError(-40, ""), EndedError(9, "")]
    assert [each.cause[1] for each in told] == [
        "it took more memory than it may",
        "the signal SIGABRT, as when memory runs out",
        "it took more time than it may",
        "the signal SIGSEGV",
        "the signal 40",
        "exit status 9",
    ]


def test_there_is_no_network_unless_it_is_allowed(start: Callable[..., Child]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        child = start("calling", port, limits=Limits(network=True))
        with suppress(EndedError):
            child.receive(soon())
        assert child._frames.failure == ""
        server.accept()[0].close()
        assert "unreachable" in end_of(start("calling", port)).failure


def test_a_folder_is_a_child_s_own_and_the_environment_stays_here(
    start: Callable[..., Child], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "1")
    for name in ("json", "random", "signal", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('from the working directory')", encoding="utf-8")
    monkeypatch.delenv("PYTHONPATH")
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "program_of_children.py").write_text(PROGRAM, encoding="utf-8")
    assert "No module named 'program_of_children'" in end_of(start("told", folder=folder)).failure
    monkeypatch.setenv("PYTHONPATH", str(folder))
    own, nice, names = eval(start("told", folder=folder, limits=Limits(nice=3)).receive(soon()))
    assert Path(own) == folder
    assert nice == os.getpriority(os.PRIO_PROCESS, 0) + 3
    assert {"HOME", "PATH", "TMPDIR"} <= set(names)
    assert "SECRET_OF_THE_SERVER" not in names


def test_what_a_child_has_started_is_killed_with_it(start: Callable[..., Child]) -> None:
    child = start("parent")
    below = int(child.receive(soon()))
    child.close()
    eventually(lambda: gone(below))


def test_no_child_outlives_its_parent(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as process:
        pid = int(process.stdout.readline())
        assert not gone(pid)
        process.kill()
    eventually(lambda: gone(pid))


def test_a_child_outlives_the_thread_that_asked_for_it(start: Callable[..., Child]) -> None:
    with ThreadPoolExecutor(1) as executor:
        child = executor.submit(start, "echo").result()
    assert child.receive(soon()) == b"()"
    child.send(b"ab", soon())
    assert child.receive(soon()) == b"ab"


def test_a_forked_process_has_children_of_its_own_and_leaves_those_of_its_parent(start: Callable[..., Child]) -> None:
    child = start("echo")
    child.receive(soon())
    if (forked := os.fork()) == 0:
        with suppress(BaseException):
            child.kill()
            with closing(Child("program_of_children:echo", limits=ONE)) as own:
                os._exit(0 if own.receive(soon()) == b"()" and not child.alive else 1)
        os._exit(2)
    assert os.waitpid(forked, 0)[1] == 0
    assert child.alive


def test_a_command_is_stopped_in_time_with_what_it_started_and_keeps_its_limits(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        run(["sh", "-c", "sleep 600 & echo $! > pid; wait"], tmp_path, Limits(), 0.5)
    eventually(lambda: gone(int((tmp_path / "pid").read_text(encoding="ascii"))))
    limits = Limits(memory=64 << 20, processor=7, file=1 << 20)
    run(
        [
            "sh",
            "-c",
            "for each in d t f c; do ulimit -$each; done > told; sleep 600 &",
        ],
        tmp_path,
        limits,
        SECONDS,
    )
    assert (tmp_path / "told").read_text(encoding="ascii").split() == ["65536", "7", "2048", "0"]
    with pytest.raises(OSError, match="nowhere"):
        run(["true"], tmp_path / "nowhere", limits, 1)
