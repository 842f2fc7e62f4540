"""Failures: raised by a plugin, and by what it calls."""

from __future__ import annotations

from typing import Any

from .types import FailureKind, Problem

MAX_PROBLEMS = 100
"""At most this many problems in one failure (contract)."""

_KINDS = {
    400: FailureKind.INVALID_INPUT,
    401: FailureKind.AUTH,
    403: FailureKind.AUTH,
    404: FailureKind.NOT_FOUND,
    408: FailureKind.TIMEOUT,
    409: FailureKind.CONFLICT,
    422: FailureKind.INVALID_INPUT,
    429: FailureKind.RATE_LIMITED,
    504: FailureKind.TIMEOUT,
}


class Failure(Exception):
    """Why there is no result. `raise` it; in `Tracking.track` it may also stand in a number's place."""

    def __init__(self, kind: FailureKind, code: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.code = code
        self.message = message
        self.problems: list[Problem] = []
        self.retry_after_ms: int | None = None
        self.courier_status: int | None = None
        # The package knows which requests left in this call; a plugin need not.
        self.request_sent = False

    @classmethod
    def auth(cls, code: str, message: str) -> Failure:
        return cls(FailureKind.AUTH, code, message)

    @classmethod
    def not_found(cls, code: str, message: str) -> Failure:
        return cls(FailureKind.NOT_FOUND, code, message)

    @classmethod
    def invalid_input(cls, code: str, message: str) -> Failure:
        return cls(FailureKind.INVALID_INPUT, code, message)

    @classmethod
    def conflict(cls, code: str, message: str) -> Failure:
        return cls(FailureKind.CONFLICT, code, message)

    @classmethod
    def rate_limited(cls, code: str, message: str) -> Failure:
        return cls(FailureKind.RATE_LIMITED, code, message)

    @classmethod
    def unavailable(cls, code: str, message: str) -> Failure:
        return cls(FailureKind.UNAVAILABLE, code, message)

    @classmethod
    def timeout(cls, code: str, message: str) -> Failure:
        return cls(FailureKind.TIMEOUT, code, message)

    @classmethod
    def unsupported(cls, code: str, message: str) -> Failure:
        return cls(FailureKind.UNSUPPORTED, code, message)

    @classmethod
    def unexpected_answer(cls, code: str, message: str) -> Failure:
        return cls(FailureKind.UNEXPECTED_ANSWER, code, message)

    @classmethod
    def of(cls, record: Any) -> Failure:
        """The host's own failure, as the contract writes it."""
        failure = cls(FailureKind(record.kind.value), record.code, record.message)
        failure.problems = list(record.problems)
        failure.retry_after_ms = record.retry_after_ms
        failure.courier_status = record.courier_status
        failure.request_sent = record.request_sent
        return failure

    def problem(self, pointer: str, code: str, detail: str) -> Failure:
        """Adds what is wrong where: a JSON Pointer into the request, in snake_case."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(pointer=pointer, code=code, detail=detail))
        return self

    def status(self, status: int) -> Failure:
        """Sets the HTTP status that the courier answered."""
        self.courier_status = status
        return self

    def retry_after(self, ms: int | None) -> Failure:
        """Sets how long to wait before trying again."""
        self.retry_after_ms = ms
        return self


def kind_of_status(status: int) -> FailureKind:
    """What a plain HTTP error status means where the courier's body says no more."""
    usual = FailureKind.UNAVAILABLE if 500 <= status < 600 else FailureKind.UNEXPECTED_ANSWER
    return _KINDS.get(status, usual)
