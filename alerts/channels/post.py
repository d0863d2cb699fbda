"""The channels' one way out over HTTP: bounded in time and size, no redirects, silent about addresses and bodies.

Unlike ``ingest.fetch`` it may reach private addresses: the operator configured them (docs/adr/0003).
"""

import asyncio
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import httpx

_ANSWER_CAP = 262_144  # bytes; a page of Slack's history is the longest answer that is read
_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. ``body`` may be cut at the cap. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Unreachable:
    """There was no answer. ``is_in_doubt``: the request may have arrived all the same."""

    reason: str
    is_in_doubt: bool


PostResult: TypeAlias = Answer | Unreachable


class Post:
    """Sends POST requests. ``tls`` adds authorities to trust; ``proxy`` serves all; the environment is not read."""

    def __init__(self, seconds: float = 20.0, tls: ssl.SSLContext | None = None, proxy: str | None = None) -> None:
        self._seconds = seconds
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
            follow_redirects=False,
            trust_env=False,  # a stray ~/.netrc would add its own Authorization
            verify=tls or True,
            proxy=proxy,
        )
        # httpx logs the whole address of each request at INFO; that of a Slack webhook is a secret.
        logging.getLogger("httpx").addFilter(_is_warning)

    async def send(self, url: str, headers: Mapping[str, str], content: bytes) -> PostResult:
        """Post once. Never raises for what the network or the other side does; the reason never holds the address."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._send(url, headers, content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            return Unreachable(type(error).__name__, is_in_doubt=False)
        except (httpx.HTTPError, TimeoutError) as error:
            return Unreachable(type(error).__name__, is_in_doubt=True)
        except (httpx.InvalidURL, ValueError):
            return Unreachable("the configured address is not a valid URL", is_in_doubt=False)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _send(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        plain = {"accept-encoding": "identity", "user-agent": "tocsin", **headers}
        async with self._client.stream("POST", url, headers=plain, content=content) as response:
            body = b""
            async for piece in response.aiter_raw():
                body += piece
                if len(body) >= _ANSWER_CAP:
                    break
            return Answer(response.status_code, dict(response.headers), body[:_ANSWER_CAP])


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
