"""Values that a browser keeps for us and cannot change: signed, and dated by our clock."""

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from tocsin.clock import Clock


class _ClockSigner(TimestampSigner):
    """Asks the clock that the program was given, where the library would ask the machine's."""

    def __init__(self, *args: object, clock: Clock, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through as they came
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock.now().timestamp())


class Seal:
    """Signs values for one purpose; what was signed for another purpose does not open."""

    def __init__(self, key: bytes, purpose: str, seconds: int, clock: Clock) -> None:
        """``seconds``: how long a value stays good."""
        self._seconds = seconds
        self._serializer = URLSafeTimedSerializer(
            key, salt=f"tocsin.dashboard.{purpose}", signer=_ClockSigner, signer_kwargs={"clock": clock}
        )

    def close(self, value: object) -> str:
        """Return the value (anything that JSON holds) as signed text."""
        text = self._serializer.dumps(value)
        return text if isinstance(text, str) else text.decode("ascii")

    def open(self, text: str) -> object:
        """Return the value, or None when it is forged, too old, or nothing of ours."""
        try:
            value: object = self._serializer.loads(text, max_age=self._seconds)
        except BadData:
            return None
        return value
