"""One KRaft broker (broker and controller in one process) with a folder of its own."""

import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tools.kafka.jars import jars

_LOGGING = Path(__file__).resolve().with_name("log4j2.properties")
_JVM = ("-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
_FORMATTING, _STOPPING = 60, 30  # seconds
_GROUPS, _TRANSACTIONS = 0, 1  # kinds of coordinators


class BrokerFailedError(RuntimeError):
    """A broker could not be formatted or started, though this machine has what it needs."""


class Broker:
    """A broker's process. Its log is ``server.log`` in its folder."""

    def __init__(
        self, number: int, port: int, folder: Path, configuration: Mapping[str, object], *, guarded: int = 0
    ) -> None:
        self.number = number
        self.port = port
        self.guarded = guarded
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True)
        lines = [f"{name}={value}\n" for name, value in {**configuration, "log.dirs": folder / "data"}.items()]
        self._configuration = folder / "server.properties"
        self._configuration.write_text("".join(lines))

    @property
    def pid(self) -> int | None:
        """The running process's id."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def format(self, cluster: str, users: Mapping[str, str] = MappingProxyType({})) -> None:
        """Make the data folder ready, as a new broker's must be. ``users`` (name to password) may log in by SCRAM."""
        options = [f"--cluster-id={cluster}", f"--config={self._configuration}"]  # an id may begin with a dash
        options += [f"--add-scram=SCRAM-SHA-512=[name={name},password={users[name]}]" for name in users]
        command = self._java("kafka.tools.StorageTool", "format", *options)
        done = subprocess.run(command, capture_output=True, text=True, timeout=_FORMATTING, check=False)  # noqa: S603
        if done.returncode != 0:
            raise BrokerFailedError(f"formatting broker {self.number} failed: {(done.stdout + done.stderr)[-2000:]}")

    def start(self) -> None:
        """Start the process; ``answers`` tells when it is ready. It dies with the caller where Linux can see to it."""
        command = self._java("kafka.Kafka", str(self._configuration))
        if setpriv := shutil.which("setpriv"):
            command = [setpriv, "--pdeathsig", "KILL", *command]
        with (self._folder / "console.log").open("ab") as console:
            self._process = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT, start_new_session=True
            )

    def answers(self) -> bool:
        """Tell whether groups and transactions can be served. Raises BrokerFailedError when the process has ended.

        The first question also makes the brokers' own topics, which takes them a few seconds.
        """
        if self.pid is None:
            tail = (self._folder / "console.log").read_text(errors="replace")[-2000:]
            raise BrokerFailedError(f"broker {self.number} ended while starting (see {self._folder}): {tail}")
        try:
            return _coordinates(self.port, _GROUPS) and _coordinates(self.port, _TRANSACTIONS)
        except OSError:
            return False

    def stop(self) -> None:
        """End it in good order; kill it when that takes too long."""
        self.signal(signal.SIGTERM)
        try:
            self._wait(_STOPPING)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.signal(signal.SIGKILL)
        self._wait(_STOPPING)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _wait(self, seconds: float) -> None:
        if self._process is not None:
            self._process.wait(seconds)

    def _java(self, main: str, *arguments: str) -> list[str]:
        properties = [f"-Dlog4j2.configurationFile={_LOGGING}", f"-Dtocsin.broker.log={self._folder / 'server.log'}"]
        return ["java", *_JVM, *properties, "-cp", f"{jars()}/*", main, *arguments]


def wait_until_ready(broker: Broker, seconds: float) -> None:
    """Return once the broker answers. Raises BrokerFailedError when it does not in time."""
    until = time.monotonic() + seconds
    while not broker.answers():
        if time.monotonic() > until:
            raise BrokerFailedError(f"broker {broker.number} did not answer within {seconds:.0f} s")
        time.sleep(0.1)


def _coordinates(port: int, kind: int) -> bool:
    """Ask a broker who coordinates some group or producer (FindCoordinator, version 1); tell whether it knows."""
    body = struct.pack(">hhih", 10, 1, 1, -1) + struct.pack(">h", 5) + b"ready" + struct.pack(">b", kind)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(struct.pack(">i", len(body)) + body)
        answer = connection.makefile("rb").read(14)  # size, correlation, throttling, error
    return len(answer) == 14 and struct.unpack(">h", answer[12:])[0] == 0
