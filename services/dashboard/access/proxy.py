"""Trusted-proxy mode: a proxy in front has signed the person in and names them in a header."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers

from services.dashboard.access.person import Role, is_name

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class TrustedProxy:
    """Which proxies are believed, and about what. Everybody who is no operator is a viewer."""

    header: str  # e.g. X-Forwarded-User
    networks: tuple[Network, ...]
    operators: tuple[str, ...] = ()

    def name_in(self, headers: Headers, peer: str | None) -> str | None:
        """Return whom the proxy names, or None when the peer is no such proxy or names nobody.

        A header that comes twice names nobody: one of the two may be the client's own.
        """
        names = headers.getlist(self.header)
        if not self._is_trusted(peer) or len(names) != 1:
            return None
        return names[0] if is_name(names[0]) else None

    def role_of(self, name: str) -> Role:
        """Return the role of somebody whom the proxy named."""
        return "operator" if name in self.operators else "viewer"

    def _is_trusted(self, peer: str | None) -> bool:
        try:
            address = ipaddress.ip_address(peer or "")
        except ValueError:
            return False
        if address.version == 6 and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self.networks)


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return networks as ``10.0.0.0/8`` or ``::1`` write them. Raises ValueError, which names the wrong one."""
    return tuple(ipaddress.ip_network(text) for text in texts)
