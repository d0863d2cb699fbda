"""Which network addresses a request may go to: a feed must not reach into the operator's network (SSRF).

Names are resolved here and the connection goes to the address that was checked, so that a second, different answer
of the name server (DNS rebinding) changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]  # host, port -> addresses; raises OSError

# Never fetched from, allow_private or not: cloud metadata, multicast, "this host", broadcast, reserved.
_NEVER = tuple(
    ip_network(block)
    for block in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/128", "fe80::/10", "ff00::/8")
) + tuple(ip_network(block) for block in ("fd00:ec2::/32", "100.100.100.200/32"))

# Special-purpose blocks (IANA registries, RFC 6890) that not every Python calls "not global".
_PRIVATE = tuple(
    ip_network(block)
    for block in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fec0::/10",
    )
)
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address


async def resolve(host: str, port: int) -> list[str]:
    """Return the host's addresses in the system's order of preference. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def may_reach(text: str, *, allow_private: bool) -> bool:
    """Tell whether a request may go to an address (as ``resolve`` gives it). Unreadable ones are refused."""
    try:
        address = _unwrapped(ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    if _within(address, _NEVER):
        return False
    return allow_private or is_public(address)


def is_public(address: Address | str) -> bool:
    """Tell whether an address is on the public internet."""
    plain = _unwrapped(ip_address(address) if isinstance(address, str) else address)
    return plain.is_global and not plain.is_multicast and not _within(plain, _NEVER) and not _within(plain, _PRIVATE)


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, where it does: that is where the packets go."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _within(address: Address, blocks: tuple[object, ...]) -> bool:
    return any(address in block for block in blocks)  # type: ignore[operator]
