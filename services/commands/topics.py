"""``tocsin topics``: the log's topics on Kafka, as declared and as the brokers have them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from services import growing
from services.commands.output import AsJson, counted, plain, show, show_block, show_json
from services.commands.session import CommandError, LogUrl, ProblemError, session_of
from services.growing import GrowthRefusedError
from services.log_settings import KafkaSettings
from services.logs import open_kafka, security_of, topics_of
from tocsin.clock import SystemClock
from tocsin.events import TopicGrown
from tocsin.log import kafka_topics
from tocsin.log.kafka import Connection
from tocsin.log.kafka_admin import Admin
from tocsin.log.kafka_names import Names
from tocsin.log.kafka_topics import Drift, TopicDriftError
from tocsin.topics import Topic

app = typer.Typer(help="The log's topics on Kafka.", no_args_is_help=True)
T = TypeVar("T")


@app.command("plan")
def plan(ctx: typer.Context, as_json: AsJson = False, log_url: LogUrl = None) -> None:
    """Show what apply would make, and where the brokers differ from what is declared. Changes nothing."""
    kafka = _kafka(ctx)
    found = _ask(kafka, lambda admin, names: kafka_topics.plan(admin, names, replication=kafka.replication))
    if as_json:
        show_json(found)
        return
    for topic in topics_of(kafka):
        drift = [one for one in found.drift if one.topic == topic.name]
        if topic in found.missing:
            show_block(f"[bold]{topic.name}[/bold] to be made: {_declared(topic)}")
        elif drift:
            show_block(f"[bold]{topic.name}[/bold] differs", *(_advice(kafka, one) for one in drift))
        else:
            show_block(f"[bold]{topic.name}[/bold] as declared: {_declared(topic)}")


@app.command("apply")
def apply(ctx: typer.Context, log_url: LogUrl = None) -> None:
    """Make the topics that are missing. What is there is never altered: where anything differs, nothing is made."""
    kafka = _kafka(ctx)
    found = _ask(kafka, lambda admin, names: kafka_topics.apply(admin, names, replication=kafka.replication))
    for topic in found.missing:
        show(f"made {plain(kafka.prefix + topic.name)}: {_declared(topic)}")
    show(f"{counted(len(found.missing), 'topic')} made; all are as declared")


@app.command("check")
def check(ctx: typer.Context, log_url: LogUrl = None) -> None:
    """Exit with 1, naming each difference, unless every topic is there as declared. Changes nothing."""
    kafka = _kafka(ctx)
    _ask(kafka, lambda admin, names: kafka_topics.check(admin, names, replication=kafka.replication))
    show(f"{counted(len(topics_of(kafka)), 'topic')} at {plain(kafka.servers)}: all are as declared")


@app.command("grow")
def grow(
    ctx: typer.Context,
    topic: Annotated[str, typer.Argument(help="A topic that is kept for ever, e.g. tocsin.announcements.")],
    partitions: Annotated[int, typer.Argument(help="How many partitions it is to have.")],
    log_url: LogUrl = None,
) -> None:
    """Give a topic more partitions, in place, while no stage runs (docs/growing.md). Keys move; nothing is lost."""
    kafka = _kafka(ctx)
    try:
        grown = _ask(kafka, lambda admin, names: _grow(kafka, admin, names, topic, partitions))
    except (GrowthRefusedError, KeyError) as error:
        raise CommandError(str(error.args[0])) from error
    show(
        f"{plain(topic)} grew from {grown.before} to {counted(grown.after, 'partition')}. Before any stage starts, set"
    )
    show(plain(f'[log.kafka.partitions] "{topic}" = {grown.after}'))


async def _grow(kafka: KafkaSettings, admin: Admin, names: Names, topic: str, partitions: int) -> TopicGrown:
    """Grow a topic from the partitions that it has: the settings may declare the new number already."""
    found = await admin.describe([names.wire(topic)])
    if names.wire(names.topic(topic).name) not in found:
        raise GrowthRefusedError(f"{topic} is not there yet: tocsin topics apply makes it as declared")
    before = found[names.wire(topic)].partitions
    kafka = kafka.model_copy(update={"partitions": {**kafka.partitions, topic: before}})
    clock = SystemClock()
    log = await open_kafka(kafka, clock, makes_topics=False)
    try:
        return await growing.grow(log, admin, Names(topics_of(kafka), kafka.prefix), topic, partitions, clock.now())
    finally:
        await log.aclose()


def _kafka(ctx: typer.Context) -> KafkaSettings:
    kafka = session_of(ctx).quiet_settings.log.kafka
    if kafka is None:
        raise CommandError("the log is a file, which makes its own topics; give --log kafka://HOST:PORT")
    return kafka


def _ask(kafka: KafkaSettings, question: Callable[[Admin, Names], Awaitable[T]]) -> T:
    """Return what the brokers answer. Raises ProblemError where topics differ from what is declared."""

    async def run() -> T:
        connection = Connection(servers=kafka.servers, limit=kafka.limit, security=security_of(kafka))
        admin = await Admin.open(connection)
        try:
            return await question(admin, Names(topics_of(kafka), kafka.prefix))
        finally:
            await admin.aclose()

    try:
        return asyncio.run(run())
    except TopicDriftError as error:
        raise ProblemError(f"{error}; tocsin topics plan shows what to do") from error


def _declared(topic: Topic) -> str:
    kept = f"{topic.retention.days} days" if topic.retention else "for ever"
    return f"{counted(topic.partitions, 'partition')}, kept {'newest of each key' if topic.is_compacted else kept}"


def _advice(kafka: KafkaSettings, drift: Drift) -> str:
    """Say how one difference goes away, by Kafka's own tools or by declaring what is there."""
    name = kafka.prefix + drift.topic
    differs = f"{drift.setting} is {drift.found}, declared is {drift.declared}"
    if drift.setting == "partitions":
        if int(drift.found) > int(drift.declared):
            return f'{differs}: declare it: [log.kafka.partitions] "{drift.topic}" = {drift.found}'
        return f"{differs}: tocsin topics grow {drift.topic} {drift.declared} (keys move: never by other tools)"
    if drift.setting == "replicas":
        return f"{differs}: kafka-reassign-partitions.sh, or log.kafka.replication = {drift.found}"
    alter = f"kafka-configs.sh --alter --topic {name} --add-config {drift.setting}={drift.declared}"
    return f"{differs}: {alter} --bootstrap-server {kafka.servers}"
