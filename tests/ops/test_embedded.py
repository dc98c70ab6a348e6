"""The embedded broker: it keeps what it was told, and one that was left behind is taken over."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import pytest
import redis

from hub.embedded import EmbeddedBroker, answers, running_url, socket_path
from tests.ops.worker import wait_until


def client(broker: EmbeddedBroker) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(broker.path))


def pid_of(broker: EmbeddedBroker) -> int:
    return int(client(broker).info("server")["process_id"])


def test_it_starts_answers_and_stops(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    assert running_url(tmp_path) == ""
    broker.start()
    assert running_url(tmp_path) == broker.url == f"redis+socket://{tmp_path}/valkey.sock"
    pid = pid_of(broker)
    broker.stop()
    assert running_url(tmp_path) == ""
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_it_remembers_after_being_killed(tmp_path: Path) -> None:
    first = EmbeddedBroker(tmp_path)
    first.start()
    client(first).rpush("queue", "one", "two")
    wait_until(lambda: client(first).info("persistence")["aof_pending_bio_fsync"] == 0, "written down")
    os.kill(pid_of(first), signal.SIGKILL)
    wait_until(lambda: not first.alive(), "it is dead")
    second = EmbeddedBroker(tmp_path)
    second.start()
    assert client(second).lrange("queue", 0, -1) == [b"one", b"two"]
    second.stop()
    first.stop()


def test_one_left_behind_is_used_again_and_stopped_at_last(tmp_path: Path) -> None:
    left = EmbeddedBroker(tmp_path)
    left.start()
    pid = pid_of(left)
    ours = EmbeddedBroker(tmp_path)
    ours.start()
    assert pid_of(ours) == pid
    ours.stop()
    wait_until(lambda: not answers(left.path), "it is gone")
    left.stop()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    path = socket_path(deep)
    assert len(str(path)) < 100
    assert path == socket_path(deep) != socket_path(tmp_path / "other")
    assert path.is_relative_to(tempfile.gettempdir())
    broker = EmbeddedBroker(deep)
    broker.start()
    assert broker.alive()
    assert path.parent.stat().st_mode & 0o077 == 0
    broker.stop()
