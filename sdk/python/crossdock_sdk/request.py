"""Requests to the courier."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import quote

from . import host
from .failure import Failure
from .response import Response
from .types import Extensions, Keep, KeepEncoding, Method

MAX_AT_ONCE = 20
"""At most this many requests at once (contract)."""


@dataclass
class ContractRequest:
    """A request as the contract has it."""

    endpoint: str
    method: Method
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    keep: list[Keep] = field(default_factory=list)
    repeatable: bool = False
    timeout_ms: int | None = None
    extensions: Extensions = field(default_factory=list)


class Request:
    """A request to a declared endpoint. The host adds address, credentials and limits."""

    def __init__(self, method: Method, endpoint: str, path: str) -> None:
        # The host repeats only what changes nothing.
        self._inner = ContractRequest(endpoint, method, path, repeatable=method in (Method.GET, Method.HEAD))
        self._broken: str | None = None

    @classmethod
    def get(cls, endpoint: str, path: str) -> Request:
        return cls(Method.GET, endpoint, path)

    @classmethod
    def post(cls, endpoint: str, path: str) -> Request:
        return cls(Method.POST, endpoint, path)

    @classmethod
    def put(cls, endpoint: str, path: str) -> Request:
        return cls(Method.PUT, endpoint, path)

    @classmethod
    def patch(cls, endpoint: str, path: str) -> Request:
        return cls(Method.PATCH, endpoint, path)

    @classmethod
    def delete(cls, endpoint: str, path: str) -> Request:
        return cls(Method.DELETE, endpoint, path)

    def path_segment(self, segment: str | int) -> Request:
        """Appends one segment, percent-encoded, after a `/`."""
        text = str(segment)
        if text in ("", ".", ".."):
            self._broken = f"{json.dumps(text)} cannot be a part of an address"
        slash = "" if self._inner.path.endswith("/") else "/"
        self._inner.path += slash + _escaped(text)
        return self

    def path(self, piece: str) -> Request:
        """Appends a literal piece, such as `/events`."""
        self._inner.path += piece
        return self

    def query(self, name: str, value: str | int | None) -> Request:
        """Adds a parameter, which the host encodes; `None` adds none."""
        if value is not None:
            self._inner.query.append((name, str(value)))
        return self

    def header(self, name: str, value: str | int) -> Request:
        self._inner.headers.append((name, str(value)))
        return self

    def json(self, body: object) -> Request:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        self._inner.body = text.encode(errors="replace")
        return self._default_header("content-type", "application/json")._default_header("accept", "application/json")

    def form(self, fields: dict[str, str | int]) -> Request:
        pairs = (f"{_escaped(name)}={_escaped(str(value))}" for name, value in fields.items())
        return self.body("application/x-www-form-urlencoded", "&".join(pairs))

    def body(self, content_type: str, body: str | bytes) -> Request:
        self._inner.body = body.encode(errors="replace") if isinstance(body, str) else body
        return self._default_header("content-type", content_type)

    def keep_base64(self, pointer: str) -> Request:
        """Keeps base64 at a JSON Pointer (`*`: every element) in the host; the answer then holds `kept:<n>`."""
        return self.keep(pointer, KeepEncoding.BASE64)

    def keep_body(self) -> Request:
        """Keeps the whole body of a 2xx answer in the host."""
        return self.keep("", KeepEncoding.BODY)

    def keep(self, pointer: str, encoding: KeepEncoding) -> Request:
        self._inner.keep.append(Keep(pointer=pointer, encoding=encoding))
        return self

    def repeatable(self) -> Request:
        """Says that the courier does the same when it receives this twice."""
        self._inner.repeatable = True
        return self

    def timeout_ms(self, ms: int) -> Request:
        self._inner.timeout_ms = ms
        return self

    def send(self) -> Response:
        """Sends it and waits for the answer, whatever its status. Raises the host's failures, which a plugin passes on."""
        return Response(host.send(self.contract()))

    def contract(self) -> ContractRequest:
        """The contract's request."""
        if self._broken is not None:
            raise Failure.invalid_input("bad-request", self._broken)
        return self._inner

    def _default_header(self, name: str, value: str) -> Request:
        given = any(header.lower() == name for header, _ in self._inner.headers)
        return self if given else self.header(name, value)


def send_all(requests: list[Request]) -> list[Response | Failure]:
    """Sends several requests, 20 at a time; a response or a failure for each, in order."""
    results: list[Response | Failure] = []
    for start in range(0, len(requests), MAX_AT_ONCE):
        some = [request.contract() for request in requests[start : start + MAX_AT_ONCE]]
        for result in host.send_several(some):
            results.append(result if isinstance(result, Failure) else Response(result))
    return results


def _escaped(text: str) -> str:
    """Everything but what RFC 3986 calls unreserved."""
    return quote(text, safe="", errors="replace")
