"""Brokers that ask for TLS and a password: who gets in, who does not, and what is said then."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from services import logs
from services.settings import KafkaSettings, LogSettings, Settings, SettingsError
from tests.builders import a_published_article
from tocsin import codec
from tocsin.log.base import LogUnavailableError
from tools.kafka.cluster import Cluster, Guard, running

pytestmark = pytest.mark.kafka

USER, PASSWORD = "tocsin", "made-up"


class Guarded(NamedTuple):
    """A cluster behind a guard, and the files that a client needs or must not believe."""

    cluster: Cluster
    authority: Path
    stranger: Path

    def settings(self, **others: object) -> Settings:
        """Return settings that get in, but for what is changed."""
        right: dict[str, object] = {
            "servers": self.cluster.guarded,
            "tls": True,
            "ca_file": self.authority,
            "username": USER,
            "password": PASSWORD,
            "limit": 5,
        }
        return Settings(log=LogSettings(kafka=KafkaSettings.model_validate({**right, **others})))


@pytest.fixture(scope="module")
def guarded(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Run a broker with a guard (``cluster`` is asked for because it skips where no broker can run)."""
    folder = tmp_path_factory.mktemp("guarded")
    ours, theirs = trustme.CA(), trustme.CA()
    issued = ours.issue_cert("localhost")
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    chain = b"".join(one.bytes() for one in issued.cert_chain_pems)
    certificate, authority, stranger = folder / "broker.pem", folder / "authority.pem", folder / "stranger.pem"
    certificate.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    ours.cert_pem.write_to_path(authority)
    theirs.cert_pem.write_to_path(stranger)
    with running(1, guard=Guard(certificate, authority, {USER: PASSWORD})) as started:
        yield Guarded(started, authority, stranger)


async def test_with_the_right_certificate_and_password_everything_works(guarded: Guarded) -> None:
    log = await logs.open_log(guarded.settings())
    await log.append([codec.draft(a_published_article())])
    async with log.subscribe("reader", ["tocsin.articles"]) as member:
        while (batch := await member.fetch(10, 5)) is None:
            pass
        await member.commit(batch.topic, batch.partition, batch.next_position)
    await log.aclose()
    assert [record.type for record in batch.records] == ["article.published.v1"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"password": "guessed"}, "refused the user 'tocsin' or the password"),
        ({"username": "nobody"}, "refused the user 'nobody' or the password"),
        ({"username": None, "password": None}, "does it ask for TLS, or for a user"),
        ({"mechanism": "SCRAM-SHA-256"}, "does not take SCRAM-SHA-256"),
    ],
)
async def test_without_the_right_password_nothing_is_opened_and_the_reason_is_told(
    guarded: Guarded, wrong: dict[str, object], told: str
) -> None:
    with pytest.raises((SettingsError, LogUnavailableError), match=told) as raised:
        await logs.open_log(guarded.settings(**wrong))
    assert PASSWORD not in str(raised.value)


async def test_a_broker_whose_certificate_is_of_a_strangers_authority_is_not_believed(guarded: Guarded) -> None:
    with pytest.raises((SettingsError, LogUnavailableError), match="certificate that is not believed"):
        await logs.open_log(guarded.settings(ca_file=guarded.stranger))


async def test_a_client_without_tls_gets_nowhere(guarded: Guarded) -> None:
    with pytest.raises(LogUnavailableError, match=r"does it ask for TLS|closed the connection"):
        await logs.open_log(guarded.settings(tls=False, ca_file=None))


def test_a_file_that_is_no_certificate_is_named(guarded: Guarded, tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    kafka = guarded.settings(ca_file=nonsense).log.kafka
    assert kafka
    with pytest.raises(SettingsError, match=f"ca_file {nonsense}"):
        logs.security_of(kafka)
