"""HAProxy before several API processes."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.support.servers import free_port
from tests.support.waiting import until

HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
CONFIGURATION = """\
defaults
  mode http
  timeout connect 2s
  timeout client 75s
  timeout server 75s
  option forwardfor
  option http-server-close
  option redispatch 1
  retries 5
  retry-on conn-failure

frontend school
  bind 127.0.0.1:{port}
  default_backend ostinato

backend ostinato
  balance leastconn
  option httpchk GET /readyz
  default-server check inter 1s fall 1 rise 1
{servers}
"""


@contextmanager
def haproxy(folder: Path, urls: Sequence[str]) -> Iterator[str]:
    """Run HAProxy before these servers; give its address."""
    assert HAPROXY is not None
    port = free_port()
    servers = "\n".join(
        f"  server api{number} {urlsplit(url).netloc}" for number, url in enumerate(urls)
    )
    configuration = folder / "haproxy.cfg"
    configuration.write_text(CONFIGURATION.format(port=port, servers=servers), encoding="utf-8")
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
