"""How many changes came when, as a strip of bars: each leads to the list of its own stretch of time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

_BARS, _STEP, _HEIGHT = 60, 16.0, 40.0


def density(
    moments: Sequence[datetime], first: datetime, last: datetime, href: Callable[[datetime, datetime], str]
) -> Markup:
    """Return the strip from ``first`` to ``last``; empty where nothing came then. What came outside is left out."""
    length = max((last - first) / _BARS, timedelta(minutes=1))
    counts: dict[int, int] = {}
    for moment in moments:
        if first <= moment <= last:
            bar = min(int((moment - first) / length), _BARS - 1)
            counts[bar] = counts.get(bar, 0) + 1
    if not counts:
        return Markup("")
    most = max(counts.values())
    bars = Markup("").join(
        _bar(bar, count / most, count, first + length * bar, length, href) for bar, count in sorted(counts.items())
    )
    return Markup(
        '<svg class="density" viewBox="0 0 {} {}" preserveAspectRatio="none" role="group" '
        'aria-label="Changes from {} to {}">{}</svg>'
    ).format(f"{_BARS * _STEP:g}", f"{_HEIGHT:g}", f"{first:%d %b %Y}", f"{last:%d %b %Y}", bars)


def _bar(
    bar: int,
    share: float,
    count: int,
    start: datetime,
    length: timedelta,
    href: Callable[[datetime, datetime], str],
) -> Markup:
    height = max(_HEIGHT * share, 4.0)
    told = f"{start:%d %b %Y %H:%M}: {count} {'change' if count == 1 else 'changes'}"
    return Markup(
        '<a href="{}" aria-label="{}"><title>{}</title><rect x="{}" y="{}" width="{}" height="{}"/></a>'
    ).format(
        href(start, start + length),
        told,
        told,
        f"{bar * _STEP:g}",
        f"{_HEIGHT - height:.1f}",
        f"{_STEP - 3:g}",
        f"{height:.1f}",
    )
