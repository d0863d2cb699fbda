"""How clients prove themselves to the brokers, and the brokers to them."""

import ssl
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Security:
    """TLS where there is a context, SASL where there is a user name; with neither, what is sent can be read by all."""

    tls: ssl.SSLContext | None = None
    mechanism: str = "SCRAM-SHA-512"
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def options(self) -> dict[str, Any]:
        """Return what every client of aiokafka is made with."""
        channel = "SSL" if self.tls else "PLAINTEXT"
        chosen: dict[str, Any] = {"security_protocol": f"SASL_{channel}" if self.username else channel}
        if self.tls:
            chosen["ssl_context"] = self.tls
        if self.username:
            chosen |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return chosen
