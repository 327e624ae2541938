"""A client of the stream of notifications."""

import json
import socket
import threading
from contextlib import suppress
from queue import Empty, Queue
from typing import Any

import httpx
import pytest

PATH = "/v1/notifications/stream"


class Listener:
    """A client of the stream: puts the events it reads into a queue, None when it has ended.

    Without a token it is who ``path`` says.
    """

    def __init__(self, url: str, token: str | None, after: int | None, path: str = PATH) -> None:
        self._url = url + path
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if after is not None:
            self._headers["Last-Event-ID"] = str(after)
        self._client = httpx.Client(timeout=httpx.Timeout(60))
        self._events: Queue[dict[str, str] | None] = Queue()
        self._answered = threading.Event()
        self.headers = httpx.Headers()
        self.comments = 0
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self._answered.wait(20)

    def _run(self) -> None:
        try:
            with self._client.stream("GET", self._url, headers=self._headers) as answer:
                assert answer.status_code == 200, answer.read()
                self.headers = answer.headers
                stream = answer.extensions["network_stream"]
                self._socket: socket.socket = stream.get_extra_info("socket")
                self._answered.set()
                self._read(answer)
        except httpx.TransportError:
            pass  # closed by us or by the server: an end like any other
        self._events.put(None)

    def _read(self, answer: httpx.Response) -> None:
        event: dict[str, str] = {}
        for line in answer.iter_lines():
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(": ")
                event[name] = value
            elif event:
                self._events.put(event)
                event = {}

    def next(self, seconds: float = 10) -> dict[str, Any]:
        """Return the next event's data, having looked at its frame."""
        event = self._events.get(timeout=seconds)
        assert event is not None, "the stream has ended"
        assert event.keys() == {"id", "event", "data"}
        assert event["event"] == "notification"
        data: dict[str, Any] = json.loads(event["data"])
        assert event["id"] == str(data["sequence"])
        return data

    def assert_ended(self, seconds: float = 10) -> None:
        assert self._events.get(timeout=seconds) is None

    def assert_silent(self) -> None:
        with pytest.raises(Empty):
            self._events.get_nowait()

    def close(self) -> None:
        # Only this wakes the thread that reads from it.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(10)
        self._client.close()
