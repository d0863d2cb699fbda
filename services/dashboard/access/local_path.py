"""Where to go after signing in: only ever a page of our own."""

HOME = "/"


def local_path(text: str) -> str:
    """Return the path if it leads to a page of this server, else the first page's.

    Browsers read ``//host`` and ``/\\host`` as another server, and drop tabs and line ends before they look.
    """
    is_ours = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    is_a_page = text.split("?")[0] not in ("/login", "/logout")
    return text if is_ours and is_a_page else HOME
