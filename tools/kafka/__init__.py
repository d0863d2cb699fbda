"""Real Apache Kafka brokers on this machine: fetch their jars, start one or three, wait for them, stop them."""
