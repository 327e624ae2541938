"""Webhooks: from the outbox to the systems of integrators."""

import asyncio
import hashlib
import hmac
import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence

import httpx

from api.addresses import Address, Network, is_in, networks
from api.background.deliveries import Claimed, Failure, Outbox, Tally, outbox
from api.settings import Settings

BATCH = 20
PER_ENDPOINT = 5
TIMEOUT_S = 10.0  # of one delivery, from the look-up of the name to the answer's status
LEASE_S = 60
PORTS = {"http": 80, "https": 443}

# The special-purpose registries of IANA (RFC 6890 and its successors), in whole blocks: what a
# registry lends out of them again is no web server either. Written out, since what the library
# knows depends on Python's version.
SPECIAL = networks(
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "2001::/23",  # with Teredo, which carries an IPv4 address
    "2001:db8::/32",
    "2002::/16",  # 6to4, which carries an IPv4 address
    "2620:4f:8000::/48",
    "3fff::/20",
)
UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that was ever given to anybody
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class RefusedError(Exception):
    """The address may not be sent to; the message is one line that says why."""


def signature(secret: str, timestamp: str, body: str) -> str:
    """``v1=`` and the hex HMAC-SHA256 of timestamp, a dot and the body, in UTF-8."""
    signed = f"{timestamp}.{body}".encode()
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_allowed(address: str, allowed: Sequence[Network]) -> bool:
    """Tell whether an address is in one of the networks; mapped IPv4 counts as IPv4."""
    return is_in(_plain(address), allowed)


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public Internet, in itself and in what it carries."""
    found = _plain(address)
    if found in NAT64:
        found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return (
        found.is_global
        and (found.version == 4 or found in UNICAST)
        and not any(found.version == n.version and found in n for n in SPECIAL)
    )


def _plain(address: str) -> Address:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return found if mapped is None else mapped


async def checked_addresses(url: httpx.URL, allowed: Sequence[Network]) -> list[str]:
    """The addresses that the URL's host has now and that may be sent to.

    Raises RefusedError when there is none, and OSError when the name cannot be looked up.
    """
    if url.scheme not in PORTS or not url.host or url.userinfo:
        raise RefusedError("only http and https without a user are sent to")
    loop = asyncio.get_running_loop()
    port = url.port or PORTS[url.scheme]
    found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    open_to = [
        address
        for address in addresses
        if is_allowed(address, allowed) or (url.scheme == "https" and is_public(address))
    ]
    if open_to:
        return open_to
    if any(is_public(address) for address in addresses):
        raise RefusedError("plain http goes to networks of WEBHOOK_ALLOW only; use https")
    raise RefusedError("the address is private, and not in WEBHOOK_ALLOW")


async def send_webhooks(settings: Settings) -> Tally:
    """Send what is due, batch by batch. Raises psycopg.Error when the outbox cannot be reached."""
    allowed = settings.webhook_allow
    async with (
        outbox(settings) as box,
        httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=TIMEOUT_S,
            limits=httpx.Limits(max_keepalive_connections=0),
        ) as client,
    ):
        while claimed := await box.claim("claim_webhooks", BATCH, PER_ENDPOINT, LEASE_S):
            await asyncio.gather(*(_deliver(box, client, hook, allowed) for hook in claimed))
        return box.tally


async def _deliver(
    box: Outbox, client: httpx.AsyncClient, hook: Claimed, allowed: Sequence[Network]
) -> None:
    await box.finish(hook, await _send(client, hook, allowed))


async def _send(
    client: httpx.AsyncClient, hook: Claimed, allowed: Sequence[Network]
) -> Failure | None:
    try:
        async with asyncio.timeout(TIMEOUT_S):
            status = await _post(client, hook, allowed)
    except RefusedError as error:
        return Failure(f"refused: {error}")
    except TimeoutError:
        return Failure(f"no answer within {TIMEOUT_S:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ssl.SSLError, UnicodeError) as error:
        return Failure(f"{type(error).__name__}: {error}")
    return None if 200 <= status < 300 else Failure(f"it answered {status}")


async def _post(client: httpx.AsyncClient, hook: Claimed, allowed: Sequence[Network]) -> int:
    """Post to the first address that takes the connection, and return the answer's status.

    The connection goes to the address that was checked, whatever the name says a moment later; the
    certificate is still the name's. Nothing of the answer's body is read.
    """
    url = httpx.URL(hook["url"])
    timestamp = str(int(time.time()))
    headers = {
        "Host": url.netloc.decode("ascii"),
        "Content-Type": "application/json",
        "User-Agent": "Ostinato",
        "Ostinato-Delivery": hook["id"],
        "Ostinato-Event": hook["type"],
        "Ostinato-Timestamp": timestamp,
        "Ostinato-Signature": signature(hook["secret"], timestamp, hook["body"]),
    }
    addresses = await checked_addresses(url, allowed)
    for place, address in enumerate(addresses, 1):
        request = client.build_request(
            "POST",
            url.copy_with(host=address),
            headers=headers,
            content=hook["body"].encode(),
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )
        try:
            answer = await client.send(request, stream=True)
        except httpx.ConnectError:
            if place == len(addresses):
                raise
            continue
        await answer.aclose()
        return answer.status_code
    raise OSError("no address")
