"""The users file while the dashboard runs: read again when somebody has changed it."""

import contextlib
from pathlib import Path

from services.dashboard.access.users import Users, UsersFileError


class UsersFile:
    """Answers with the users as the file has them now.

    A file that cannot be read leaves the users that were known: an editor that saves in two steps, or a typo,
    signs nobody out. ``trouble`` then says what is wrong.
    """

    def __init__(self, path: Path) -> None:
        """Read the file. Raises UsersFileError."""
        self._path = path
        self._stamp = self._stamped()
        self._users = Users.read(path)
        self.trouble: str | None = None

    def current(self) -> Users:
        """Return the users; costs one stat when nothing has changed."""
        stamp = self._stamped()
        if stamp != self._stamp:
            self._stamp = stamp
            self._reread()
        return self._users

    def _reread(self) -> None:
        try:
            self._users = Users.read(self._path)
            self.trouble = None
        except UsersFileError as error:
            self.trouble = str(error)

    def _stamped(self) -> tuple[int, ...]:
        """Return what differs after every change, also one that keeps size and time (a file moved over it)."""
        with contextlib.suppress(OSError):
            found = self._path.stat()
            return (found.st_mtime_ns, found.st_size, found.st_ino)
        return ()
