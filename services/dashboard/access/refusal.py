"""A request that is refused: the status, and what the person reads."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, Response


@dataclass(frozen=True)
class Refusal:
    """Why a request goes no further."""

    status: int
    text: str

    def answer(self, connection: HTTPConnection) -> Response:
        """Return the answer: JSON under /api/, else plain text."""
        if is_api(connection):
            return JSONResponse({"error": self.text}, status_code=self.status)
        return PlainTextResponse(f"{self.text}\n", status_code=self.status)


def path_of(connection: HTTPConnection) -> str:
    """Return the path that the application routes by.

    Not ``connection.url.path``: that is parsed from text that begins with the client's Host header, and a Host of
    ``x/static/`` would put what it likes into the path.
    """
    path: str = connection.scope["path"]
    return path


def is_api(connection: HTTPConnection) -> bool:
    """Say whether a program asks, which reads JSON."""
    return path_of(connection).startswith("/api/")
