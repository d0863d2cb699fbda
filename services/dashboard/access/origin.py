"""Where a request comes from, as its headers tell: another site's page, another name of this server, plain http."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from services.dashboard.access.modes import is_loopback


def is_cross_site(headers: Headers) -> bool:
    """Say whether another site's page made the request.

    A form of our own pages says ``Origin: null``, since they ask for no referrer (Fetch standard, "append a request
    Origin header"): that is believed where the browser adds that the request is same-origin.
    """
    site = headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        return True
    origin = headers.get("origin")
    if origin is None or (origin == "null" and site == "same-origin"):
        return False
    return _netloc(origin) != headers.get("host", "").lower()


def is_called_by(headers: Headers, extra: tuple[str, ...]) -> bool:
    """Say whether the Host header is this machine's own name or one of ``extra``, at any port.

    Else a page of another site could have its name resolve to this machine, and read us (DNS rebinding).
    """
    host = _hostname(headers)
    return host in ("localhost", "127.0.0.1", "::1") or host in {one.lower().strip("[]") for one in extra}


def needs_secure_cookie(connection: HTTPConnection) -> bool:
    """Say whether cookies must travel over https only: always but when a browser on this machine speaks plain http.

    Judged by the Host header: behind a proxy that ends TLS the scheme is http, and the peer may be loopback.
    """
    return connection.scope.get("scheme") != "http" or not is_loopback(_hostname(connection.headers))


def peer_of(connection: HTTPConnection) -> str:
    """Return the IP address of who connected; empty for a Unix socket."""
    return connection.client.host if connection.client else ""


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # brackets that hold no address
        return None


def _hostname(headers: Headers) -> str:
    try:
        return (urlsplit(f"//{headers.get('host', '')}").hostname or "").lower()
    except ValueError:
        return ""
