"""A real SMTP server on loopback, with STARTTLS and a certificate made on the spot."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "desk", "a made-up password"


@dataclass
class FakeMail:
    """What came in; ``refusals`` are answered first, to RCPT, in order."""

    port: int
    ca_file: str
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    lost_answers: int = 0

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        assert session.ssl is not None, "taken in clear"
        self.mails.append(mail)
        self.raw.append(envelope.content)
        if self.lost_answers:
            self.lost_answers -= 1
            assert server.transport is not None
            server.transport.close()
        return "250 taken"


@contextmanager
def mail_server(folder: Path, *, offers_tls: bool = True) -> Iterator[FakeMail]:
    """Run the server in a thread of its own."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(tls)
    fake = FakeMail(port=_free_port(), ca_file=str(folder / "ca.pem"))
    controller = Controller(
        fake,
        hostname="localhost",
        port=fake.port,
        tls_context=tls if offers_tls else None,
        require_starttls=offers_tls,
        authenticator=_authenticate,
    )
    controller.start()
    try:
        yield fake
    finally:
        controller.stop()


def _free_port() -> int:
    """Return a port that nothing listens on now (aiosmtpd cannot choose one itself)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _authenticate(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)
