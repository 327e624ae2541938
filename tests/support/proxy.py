"""HAProxy before several API processes."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.operating.page import block
from tests.support.servers import free_port
from tests.support.waiting import until

HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")


@contextmanager
def haproxy(folder: Path, urls: Sequence[str]) -> Iterator[str]:
    """Run HAProxy before these servers; give its address."""
    assert HAPROXY is not None
    port = free_port()
    yours = {"127.0.0.1:8080": f"127.0.0.1:{port}"}
    for number, url in enumerate(urls, 1):
        yours[f"127.0.0.1:800{number}"] = urlsplit(url).netloc
    configuration = folder / "haproxy.cfg"
    configuration.write_text(block("proxy", yours), encoding="utf-8")
    with (folder / "haproxy.log").open("w") as log:
        process = subprocess.Popen(
            [HAPROXY, "-f", str(configuration), "-db"], stdout=log, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, (folder / "haproxy.log").read_text(encoding="utf-8")
        try:
            return httpx.get(f"{url}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    try:
        until(answers)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)
