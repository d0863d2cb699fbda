"""Asks a web server for its time: the Date header of an answer to HEAD (RFC 9110 section 6.6.1)."""

import asyncio
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

_CAP = 65_536  # bytes of headers that are read


async def server_time(url: str, seconds: float) -> datetime | None:
    """Return the time of the server that an http(s) address names; None where it does not tell.

    Exact to about a second. A cache's answer is made younger by its Age.
    """
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    request = (
        f"HEAD {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\nConnection: close\r\n\r\n"
    )
    try:
        async with asyncio.timeout(seconds):
            port = parts.port or (443 if is_tls else 80)
            reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=is_tls, limit=_CAP)
            try:
                writer.write(request.encode("ascii", "ignore"))
                head = await reader.readuntil(b"\r\n\r\n")
            finally:
                writer.close()
    except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError):
        return None
    return _told(head)


def _told(head: bytes) -> datetime | None:
    lines = head.decode("latin-1").split("\r\n")[1:]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    try:
        moment = parsedate_to_datetime(headers.get("date", ""))
        return moment + timedelta(seconds=int(headers.get("age", "0")))
    except (TypeError, ValueError, OverflowError):
        return None
