"""The courier's answers."""

from __future__ import annotations

import json
import re
from typing import Any

from .failure import Failure, kind_of_status
from .jsonpath import Json
from .time import http_date_ms
from .types import DocumentContent_Kept, FailureKind

QUOTED_CHARS = 200
"""How much of a body that could not be read is quoted."""
MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000
"""A wait that a courier asks for is believed up to a day."""
MAX_DEPTH = 127
"""Lists and objects within each other that are read: a deeper body would use up the guest's stack."""

_KEPT = re.compile(r"\s*kept:(\d{1,9})\s*")


class Response:
    """A courier's answer of any status, decoded and scrubbed by the host."""

    def __init__(self, inner: Any) -> None:
        self.status: int = inner.status
        self.headers: list[tuple[str, str]] = inner.headers
        self.bytes: bytes = inner.body

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def header(self, name: str) -> str | None:
        """A header's first value; the name in any case."""
        return next((value for given, value in self.headers if given.lower() == name.lower()), None)

    def text(self) -> str:
        """The body as text; what is no UTF-8 is replaced."""
        return self.bytes.decode(errors="replace")

    def json(self) -> Json:
        """The body as JSON; fails with `unexpected-answer` if it is none."""
        try:
            # Not `utf-8-sig`: a codec that was not used while the component was built cannot be loaded any more.
            text = self.bytes.removeprefix(b"\xef\xbb\xbf").decode()
        except UnicodeDecodeError:
            raise self._unreadable("it is no UTF-8") from None
        if _is_deep(text):
            raise self._unreadable("it is nested too deeply")
        try:
            return Json(json.loads(text, parse_constant=_refuse), self.status)
        except ValueError:
            raise self._unreadable("it is no JSON") from None

    def kept(self) -> DocumentContent_Kept | None:
        """The whole body that the host kept, as a document's content."""
        return kept(self.text())

    def retry_after_ms(self) -> int | None:
        """How long the courier asks to wait (`Retry-After` as seconds or as a date), at most a day."""
        value = (self.header("retry-after") or "").strip()
        if re.fullmatch(r"[0-9]{1,9}", value):
            return min(int(value) * 1000, MAX_RETRY_AFTER_MS)
        # A date is compared with the courier's own clock, which stands in the same answer.
        until, now = http_date_ms(value), http_date_ms(self.header("date") or "")
        if until is None or now is None or until < now:
            return None
        return min(until - now, MAX_RETRY_AFTER_MS)

    def failure(self, code: str, message: str) -> Failure:
        """A failure of this answer: the kind by its status."""
        return self.failure_of(kind_of_status(self.status), code, message)

    def failure_of(self, kind: FailureKind, code: str, message: str) -> Failure:
        """A failure of this answer with a kind that the plugin knows better."""
        return Failure(kind, code, message).status(self.status).retry_after(self.retry_after_ms())

    def error_for_status(self) -> Response:
        """The answer if its status is 2xx; else a failure by status alone."""
        if self.is_success:
            return self
        quote = self.text()[:QUOTED_CHARS]
        raise self.failure(f"http-{self.status}", f"the courier answered with status {self.status}: {quote}")

    def _unreadable(self, reason: str) -> Failure:
        words = f"the courier's answer cannot be read: {reason}"
        return Failure.unexpected_answer("unreadable", words).status(self.status)


def kept(text: str | None) -> DocumentContent_Kept | None:
    """Reads the text `kept:<n>` that stands where the host cut out a value; `None` if it is none."""
    found = _KEPT.fullmatch(text or "")
    return DocumentContent_Kept(int(found[1])) if found else None


def _is_deep(text: str) -> bool:
    """Counts brackets, also those in texts: no courier has this many in either."""
    depth = deepest = 0
    for sign in re.findall(r"[\[{\]}]", text):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
