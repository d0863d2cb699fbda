"""May this request change something: it comes from our own page, carries its token, and its sender is an operator."""

import hmac

from starlette.requests import HTTPConnection
from starlette.types import Receive

from services.dashboard.access.forms import fields_of, is_form, read_body, replayed
from services.dashboard.access.origin import is_cross_site
from services.dashboard.access.person import Person
from services.dashboard.access.refusal import Refusal, path_of

_READING = ("GET", "HEAD", "OPTIONS")
_CROSS_SITE = Refusal(403, "this came from another site's page; only the dashboard's own pages may change something")
_NO_TOKEN = Refusal(403, "the page's token is missing or out of date; reload the page and try again")
_NOBODY = Refusal(401, "sign in first, at /login")
_VIEWER = Refusal(403, "you may look but not change; ask for the role operator")


async def judge(request: HTTPConnection, receive: Receive, person: Person | None) -> Receive | Refusal:
    """Return the ``receive`` to hand on, with a body that was read here still in it, or why not."""
    if request.scope["method"] in _READING:
        return receive
    if is_cross_site(request.headers):
        return _CROSS_SITE
    path = path_of(request)
    if path == "/login" or (path == "/logout" and person is None):
        return receive  # the login form has a token of its own; nobody's session cannot be ended
    if person is None:
        return _NOBODY
    rest = await _with_token(request, receive, person)
    if isinstance(rest, Refusal) or path == "/logout" or person.may_change:
        return rest
    return _VIEWER


async def _with_token(request: HTTPConnection, receive: Receive, person: Person) -> Receive | Refusal:
    """Look for the token in the header X-CSRF-Token, or else in the form's field ``csrf``."""
    given = request.headers.get("x-csrf-token")
    if given is not None or not is_form(request.headers):
        return receive if is_same(given, person.csrf) else _NO_TOKEN
    body = await read_body(receive)
    if isinstance(body, Refusal):
        return body
    return replayed(body, receive) if is_same(fields_of(body).get("csrf"), person.csrf) else _NO_TOKEN


def is_same(given: str | None, expected: str) -> bool:
    """Compare tokens in constant time."""
    return hmac.compare_digest((given or "").encode("utf-8", "replace"), expected.encode())
