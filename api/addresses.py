"""Network addresses as attempts are counted by them.

Whoever has one IPv6 address has the 2**64 of its network; an IPv4 address may come written as an
IPv6 one, and proxies may add the port. Counted is what is left when all that is taken away.
"""

import ipaddress
import re
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_WITH_PORT = re.compile(r"\[(?P<v6>[^]]*)\](:[0-9]{1,5})?|(?P<v4>[0-9.]+):[0-9]{1,5}", re.ASCII)


def read_address(text: str | None) -> Address | None:
    """The address in ``text``: ``192.0.2.1``, ``192.0.2.1:80``, ``2001:db8::1``, ``[::1]:80``, …

    The zone of an IPv6 address is left out, and one that stands for an IPv4 address is that
    address. None for anything else.
    """
    text = (text or "").strip()
    match = _WITH_PORT.fullmatch(text)
    if match is not None:
        text = match["v6"] or match["v4"] or ""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def counted(address: Address) -> str:
    """What attempts from the address are counted by: itself, or the /64 network it is of."""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.IPv6Network((int(address), 64), strict=False))


def networks(*words: str) -> tuple[Network, ...]:
    """The networks in CIDR notation. Raises ValueError."""
    return tuple(ipaddress.ip_network(word) for word in words)


def is_in(address: Address | None, those: Iterable[Network]) -> bool:
    """Whether an address is in any of the networks."""
    return address is not None and any(address in network for network in those)
