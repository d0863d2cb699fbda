"""Turns the settings' destinations and routes into those that ``alerts`` plans and sends by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from alerts.destinations import (
    Destination,
    EmailSetup,
    Setup,
    SlackSetup,
    SlackWebhookSetup,
    TerminalSetup,
    WebhookSetup,
    recipient_name,
)
from alerts.routes import Match, QuietHours, Route, Routes
from services import settings
from services.settings import DeliverSettings, QuietHoursSettings, RouteSettings


def routes_of(deliver: DeliverSettings) -> Routes:
    """Return the routing rules; without any, one sends everything everywhere."""
    expanded = {name: list(_expand(name, one)) for name, one in deliver.destinations.items()}
    everything = RouteSettings(name="everything", to=tuple(deliver.destinations)) if deliver.destinations else None
    rules = deliver.routes or ((everything,) if everything else ())
    return Routes(
        rules=tuple(_route(rule, expanded) for rule in rules),
        destinations={one.name: one for many in expanded.values() for one in many},
    )


def _expand(name: str, one: settings.Destination) -> Iterator[Destination]:
    """Yield the destinations that a configured one stands for: each recipient of a mail is one of its own."""
    if isinstance(one, settings.EmailDestination):
        for address in one.to:
            setup = _email(one, address)
            yield Destination(recipient_name(name, address) if len(one.to) > 1 else name, one.channel, setup)
    else:
        yield Destination(name, one.channel, _setup(one))


def _setup(one: settings.Destination) -> Setup:
    match one:
        case settings.SlackWebhookDestination():
            return SlackWebhookSetup(url=one.url)
        case settings.SlackDestination():
            return SlackSetup(token=one.token, room=one.room, api_url=one.api_url)
        case settings.WebhookDestination():
            return WebhookSetup(url=one.url, secret=one.secret, mode=one.mode)
        case _:
            return TerminalSetup()


def _email(one: settings.EmailDestination, to: str) -> EmailSetup:
    return EmailSetup(
        host=one.host,
        sender=one.sender,
        to=to,
        port=one.port,
        tls=one.tls,
        username=one.username,
        password=one.password,
        unsubscribe=one.unsubscribe,
        ca_file=str(one.ca_file) if one.ca_file else None,
    )


def _route(rule: RouteSettings, expanded: Mapping[str, Sequence[Destination]]) -> Route:
    return Route(
        name=rule.name,
        to=tuple(one.name for name in rule.to for one in expanded[name]),
        match=Match(
            families=_folded(rule.families),
            countries=_folded(rule.countries),
            places=_folded(rule.places),
            sides=_folded(rule.sides),
            relations=_folded(rule.relations),
            kinds=_folded(rule.kinds),
            min_confidence=rule.min_confidence,
        ),
        quiet=_quiet(rule.quiet) if rule.quiet else None,
        repeat_every=timedelta(seconds=rule.repeat_every) if rule.repeat_every else None,
        repeat_at_most=rule.repeat_at_most,
        group_within=timedelta(seconds=rule.group_within),
    )


def _quiet(hours: QuietHoursSettings) -> QuietHours:
    return QuietHours(zone=hours.zone, start=hours.start, end=hours.end)


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
