"""The broker's jars: what pom.xml asks for, fetched once by Maven into a build folder that git ignores."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_POM = _HERE / "pom.xml"
_BUILD = _HERE.parents[1] / "build" / "kafka"
_FETCHING = 600  # seconds


class NoBrokerError(RuntimeError):
    """This machine cannot run a broker; the message says what is missing."""


def jars() -> Path:
    """Return the folder of the jars, fetching them when they are not there yet.

    Safe to call from several processes at once. Raises NoBrokerError without Java, or without the jars and a way to
    get them.
    """
    if shutil.which("java") is None:
        raise NoBrokerError("a Kafka broker needs Java 17 or newer (java is not on the PATH)")
    folder = _BUILD / hashlib.blake2b(_POM.read_bytes(), digest_size=8).hexdigest()
    if not folder.is_dir():
        _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    """Let Maven copy the jars beside their place, then move them there whole."""
    maven = shutil.which("mvn")
    if maven is None:
        raise NoBrokerError("fetching the Kafka broker's jars needs Maven (mvn is not on the PATH)")
    _BUILD.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_BUILD, prefix="fetching-") as beside:
        copied = Path(beside) / "jars"
        command = [maven, "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies", f"-DoutputDirectory={copied}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_FETCHING, check=False)  # noqa: S603
        if done.returncode != 0:
            (trouble, *_) = (done.stdout + done.stderr).strip().splitlines() or ["no word why"]
            raise NoBrokerError(f"Maven could not fetch the Kafka broker's jars: {trouble}")
        try:
            copied.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was quicker
                raise
