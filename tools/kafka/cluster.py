"""One or three brokers on free loopback ports: a cluster for a test session, or for a developer's afternoon."""

import contextlib
import shutil
import socket
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

from tools.kafka.broker import Broker, BrokerFailedError, wait_until_ready

_TRIES = 3  # a free port may be taken by another before the broker has it
_READY = 90.0  # seconds

#: Quick and small rather than as delivered: a test has seconds, a machine has neighbours.
_SMALL = {
    "auto.create.topics.enable": "false",
    "broker.heartbeat.interval.ms": 500,
    "broker.session.timeout.ms": 3_000,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 500,
    "log.index.size.max.bytes": 65_536,
    "log.cleaner.dedupe.buffer.size": 8_388_608,
    "offsets.topic.num.partitions": 3,
    "transaction.state.log.num.partitions": 3,
}


@dataclass(frozen=True, slots=True)
class Guard:
    """One more door to the brokers, through which only TLS and a user's password lead. Files are PEM."""

    certificate: Path  # the brokers' own, with its key (PKCS #8)
    authority: Path  # whose certificates the brokers believe
    users: Mapping[str, str]  # name to password


class Cluster:
    """Running brokers. ``bootstrap`` is what clients connect to, ``guarded`` where there is a guard."""

    def __init__(self, brokers: Sequence[Broker], folder: Path) -> None:
        self.brokers = brokers
        self.folder = folder

    @property
    def bootstrap(self) -> str:
        """The brokers' addresses."""
        return ",".join(f"127.0.0.1:{broker.port}" for broker in self.brokers)

    @property
    def guarded(self) -> str:
        """The brokers' addresses behind the guard."""
        return ",".join(f"localhost:{broker.guarded}" for broker in self.brokers)

    def start(self, seconds: float = _READY) -> None:
        """Start every broker and return once all answer."""
        for broker in self.brokers:
            broker.start()
        for broker in self.brokers:
            wait_until_ready(broker, seconds)

    def stop(self) -> None:
        """Stop every broker that runs, in good order."""
        for broker in self.brokers:
            broker.stop()

    def kill(self) -> None:
        """End every broker at once."""
        for broker in self.brokers:
            broker.kill()


@contextlib.contextmanager
def running(
    count: int = 1,
    folder: Path | None = None,
    settings: Mapping[str, object] = MappingProxyType({}),
    guard: Guard | None = None,
) -> Iterator[Cluster]:
    """Run a new cluster. Without a ``folder`` it lives in a temporary one, killed and removed at the end.

    ``settings`` are the brokers' own, over those chosen here. Raises NoBrokerError where none can run, and
    BrokerFailedError when one does not start.
    """
    home = folder or Path(tempfile.mkdtemp(prefix="tocsin-kafka-"))
    try:
        cluster = _started(count, home, settings, guard)
        try:
            yield cluster
        finally:
            if folder is None:
                cluster.kill()
            else:
                cluster.stop()
    finally:
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)


def _started(count: int, home: Path, settings: Mapping[str, object], guard: Guard | None) -> Cluster:
    for attempt in range(1, _TRIES + 1):
        cluster = _made(count, home / f"try-{attempt}", settings, guard)
        try:
            cluster.start()
        except BrokerFailedError:
            cluster.stop()
            if attempt == _TRIES:
                raise
        else:
            return cluster
    raise AssertionError("unreachable")


def _made(count: int, home: Path, settings: Mapping[str, object], guard: Guard | None) -> Cluster:
    """Configure and format the brokers, each both broker and controller."""
    ports = list(zip(*[iter(free_ports(3 * count))] * 3, strict=True))  # clients, controllers, guarded clients
    voters = ",".join(f"{n}@127.0.0.1:{control}" for n, (_, control, _) in enumerate(ports, start=1))
    brokers = []
    for n, (port, control, guarded) in enumerate(ports, start=1):
        chosen = {**_SMALL, **_configuration(n, port, control, voters, count)}
        chosen = _guarded(chosen, guarded, guard) if guard else chosen
        brokers.append(Broker(n, port, home / f"broker-{n}", {**chosen, **settings}, guarded=guarded))
    cluster_id = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
    for broker in brokers:
        broker.format(cluster_id, guard.users if guard else {})
    return Cluster(brokers, home)


def _configuration(number: int, port: int, control: int, voters: str, count: int) -> dict[str, object]:
    replicas, in_sync = (3, 2) if count >= 3 else (1, 1)
    return {
        "process.roles": "broker,controller",
        "node.id": number,
        "controller.quorum.voters": voters,
        "listeners": f"CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{control}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "CONTROLLER",
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "default.replication.factor": replicas,
        "min.insync.replicas": in_sync,
    }


def _guarded(configuration: Mapping[str, object], port: int, guard: Guard) -> dict[str, object]:
    """Return a broker's configuration with one more listener; the brokers themselves go on using the open one."""
    return {
        **configuration,
        "listeners": f"{configuration['listeners']},GUARDED://localhost:{port}",
        "listener.security.protocol.map": f"{configuration['listener.security.protocol.map']},GUARDED:SASL_SSL",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.guarded.scram-sha-512.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "listener.name.guarded.ssl.keystore.type": "PEM",
        "listener.name.guarded.ssl.keystore.location": guard.certificate,
        "listener.name.guarded.ssl.truststore.type": "PEM",
        "listener.name.guarded.ssl.truststore.location": guard.authority,
        "listener.name.guarded.ssl.client.auth": "requested",
    }


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nobody listens on at the moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for found in sockets:
            found.bind(("127.0.0.1", 0))
        return [int(found.getsockname()[1]) for found in sockets]
