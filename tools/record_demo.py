"""Records the demonstration as a picture for the README: runs it for real and draws a stretch of its output.

Usage: python tools/record_demo.py docs/demo.svg
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

_COLUMNS = 110
_FIRST, _LAST = "Levant Wire: Aleppo rebels refuse", "The Harbour Gazette: Aleppo rebels"  # the stretch that is shown
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # would be fetched from a third party by whoever looks


def main() -> None:
    """Run, cut, draw."""
    lines = _run()
    first = next(i for i, line in enumerate(lines) if _FIRST in line)
    last = next(i for i, line in enumerate(lines) if i > first and _LAST in line)
    console = Console(record=True, width=_COLUMNS, file=open(os.devnull, "w"), force_terminal=True)  # noqa: SIM115
    console.print(Text.from_ansi("\n".join(lines[first:last])))
    Path(sys.argv[1]).write_text(_FONTS.sub("", console.export_svg(title="make demo")), encoding="utf-8")


def _run() -> list[str]:
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(_COLUMNS)}
    command = [sys.executable, "-m", "demo"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)  # noqa: S603
    return done.stdout.splitlines()


if __name__ == "__main__":
    main()
