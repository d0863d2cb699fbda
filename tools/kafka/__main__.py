"""Run brokers until told to stop: ``tools/kafka/start --help``."""

import argparse
import signal
import sys
from pathlib import Path

from tools.kafka.broker import BrokerFailedError
from tools.kafka.cluster import running
from tools.kafka.jars import NoBrokerError


def main() -> int:
    """Start, tell where, wait for Ctrl-C or SIGTERM, stop."""
    parser = argparse.ArgumentParser(
        prog="tools/kafka/start", description="Run real Apache Kafka brokers (KRaft) on loopback until Ctrl-C."
    )
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1, help="how many (default: 1)")
    parser.add_argument("--folder", type=Path, help="where data and logs go, and stay (default: a temporary folder)")
    arguments = parser.parse_args()
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    try:
        with running(arguments.brokers, arguments.folder) as cluster:
            print(f"bootstrap servers: {cluster.bootstrap}")
            for broker in cluster.brokers:
                print(f"broker {broker.number}: process {broker.pid}, port {broker.port}")
            print(f"data and logs: {cluster.folder}", flush=True)
            signal.sigwait(stop)
    except (NoBrokerError, BrokerFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
