"""The fetch path against a hostile server on loopback: every outcome is a value, within its caps."""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import Callable

import brotli
import pytest
import trustme
import zstandard

from ingest.answer import Answer, Failed, Fetched, NotModified, Request
from ingest.fetch import Fetcher, FetchLimits, shown
from tests.ingest.loopback import Asked, Loopback, answer, respond, serving

SMALL = FetchLimits(wire_bytes=200_000, decoded_bytes=1_000_000, redirects=5)
HASTY = FetchLimits(total_seconds=2.0, read_seconds=0.3)


def a_fetcher(limits: FetchLimits = SMALL, names: dict[str, list[str]] | None = None) -> Fetcher:
    """Return a fetcher; ``names`` is the name service, without it the system's is asked."""
    if names is None:
        return Fetcher(user_agent="tocsin-test", limits=limits)

    async def lookup(host: str, port: int) -> list[str]:
        return names.get(host, [host])

    return Fetcher(user_agent="tocsin-test", limits=limits, resolver=lookup)


async def get(server: Loopback, path: str, *, allow_private: bool = True, limits: FetchLimits = SMALL) -> Answer:
    return await a_fetcher(limits).fetch(Request(server.url(path), allow_private=allow_private))


def reason(outcome: Answer) -> str:
    return outcome.reason if isinstance(outcome, Failed) else "no failure"


async def test_a_document_comes_with_its_validators_and_the_next_request_sends_them_to_the_letter() -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(
            b"<rss/>", ETag='W/"odd\\"', Last_Modified="not even a date", Cache_Control="max-age=90"
        )
        first = await get(server, "/f")
        assert isinstance(first, Fetched)
        assert (first.body, first.etag, first.last_modified) == (b"<rss/>", 'W/"odd\\"', "not even a date")
        assert first.freshness.max_age == 90
        server.handlers["/f"] = answer(b"", 304)
        again = Request(server.url("/f"), first.etag, first.last_modified, allow_private=True)
        second = await a_fetcher().fetch(again)
        assert isinstance(second, NotModified)
        assert (second.etag, second.last_modified) == (first.etag, first.last_modified)
        assert server.asked[1].headers["if-none-match"] == 'W/"odd\\"'
        assert server.asked[1].headers["if-modified-since"] == "not even a date"


async def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(b"", 304)
        assert reason(await get(server, "/f")) == "http_304"


CODED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": lambda body: (raw := zlib.compressobj(wbits=-15)).compress(body) + raw.flush(),
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("coding", CODED)
async def test_every_content_coding_is_undone(coding: str) -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(CODED[coding](b"truce " * 999), Content_Encoding=coding.split()[-1])
        outcome = await get(server, "/f")
        assert isinstance(outcome, Fetched)
        assert outcome.body == b"truce " * 999


@pytest.mark.parametrize("coding", CODED)
async def test_a_compression_bomb_ends_at_the_decoded_cap(coding: str) -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(CODED[coding](bytes(60_000_000)), Content_Encoding=coding.split()[-1])
        assert reason(await get(server, "/f")) == "too_large"


@pytest.mark.parametrize("coding", CODED)
async def test_compressed_data_that_stops_short_is_a_failure(coding: str) -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(CODED[coding](b"truce " * 999)[:-5], Content_Encoding=coding.split()[-1])
        assert reason(await get(server, "/f")) == "bad_encoding"


