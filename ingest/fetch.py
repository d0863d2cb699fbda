"""The one way to the outside: conditional GET with caps on bytes and time, every hop's address checked first.

Nothing is shared between two fetches (no cookies, no connections), and proxies of the environment are not used:
a proxy would resolve names on its own and undo the address check.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from ingest.addresses import Resolver, is_public, may_reach, resolve
from ingest.answer import Answer, Failed, Fetched, NotModified, Request
from ingest.decode import ACCEPT_ENCODING, BoundedBody, CodingError, TooLargeError
from ingest.freshness import read_freshness
from tocsin.clock import Clock, SystemClock

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
_ADDRESSES_TRIED = 3


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Bytes and seconds that one document may take, redirects included."""

    wire_bytes: int = 10_000_000
    decoded_bytes: int = 50_000_000
    total_seconds: float = 30.0
    read_seconds: float = 15.0
    redirects: int = 5


class _RefusedError(Exception):
    """The hop may not be made. ``reason`` is the code that Failed carries."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Hop:
    """Where the next request goes, and whether a private address is still allowed there."""

    url: httpx.URL
    allow_private: bool
    number: int = 0
    permanent_url: str = ""
    is_permanent: bool = True  # every redirect so far was


class Fetcher:
    """Gets feeds and article pages. Used by many tasks at once."""

    def __init__(
        self,
        *,
        user_agent: str,
        limits: FetchLimits | None = None,
        clock: Clock | None = None,
        resolver: Resolver = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
        self._limits = limits or FetchLimits()
        self._clock = clock or SystemClock()
        self._resolver = resolver
        self._tls = tls or httpx.create_ssl_context()

    async def fetch(self, request: Request) -> Answer:
        """Return what the request brought. Raises nothing that a server or a network can cause."""
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                return await self._follow(request)
        except TimeoutError:
            return Failed("timeout", f"not done within {self._limits.total_seconds:g} s")
        except _RefusedError as error:
            return Failed(error.reason, str(error))
        except TooLargeError as error:
            return Failed("too_large", str(error))
        except CodingError as error:
            return Failed("bad_encoding", str(error))
        except httpx.TimeoutException as error:
            return Failed("timeout", type(error).__name__)
        except httpx.HTTPError as error:
            return Failed("connection", f"{type(error).__name__}: {error}"[:300])
        except (httpx.InvalidURL, ValueError, OSError) as error:  # ssl and socket errors that httpx leaves as they are
            return Failed("connection", f"{type(error).__name__}: {error}"[:300])

    async def _follow(self, request: Request) -> Answer:
        hop = _Hop(httpx.URL(request.url), request.allow_private, permanent_url=request.url)
        timeout = httpx.Timeout(self._limits.read_seconds)
        while True:
            limits = httpx.Limits(max_keepalive_connections=0)
            async with httpx.AsyncClient(
                verify=self._tls, trust_env=False, timeout=timeout, limits=limits, follow_redirects=False
            ) as client:
                outcome = await self._hop(client, hop, request)
            if not isinstance(outcome, _Hop):
                return outcome
            hop = outcome

    async def _hop(self, client: httpx.AsyncClient, hop: _Hop, request: Request) -> Answer | _Hop:
        addresses = await self._checked(hop)
        for number, address in enumerate(addresses, 1):
            try:
                response = await client.send(self._request(client, hop, address, request), stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if number == len(addresses):
                    raise
                continue
            try:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    return self._next(hop, response, address)
                return await self._read(response, hop, request)
            finally:
                await response.aclose()
        raise _RefusedError("dns", f"{hop.url.host} has no address")

    async def _checked(self, hop: _Hop) -> list[str]:
        """Return the addresses of a hop that may be reached."""
        if hop.url.scheme not in ("http", "https") or not hop.url.host:
            raise _RefusedError("bad_url", f"no http or https address: {shown(str(hop.url))}")
        try:
            found = await self._resolver(hop.url.raw_host.decode("ascii").strip("[]"), _port(hop.url))
        except (OSError, UnicodeError) as error:
            raise _RefusedError("dns", f"{hop.url.host}: {error}") from error
        allowed = [address for address in found if may_reach(address, allow_private=hop.allow_private)]
        if found and not allowed:
            how = "after a redirect" if hop.number else "the feed's own address; allow_private = true permits it"
            raise _RefusedError("private_address", f"{hop.url.host} is {found[0]}, which is not public ({how})")
        return allowed[:_ADDRESSES_TRIED]

    def _request(self, client: httpx.AsyncClient, hop: _Hop, address: str, request: Request) -> httpx.Request:
        """Return the request to the checked address, with the name in Host and in the TLS handshake."""
        headers = {**self._headers, "Host": hop.url.netloc.decode("ascii")}
        if request.etag is not None:
            headers["If-None-Match"] = request.etag
        if request.last_modified is not None:
            headers["If-Modified-Since"] = request.last_modified
        pinned = hop.url.copy_with(host=address)
        return client.build_request(
            "GET", pinned, headers=headers, extensions={"sni_hostname": hop.url.raw_host.decode("ascii")}
        )

    def _next(self, hop: _Hop, response: httpx.Response, address: str) -> _Hop:
        if hop.number >= self._limits.redirects:
            raise _RefusedError("too_many_redirects", f"more than {self._limits.redirects} redirects")
        target = hop.url.join(response.headers["location"])
        is_permanent = hop.is_permanent and response.status_code in _PERMANENT
        return _Hop(
            url=target,
            allow_private=hop.allow_private and not is_public(address.partition("%")[0]),
            number=hop.number + 1,
            permanent_url=str(target) if is_permanent else hop.permanent_url,
            is_permanent=is_permanent,
        )

    async def _read(self, response: httpx.Response, hop: _Hop, request: Request) -> Answer:
        headers: Mapping[str, str] = response.headers
        freshness = read_freshness(headers, self._clock.now())
        if response.status_code == 304 and (request.etag is not None or request.last_modified is not None):
            etag, modified = headers.get("etag", request.etag), headers.get("last-modified", request.last_modified)
            return NotModified(etag, modified, freshness)
        if not 200 <= response.status_code < 300:
            reason = f"http_{response.status_code}"
            return Failed(reason, f"{reason} from {hop.url.host}", response.status_code, freshness)
        return Fetched(
            url=str(hop.url),
            permanent_url=hop.permanent_url,
            status=response.status_code,
            content_type=headers.get("content-type", ""),
            body=await self._body(response),
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            freshness=freshness,
        )

    async def _body(self, response: httpx.Response) -> bytes:
        body = BoundedBody(response.headers.get("content-encoding", ""), self._limits.decoded_bytes)
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._limits.wire_bytes:
            raise TooLargeError(f"{announced} bytes announced, {self._limits.wire_bytes} allowed")
        size = 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > self._limits.wire_bytes:
                raise TooLargeError(f"more than {self._limits.wire_bytes} bytes on the wire")
            body.feed(chunk)
        return body.finish()


def shown(url: str) -> str:
    """Return an address fit for logs: no user name, password, query or fragment."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"[:200]


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
