"""Reading couriers' JSON as they write it: numbers as text, one thing for a list of one, nulls everywhere."""

from __future__ import annotations

import re
from typing import Any

from .failure import Failure

MAX_COUNT = 2**32 - 1
"""The contract's counts and weights have 32 bits."""

_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0+)?")


class Json:
    """A place in a courier's answer, which may be absent. It knows its path, so that a failure can say what was missing."""

    __slots__ = ("value", "_status", "_path", "_problem")

    def __init__(self, value: Any, status: int | None = None, path: str = "", problem: str | None = None) -> None:
        self.value = value
        self._status = status
        self._path = path
        self._problem = problem

    def at(self, *names: str) -> Json:
        """The member of a member …; absent where one of them is."""
        here = self
        for name in names:
            here = here._member(name)
        return here

    def _member(self, name: str) -> Json:
        path = f"{self._path}.{name}" if self._path else name
        if not self.exists:
            return Json(None, self._status, path, self._problem)
        if not isinstance(self.value, dict):
            problem = self._words(f"expected an object, found {_kind(self.value)}")
            return Json(None, self._status, path, problem)
        return Json(self.value.get(name), self._status, path)

    @property
    def exists(self) -> bool:
        """Whether there is something, and not null."""
        return self.value is not None

    def text(self) -> str:
        """Text without surrounding blanks, also of a number or a flag. Fails if it is absent or blank."""
        text = self.text_or_none()
        if text is None:
            raise self._missing("text")
        return text

    def text_or_none(self) -> str | None:
        """The same; `None` if it is absent, blank, or no text."""
        if isinstance(self.value, str):
            return self.value.strip() or None
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return str(self.value) if isinstance(self.value, (int, float)) else None

    def integer(self) -> int:
        """A whole number, also of text. Fails if there is none."""
        number = self.integer_or_none()
        if number is None:
            raise self._missing("a number")
        return number

    def integer_or_none(self) -> int | None:
        """The same; `None` if there is none."""
        text = None if isinstance(self.value, bool) else self.text_or_none()
        return int(text.partition(".")[0]) if text is not None and _WHOLE.fullmatch(text) else None

    def count(self) -> int:
        """A whole number from 0 that the contract has room for, such as a weight. Fails if there is none."""
        number = self.count_or_none()
        if number is None:
            raise self._missing("a number")
        return number

    def count_or_none(self) -> int | None:
        """The same; `None` if there is none."""
        number = self.integer_or_none()
        return number if number is not None and 0 <= number <= MAX_COUNT else None

    def flag_or_none(self) -> bool | None:
        """A flag, also of the words `true` and `false`; `None` if it is none."""
        word = (self.text_or_none() or "").lower() if isinstance(self.value, (str, bool)) else ""
        return {"true": True, "false": False}.get(word)

    def list(self) -> list[Json]:
        """The elements of a list, one thing for a list of one, nothing for null and blank text; nulls are left out."""
        if self._problem is not None:
            raise self._missing("a list")
        if self.value is None or self.value == "":
            return []
        values = self.value if isinstance(self.value, list) else [self.value]
        places = enumerate(values)
        return [Json(value, self._status, f"{self._path}[{place}]") for place, value in places if value is not None]

    def object(self) -> Json:
        """Fails unless it is an object."""
        if not isinstance(self.value, dict):
            raise self._missing("an object")
        return self

    def _missing(self, what: str) -> Failure:
        found = "missing" if self.value in (None, "") else f"expected {what}, found {_kind(self.value)}"
        words = f"the courier's answer cannot be read: {self._problem or self._words(found)}"
        failure = Failure.unexpected_answer("unreadable", words)
        failure.courier_status = self._status
        return failure

    def _words(self, problem: str) -> str:
        return f"{self._path}: {problem}" if self._path else problem


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a flag"
    names = ((type(None), "null"), (str, "text"), ((int, float), "a number"), (list, "a list"))
    return next((name for kinds, name in names if isinstance(value, kinds)), "an object")