async def test_an_endless_body_ends_at_the_wire_cap() -> None:
    async def pour(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(bytes(65_536))
            await writer.drain()

    async with serving() as server:
        server.handlers["/f"] = pour
        assert reason(await get(server, "/f")) == "too_large"


async def test_ten_announced_gigabytes_are_not_even_begun() -> None:
    async def boast(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        await writer.drain()
        await asyncio.Event().wait()

    async with serving() as server:
        server.handlers["/f"] = boast
        assert reason(await get(server, "/f")) == "too_large"


async def test_a_server_that_drips_bytes_is_left_at_the_overall_limit() -> None:
    async def drip(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with serving() as server:
        server.handlers["/f"] = drip
        assert reason(await get(server, "/f", limits=HASTY)) == "timeout"


async def test_a_server_that_says_nothing_is_left_at_the_read_limit() -> None:
    async def brood(_: Asked, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with serving() as server:
        server.handlers["/f"] = brood
        assert reason(await get(server, "/f", limits=HASTY)) == "timeout"


@pytest.mark.parametrize(
    "broken",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rss>",
        b"HELO there\r\n\r\n",
        b"",
    ],
)
async def test_an_answer_that_breaks_off_or_is_no_http_is_a_failure(broken: bytes) -> None:
    async def stop(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(broken)
        await writer.drain()

    async with serving() as server:
        server.handlers["/f"] = stop
        assert reason(await get(server, "/f")) == "connection"


async def test_redirects_are_followed_and_only_an_unbroken_chain_of_permanent_ones_moves_the_feed() -> None:
    async with serving() as server:
        server.handlers["/a"] = answer(b"", 301, Location="/b")
        server.handlers["/b"] = answer(b"", 308, Location="/c")
        server.handlers["/c"] = answer(b"", 302, Location="/d")
        server.handlers["/d"] = answer(b"", 301, Location="/e")
        server.handlers["/e"] = answer(b"here")
        outcome = await get(server, "/a")
        assert isinstance(outcome, Fetched)
        assert (outcome.body, outcome.url, outcome.permanent_url) == (b"here", server.url("/e"), server.url("/c"))


async def test_endless_redirects_end() -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(b"", 302, Location="/f")
        assert reason(await get(server, "/f")) == "too_many_redirects"
        assert len(server.asked) == 6


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
async def test_a_private_address_is_refused_however_it_is_written(host: str) -> None:
    async with serving() as server:
        outcome = await a_fetcher().fetch(Request(server.url("/f", host)))
        assert reason(outcome) in ("private_address", "dns")
        assert server.asked == []


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/", "http://metadata.example/", "file:///etc/passwd", "ftp://a/b"]
)
async def test_no_permission_reaches_the_metadata_service_or_another_scheme(target: str) -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(b"", 302, Location=target)
        fetcher = a_fetcher(names={"metadata.example": ["169.254.169.254"]})
        outcome = await fetcher.fetch(Request(server.url("/f"), allow_private=True))
        assert reason(outcome) in ("private_address", "bad_url")


@pytest.mark.parametrize(
    "target", ["10.0.0.1", "localhost", "169.254.169.254", "192.168.1.1", "[fd00::1]", "[64:ff9b::a00:1]"]
)
async def test_a_public_feeds_redirect_into_the_private_network_is_refused(target: str) -> None:
    """The public server is played by loopback, which the test calls public."""
    async with serving() as server:
        server.handlers["/f"] = answer(b"", 302, Location=f"http://{target}:{server.port}/secret")
        names = {"localhost": ["127.0.0.1"]}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ingest.fetch.may_reach", lambda a, *, allow_private: a == "127.0.0.1" and not server.asked)
            outcome = await a_fetcher(names=names).fetch(Request(server.url("/f")))
        assert reason(outcome) == "private_address"
        assert [asked.path for asked in server.asked] == ["/f"]


async def test_a_private_feed_may_redirect_within_the_private_network() -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(b"", 302, Location=server.url("/g", "localhost"))
        server.handlers["/g"] = answer(b"here")
        assert isinstance(
            await a_fetcher(names={"localhost": ["127.0.0.1"]}).fetch(Request(server.url("/f"), allow_private=True)),
            Fetched,
        )


async def test_the_connection_goes_to_the_checked_address_and_the_name_is_sent() -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(b"here")
        fetcher = a_fetcher(names={"wire.example": ["127.0.0.1"]})
        assert isinstance(await fetcher.fetch(Request(server.url("/f", "wire.example"), allow_private=True)), Fetched)
        assert server.asked[0].headers["host"] == f"wire.example:{server.port}"


async def test_over_tls_the_certificate_is_checked_against_the_name_not_the_address() -> None:
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    serving_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("wire.example").configure_cert(serving_tls)

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await respond(writer, b"here")
        writer.close()

    async def lookup(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0, ssl=serving_tls)
    port = server.sockets[0].getsockname()[1]
    fetcher = Fetcher(user_agent="tocsin-test", limits=SMALL, resolver=lookup, tls=trusting)
    right = await fetcher.fetch(Request(f"https://wire.example:{port}/", allow_private=True))
    wrong = await fetcher.fetch(Request(f"https://other.example:{port}/", allow_private=True))
    server.close()
    assert isinstance(right, Fetched)
    assert reason(wrong) == "connection"


async def test_a_name_without_an_address_is_a_failure() -> None:
    async def lookup(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    fetcher = Fetcher(user_agent="tocsin-test", resolver=lookup)
    assert reason(await fetcher.fetch(Request("http://nowhere.example/"))) == "dns"


async def test_the_second_address_is_tried_when_the_first_does_not_answer() -> None:
    async with serving() as server:
        server.handlers["/f"] = answer(b"here")
        fetcher = a_fetcher(names={"wire.example": ["127.0.0.2", "127.0.0.1"]})
        assert isinstance(await fetcher.fetch(Request(server.url("/f", "wire.example"), allow_private=True)), Fetched)


def test_an_address_is_shown_without_its_secrets() -> None:
    assert shown("https://user:pass@wire.example/rss?token=secret#x") == "https://wire.example/rss"
