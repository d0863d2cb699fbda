"""Why no broker lets us in: aiokafka tells only its own log, so each is asked once more."""

import asyncio
import ssl
from typing import Any

from aiokafka import errors as kafka_errors
from aiokafka.conn import create_conn

from tocsin.log.kafka import Connection
from tocsin.log.kafka_security import Security

_OPTIONS = ("security_protocol", "ssl_context", "sasl_mechanism", "sasl_plain_username", "sasl_plain_password")


async def why_closed(connection: Connection) -> str:
    """Return, in words for an operator, what happens when each of the first brokers is connected to."""
    servers = [server.rpartition(":") for server in connection.servers.split(",")]
    reasons = await asyncio.gather(*(_why(connection, host, int(port)) for host, _, port in servers))
    return "; ".join(f"{host}:{port} {reason}" for (host, _, port), reason in zip(servers, reasons, strict=True))


async def _why(connection: Connection, host: str, port: int) -> str:
    options: dict[str, Any] = {name: value for name, value in connection.common.items() if name in _OPTIONS}
    try:
        async with asyncio.timeout(connection.limit):
            opened = await create_conn(host, port, **options)
            await opened.close()
    except (OSError, TimeoutError, kafka_errors.KafkaError) as error:
        return _in_words(error, connection.security)
    return "takes connections and does not answer: does it ask for TLS, or for a user and password?"


def _in_words(error: Exception, security: Security) -> str:
    match error:
        case kafka_errors.AuthenticationFailedError() | kafka_errors.SaslAuthenticationFailed():
            return f"refused the user {security.username!r} or the password ({security.mechanism})"
        case kafka_errors.UnsupportedSaslMechanismError():
            return f"does not take {security.mechanism}"
        case ssl.SSLCertVerificationError():
            return f"shows a certificate that is not believed ({error.verify_message}): is log.kafka.ca_file right?"
        case ssl.SSLError():
            return f"does not speak TLS as we do ({error.reason})"
        case TimeoutError():
            return "does not answer"
        case OSError():
            return f"cannot be reached ({error.strerror or error})"
    return f"closed the connection ({type(error).__name__})"
