"""Signed webhooks: the alert's own fact as a CloudEvent, signed in the manner of Standard Webhooks.

The signature covers id, time and body (standardwebhooks.com, "Signature scheme"); receivers refuse old times and ids
that they have seen. docs/alerts.md shows how, in ten lines.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Any

import msgspec

from alerts.channels.answers import failure
from alerts.channels.base import Delivered, Outcome, SendKey
from alerts.channels.post import Post
from alerts.destinations import WebhookSetup
from alerts.message import Message
from tocsin import codec
from tocsin.clock import Clock
from tocsin.events import Alert

_JSON = "application/json"
_STRUCTURED = "application/cloudevents+json; charset=utf-8"
_BATCH = "application/cloudevents-batch+json; charset=utf-8"


class WebhookChannel:
    """One HTTP endpoint."""

    gap = 0.0

    def __init__(self, setup: WebhookSetup, post: Post, clock: Clock) -> None:
        self._setup, self._post, self._clock = setup, post, clock
        self._secret = _key_bytes(setup.secret.get_secret_value())

    async def send(self, message: Message, key: SendKey, in_doubt: bool, thread: str | None) -> Outcome:
        """Post the event. Every try carries the same id, so a receiver that keeps ids takes it once."""
        headers, body = event_of(message, key, self._setup.mode)
        now = self._clock.now()
        signed = headers | signature_headers(self._secret, key.id, now, body)
        answer = await self._post.send(self._setup.url.get_secret_value(), signed, body)
        return failure(answer, now) or Delivered(receipt="accepted")

    async def check(self) -> str:
        """Nothing can be asked of an endpoint without sending; only its address can be looked at."""
        is_http = self._setup.url.get_secret_value().startswith(("https://", "http://"))
        return "" if is_http else "the webhook's address should start with https://"


def event_of(message: Message, key: SendKey, mode: str) -> tuple[dict[str, str], bytes]:
    """Return headers and body: binary or structured mode; a digest is a batch (CloudEvents HTTP binding, 3.1–3.3)."""
    if message.parts:
        events = [_attributes(fact, _part_id(key, fact)) | {"data": fact} for fact in message.facts]
        return {"content-type": _BATCH}, msgspec.json.encode(events, order="deterministic")
    (fact,) = message.facts
    attributes = _attributes(fact, key.id)
    if mode == "structured":
        return {"content-type": _STRUCTURED}, msgspec.json.encode(attributes | {"data": fact}, order="deterministic")
    headers = {f"ce-{name}": value for name, value in attributes.items() if name != "datacontenttype"}
    return headers | {"content-type": _JSON}, msgspec.json.encode(fact, order="deterministic")


def signature_headers(secret: bytes, event_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of Standard Webhooks for a body sent at a time."""
    stamp = str(int(now.timestamp()))
    mac = hmac.new(secret, f"{event_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def _attributes(fact: Alert, event_id: str) -> dict[str, Any]:
    record = codec.draft(fact)
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": record.source,
        "type": record.type,
        "subject": fact.alert_id,
        "time": record.time.isoformat().replace("+00:00", "Z"),
        "datacontenttype": _JSON,
        "correlationid": record.correlation,
    }


def _part_id(key: SendKey, fact: Alert) -> str:
    return SendKey(fact.alert_id, key.channel, key.destination).id


def _key_bytes(secret: str) -> bytes:
    """Return the key: what follows ``whsec_`` is base64 (Standard Webhooks), anything else stands for itself."""
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook's secret that starts with whsec_ must go on in base64") from error
