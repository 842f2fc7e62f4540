"""What the host tells about a call."""

from __future__ import annotations

from typing import Any

from .types import Environment


class Call:
    """Lent for the time of a call. There is no other clock and no other randomness."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def field(self, key: str) -> str | None:
        """A plain field of the credential; `None` if it is not set, unknown, or a secret."""
        return self._context.field(key)

    def account_kind(self) -> str:
        """The id of the credential's account kind."""
        return self._context.account_kind()

    def environment(self) -> Environment:
        """Which of the courier's systems the call is for."""
        return Environment(self._context.environment().value)

    def locale(self) -> str:
        """BCP 47, such as `en` or `nb-NO`."""
        return self._context.locale()

    def now_ms(self) -> int:
        """Milliseconds since 1970, the same for the whole call and on every replay."""
        return self._context.now_ms()

    def time_left_ms(self) -> int:
        """Milliseconds until the host gives up on the call."""
        return self._context.time_left_ms()

    def call_id(self) -> str:
        """26 characters: the seed of every id that the plugin must make up."""
        return self._context.call_id()

    def endpoint_url(self, name: str) -> str | None:
        """The base URL of a declared endpoint."""
        return self._context.endpoint_url(name)
