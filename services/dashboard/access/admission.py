"""Who makes a request, in each of the three modes."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.dashboard.access.modes import Access
from services.dashboard.access.origin import is_called_by, is_cross_site, peer_of
from services.dashboard.access.person import Person, Role
from services.dashboard.access.proxy import TrustedProxy
from services.dashboard.access.refusal import Refusal, is_api, path_of
from services.dashboard.access.sessions import COOKIE, Session, Sessions, begin
from services.dashboard.access.users_file import UsersFile

_WHO_AM_I = "/api/v1/session"
_EXEMPT = ("/login", "/logout", "/healthz", "/favicon.ico")
_WRONG_HOST = Refusal(421, "this dashboard answers only to localhost; add the name you used to its configured hosts")
_NOT_PROXIED = Refusal(403, "this dashboard is reached through its proxy, which signs you in; come in through it")
_SIGN_IN = Refusal(401, "sign in first, at /login")


@dataclass(frozen=True)
class Admitted:
    """A request that may go on. ``person`` is None where nobody needs to have signed in.

    ``opened``: a session that began with this request and that the browser must be told.
    """

    person: Person | None
    opened: Session | None = None


def admit(access: Access, sessions: Sessions, request: HTTPConnection) -> Admitted | Response:
    """Return who makes the request, or the answer that sends them elsewhere."""
    session = sessions.read(request.cookies.get(COOKIE))
    if access.users is not None and access.mode == "users":
        return _signed_in(access.users, session, request)
    if access.proxy is not None and access.mode == "proxy":
        return _proxied(access.proxy, session, request)
    if not is_called_by(request.headers, access.hosts):
        return _WRONG_HOST.answer(request)
    return _known(session, "local", "operator", request)


def _signed_in(users: UsersFile, session: Session | None, request: HTTPConnection) -> Admitted | Response:
    """Believe a session as long as the users file has the same entry that it was opened with."""
    if session and session.mark and session.mark == users.current().mark_of(session.name):
        return Admitted(session.person)
    return Admitted(None) if _is_exempt(request) else _to_login(request)


def _proxied(proxy: TrustedProxy, session: Session | None, request: HTTPConnection) -> Admitted | Response:
    name = proxy.name_in(request.headers, peer_of(request))
    if name is None:
        return Admitted(None) if _is_exempt(request) else _NOT_PROXIED.answer(request)
    return _known(session, name, proxy.role_of(name), request)


def _known(session: Session | None, name: str, role: Role, request: HTTPConnection) -> Admitted:
    """Return a person known without a session; a page that they open begins one, for its CSRF token.

    So does asking the API who one is: that is how a program gets its token.
    """
    if session and session.name == name:
        return Admitted(Person(name, role, session.csrf))
    opened = begin(name, role)
    return Admitted(opened.person, opened if _is_page(request) or path_of(request) == _WHO_AM_I else None)


def _to_login(request: HTTPConnection) -> Response:
    """Send somebody to sign in, from a page; answer 401 to everything else.

    Browsers keep a Strict cookie back when a link on another site (an alert in a mailbox) leads here. The login page
    is then opened from a page of our own: so the cookie arrives there, and somebody signed in goes straight on.
    """
    if not _is_page(request):
        return _SIGN_IN.answer(request)
    login = f"/login?next={quote(_target(request), safe='/')}"
    if not is_cross_site(request.headers):
        return RedirectResponse(login, status_code=303)
    return HTMLResponse(
        f'<!doctype html><html lang="en"><title>Tocsin</title><meta http-equiv="refresh" content="0; url={login}">'
        f'<p><a href="{login}">Go on to the dashboard</a></p></html>'
    )


def _target(request: HTTPConnection) -> str:
    """Return the path and query as the browser wrote them."""
    query = request.scope["query_string"].decode("ascii", "replace")
    return quote(path_of(request), safe="/") + (f"?{query}" if query else "")


def _is_exempt(request: HTTPConnection) -> bool:
    """Say whether the path is open to those who have not signed in."""
    path = path_of(request)
    return path in _EXEMPT or path.startswith("/static/")


def _is_page(request: HTTPConnection) -> bool:
    """Say whether a browser opens a page."""
    is_read = request.scope["method"] in ("GET", "HEAD")
    is_stream = path_of(request) == "/events"
    wants_html = "text/html" in request.headers.get("accept", "")
    return is_read and wants_html and not is_stream and not is_api(request) and not _is_exempt(request)
