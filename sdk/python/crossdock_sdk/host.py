"""What the host offers. `crossdock plugin build` connects it; a test connects a recorded one."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from .failure import Failure
from .types import Method

if TYPE_CHECKING:
    from .request import ContractRequest


class LogLevel(Enum):
    DEBUG = 0
    INFO = 1
    WARN = 2
    ERROR = 3


class Algorithm(Enum):
    HMAC_SHA1 = 0
    HMAC_SHA256 = 1
    HMAC_SHA512 = 2


class Host(Protocol):
    """What is connected: the contract's functions, with failures raised or returned as `Failure`."""

    def send(self, request: ContractRequest) -> Any: ...

    def send_all(self, requests: list[ContractRequest]) -> list[Any]: ...

    def log(self, level: LogLevel, message: str, fields: list[tuple[str, str]]) -> None: ...

    def verify(self, algorithm: Algorithm, key: str, message: bytes, signature: bytes) -> bool: ...


_host: Host | None = None
_changing_request_left = False


def connect(host: Host) -> None:
    global _host
    _host = host


def start_call() -> None:
    global _changing_request_left
    _changing_request_left = False


def finished(failure: Failure) -> Failure:
    """Says in a failure what left the host in this call, whatever the plugin wrote there."""
    failure.request_sent = failure.request_sent or _changing_request_left
    return failure


def send(request: ContractRequest) -> Any:
    """Sends the contract's request; raises the host's failures."""
    try:
        answer = _connected().send(request)
    except Failure as failure:
        _note(request, failure.request_sent)
        raise
    _note(request, True)
    return answer


def send_several(requests: list[ContractRequest]) -> list[Any]:
    """Sends several, at most 20; an answer or a `Failure` for each."""
    results = _connected().send_all(requests)
    for request, result in zip(requests, results):
        _note(request, result.request_sent if isinstance(result, Failure) else True)
    return results


def _note(request: ContractRequest, left: bool) -> None:
    global _changing_request_left
    if left and request.method not in (Method.GET, Method.HEAD):
        _changing_request_left = True


def log(level: LogLevel, message: str, **fields: object) -> None:
    """Writes a line to the host's log. Never an address, a name, or a courier's body."""
    if _host is not None:
        _host.log(level, message, [(name, str(value)) for name, value in fields.items()])


def verify(algorithm: Algorithm, key: str, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the message's under a secret field of the credential or `webhook-secret`."""
    return _connected().verify(algorithm, key, message, signature)


def _connected() -> Host:
    if _host is None:
        raise RuntimeError("there is no host outside of a plugin; tests connect a recorded one (testing.py)")
    return _host
