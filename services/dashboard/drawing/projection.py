"""Where a longitude and latitude lie on the map: the Equal Earth projection (Šavrič, Patterson and Jenny, 2018).

Equal areas, so that no country looks larger than its news. https://doi.org/10.1080/13658816.2018.1504949
"""

import math
from typing import NamedTuple

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2
_SCALE = 180.0  # units of the drawing for one of the sphere's radius
WIDTH, HEIGHT = 975.0, 475.0  # of the whole Earth, with the origin in the middle


class Point(NamedTuple):
    """A point of the drawing; y grows downwards."""

    x: float
    y: float


def projected(longitude: float, latitude: float) -> Point:
    """Return where a place in degrees lies."""
    theta = math.asin(_M * math.sin(math.radians(latitude)))
    square = theta * theta
    sixth = square**3
    slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
    x = math.radians(longitude) * math.cos(theta) / (_M * slope)
    y = theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
    return Point(round(x * _SCALE + WIDTH / 2, 1), round(HEIGHT / 2 - y * _SCALE, 1))
