"""E-mail over SMTP: text and HTML, threads by header, one-click unsubscribe, the same Message-ID at every try."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY

import aiosmtplib

from alerts.channels.base import Delivered, Outcome, Rejected, Retry, SendKey
from alerts.cleaning import clean, cut
from alerts.destinations import EmailSetup
from alerts.message import Message
from alerts.render.html import as_html
from alerts.render.text import as_text, subject

_SECONDS = 20.0


class EmailChannel:
    """One recipient behind one SMTP server. Reads the authorities to trust once, at construction."""

    gap = 0.0

    def __init__(self, setup: EmailSetup) -> None:
        self._setup = setup
        self._tls = _trust(setup.ca_file) if setup.tls != "none" else None

    async def send(self, message: Message, key: SendKey, in_doubt: bool, thread: str | None) -> Outcome:
        """Send one mail. A doubtful one is sent again under the same Message-ID, by which mail programs drop copies."""
        mail = mail_of(message, key, thread, self._setup)
        trouble = await self._with_server(lambda server: self._transmit(server, mail))
        message_id = str(mail["Message-ID"])
        return trouble or Delivered(receipt=message_id, thread=thread or message_id)

    async def check(self) -> str:
        """Connect, secure, log in, and leave."""
        outcome = await self._with_server(_greet)
        return outcome.reason if outcome else ""

    async def _with_server(
        self, use: Callable[[aiosmtplib.SMTP], Awaitable[Retry | Rejected | None]]
    ) -> Retry | Rejected | None:
        server = self._server()
        try:
            async with asyncio.timeout(_SECONDS):
                await self._connect(server)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            await _leave(server)
            return Retry(self._told(error))  # also a refused log-in: people mend that within hours
        try:
            return await use(server)
        finally:
            await _leave(server)

    async def _connect(self, server: aiosmtplib.SMTP) -> None:
        """Connect and log in; not in one, since a connection whose log-in was refused is to be left with a goodbye."""
        await server.connect()
        if self._setup.username:
            password = self._setup.password.get_secret_value() if self._setup.password else ""
            await server.login(self._setup.username, password)

    def _server(self) -> aiosmtplib.SMTP:
        setup = self._setup
        return aiosmtplib.SMTP(
            hostname=setup.host,
            port=setup.port,
            timeout=_SECONDS,
            use_tls=setup.tls == "implicit",
            start_tls=setup.tls == "starttls",  # True: a server without STARTTLS is refused, never used in clear
            tls_context=self._tls,
        )

    async def _transmit(self, server: aiosmtplib.SMTP, mail: EmailMessage) -> Retry | Rejected | None:
        try:
            await server.send_message(mail, sender=self._setup.sender, recipients=[self._setup.to])
        except aiosmtplib.SMTPRecipientsRefused as error:
            return self._refusal(error.recipients[0])
        except aiosmtplib.SMTPResponseException as error:
            return self._refusal(error)
        except (aiosmtplib.SMTPServerDisconnected, TimeoutError, OSError) as error:
            return Retry(self._told(error), is_in_doubt=True)
        except (aiosmtplib.SMTPException, ValueError) as error:
            return Rejected(self._told(error))
        return None

    def _refusal(self, error: aiosmtplib.SMTPResponseException) -> Retry | Rejected:
        """4xx asks to come again, 5xx is for good (RFC 5321 section 4.2.1)."""
        return Retry(self._told(error)) if error.code < 500 else Rejected(self._told(error))

    def _told(self, error: Exception) -> str:
        """Return an error in words, without the recipient's address."""
        code = f"SMTP {error.code}: " if isinstance(error, aiosmtplib.SMTPResponseException) else ""
        words = str(getattr(error, "message", "")) or type(error).__name__
        return clean((code + words).replace(self._setup.to, "the recipient"), 200)


def mail_of(message: Message, key: SendKey, thread: str | None, setup: EmailSetup) -> EmailMessage:
    """Return the mail: the same message and key give the same bytes.

    Its Date is the alert's. Headers: RFC 5322 (Message-ID, In-Reply-To, References), RFC 3834 (Auto-Submitted),
    RFC 2369 and 8058 (List-Unsubscribe, one click where it is an https address).
    """
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["Message-ID"] = f"<{key.id}@{_domain(setup.sender)}>"
    mail["Date"] = message.at
    mail["From"] = setup.sender
    mail["To"] = setup.to
    mail["Subject"] = cut(("Re: " if thread else "") + subject(message), 240)
    if thread:
        mail["In-Reply-To"] = thread
        mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"
    _add_unsubscribe(mail, setup)
    mail.set_content(as_text(message), cte="quoted-printable")
    mail.add_alternative(as_html(message), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"tocsin-{key.id}")
    return mail


def _add_unsubscribe(mail: EmailMessage, setup: EmailSetup) -> None:
    target = setup.unsubscribe or f"mailto:{setup.sender.rpartition('<')[2].rstrip('>')}?subject=unsubscribe"
    mail["List-Unsubscribe"] = f"<{target}>"
    if target.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _trust(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].rstrip("> ") or "localhost"


async def _greet(server: aiosmtplib.SMTP) -> Retry | Rejected | None:
    try:
        await server.noop()
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        return Retry(type(error).__name__)
    return None


async def _leave(server: aiosmtplib.SMTP) -> None:
    """Say goodbye; what goes wrong now cannot undo a mail that was taken."""
    transport = server.transport
    with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        await server.quit(timeout=2)
    server.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()  # all is said: an end of TLS that waits for the server could outlive the event loop
