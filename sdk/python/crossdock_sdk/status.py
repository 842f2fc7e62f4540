"""A courier's codes and what they mean."""

from __future__ import annotations

from typing import Callable, TypeVar

from .failure import Failure
from .types import Status

T = TypeVar("T")


class StatusTable:
    """A table of a courier's codes: `StatusTable({"DEL": Status.DELIVERED})`. Case and surrounding blanks do not matter."""

    def __init__(self, rows: dict[str, Status]) -> None:
        self._rows = {code.upper(): status for code, status in rows.items()}
        if len(self._rows) != len(rows):
            raise ValueError("a code stands twice in the status table")

    def get(self, code: str) -> Status | None:
        """The status of a code; `None` if the courier documents no such code."""
        return self._rows.get(code.strip().upper())

    def status(self, code: str) -> Status:
        """The status of a code, `UNKNOWN` for a code that is not in the table."""
        return self.get(code) or Status.UNKNOWN


def each(numbers: list[str], act: Callable[[str], T]) -> list[T | Failure]:
    """Calls a function for each number; a failure stands in its number's place and takes no other along."""

    def one(number: str) -> T | Failure:
        try:
            return act(number)
        except Failure as failure:
            return failure

    return [one(number) for number in numbers]
