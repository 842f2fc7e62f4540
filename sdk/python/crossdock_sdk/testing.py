"""Runs recorded cases against a plugin's own modules, without WebAssembly. The format of a case is the Rust package's
(sdk/README.md): call.json, exchange-<n>.json, expected.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from . import host, types
from .failure import Failure
from .types import Environment, FailureKind, Method, Problem

T = TypeVar("T")


@dataclass
class Ok(Generic[T]):
    """In the place of the tool chain's own."""

    value: T


@dataclass(frozen=True)
class Err(Exception, Generic[T]):
    """In the place of the tool chain's own."""

    value: T


@dataclass
class Outcome:
    """What a plugin answered in a case, what was expected, and which requests differ from the recorded ones."""

    answer: Any
    expected: Any
    problems: list[str]


def cases(folder: Path) -> list[Path]:
    """The cases in a folder."""
    return sorted(path for path in folder.iterdir() if (path / "call.json").exists())


def run(courier: ModuleType, folder: Path) -> Outcome:
    """Runs one case."""
    from . import glue

    file = _read(folder / "call.json")
    exchanges = []
    while (folder / f"exchange-{len(exchanges) + 1}.json").exists():
        exchanges.append(_read(folder / f"exchange-{len(exchanges) + 1}.json"))
    recorded = Recorded(exchanges, file.get("verifies", False))
    host.connect(recorded)
    interface, function = file["operation"].split(".")
    capability = "".join(word.capitalize() for word in interface.split("-"))
    served = glue.serve(capability, courier)()
    name = function.replace("-", "_")
    contract = getattr(types, f"{capability}Capability")
    hints = get_type_hints(getattr(contract, name), vars(types) | {"Call": object, "Failure": Failure})
    args = {key: _made(hints[key], value) for key, value in file.get("args", {}).items()}
    ordered = [args.get(key) for key in hints if key not in ("call", "return")]
    try:
        answer = getattr(served, name)(context(file), *ordered)
        told = {"ok": _told(answer)}
    except Err as error:
        told = {"err": _told(error.value)}
    return Outcome(_pruned(told), _pruned(_read(folder / "expected.json")), recorded.problems())


def context(file: dict[str, Any] | None = None) -> Any:
    """The context of a call, from what call.json says."""
    said = file or {}
    environment = Environment[said.get("environment", "production").upper()]
    return SimpleNamespace(
        field=lambda key: said.get("fields", {}).get(key),
        account_kind=lambda: said.get("account_kind", "main"),
        environment=lambda: environment,
        locale=lambda: said.get("locale", "en"),
        now_ms=lambda: said.get("now_ms", 1_763_640_000_000),
        time_left_ms=lambda: said.get("time_left_ms", 30_000),
        call_id=lambda: said.get("call_id", "01JD4ZXCALL00000000000TEST"),
        endpoint_url=lambda name: said.get("endpoint_urls", {}).get(name),
    )


class Recorded:
    """A host that answers each request from the next exchange, and compares what it was asked."""

    def __init__(self, exchanges: list[dict[str, Any]], verifies: bool = False) -> None:
        self._exchanges = exchanges
        self._verifies = verifies
        self._asked = 0
        self._kept = 0
        self._problems: list[str] = []
        self.lines: list[tuple[host.LogLevel, str]] = []

    def send(self, request: Any) -> Any:
        place, self._asked = self._asked, self._asked + 1
        exchange = self._exchanges[place] if place < len(self._exchanges) else {}
        wanted, made = (_sorted(_pruned(each)) for each in (exchange.get("request"), _described(request)))
        if wanted is not None and wanted != made:
            self._problems.append(f"request {place + 1}: expected {wanted}, made {made}")
        response = exchange.get("response")
        if response is None:
            raise _failure(exchange.get("failure", {"kind": "unavailable", "code": "not-recorded"}))
        body = response.get("body", "")
        for keep in request.keep if 200 <= response["status"] < 300 else []:
            body = self._keep(body, keep.pointer.split("/")[1:])
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        headers = [(name.lower(), value) for name, value in response.get("headers", {}).items()]
        return SimpleNamespace(status=response["status"], headers=headers, body=text.encode())

    def send_all(self, requests: list[Any]) -> list[Any]:
        def one(request: Any) -> Any:
            try:
                return self.send(request)
            except Failure as failure:
                return failure

        return [one(request) for request in requests]

    def log(self, level: host.LogLevel, message: str, fields: list[tuple[str, str]]) -> None:
        self.lines.append((level, message))

    def verify(self, algorithm: host.Algorithm, key: str, message: bytes, signature: bytes) -> bool:
        return self._verifies

    def problems(self) -> list[str]:
        missing = range(self._asked + 1, len(self._exchanges) + 1)
        return self._problems + [f"request {number} was not made" for number in missing]

    def _keep(self, value: Any, steps: list[str]) -> Any:
        if not steps:
            self._kept += 1
            return f"kept:{self._kept - 1}" if isinstance(value, str) else value
        step, rest = steps[0], steps[1:]
        if isinstance(value, list):
            return [self._keep(one, rest) if step in ("*", str(place)) else one for place, one in enumerate(value)]
        if not isinstance(value, dict) or step not in value:
            return value
        return value | {step: self._keep(value[step], rest)}


def _failure(record: dict[str, Any]) -> Failure:
    kind = FailureKind[record["kind"].replace("-", "_").upper()]
    failure = Failure(kind, record["code"], record.get("message", ""))
    failure.problems = [Problem(**problem) for problem in record.get("problems", [])]
    failure.retry_after_ms = record.get("retry_after_ms")
    failure.courier_status = record.get("courier_status")
    failure.request_sent = record.get("request_sent", False)
    return failure


def _described(request: Any) -> dict[str, Any]:
    """A request as a case's file tells it."""
    body = None if request.body is None else request.body.decode(errors="replace")
    is_read = request.method in (Method.GET, Method.HEAD)
    return {
        "endpoint": request.endpoint,
        "method": request.method.name,
        "path": request.path,
        "query": dict(request.query),
        "headers": {name.lower(): value for name, value in request.headers},
        "body": json.loads(body) if body is not None and body.lstrip()[:1] in ("{", "[") else body,
        "keep": _told(request.keep),
        "repeatable": True if request.repeatable and not is_read else None,
    }


def _made(hint: Any, value: Any) -> Any:
    """A value of the contract's type from its JSON."""
    origin, inner = get_origin(hint), get_args(hint)
    if type(None) in inner:
        return None if value is None else _made(Union[tuple(one for one in inner if one is not type(None))], value)
    if origin is list:
        return [_made(inner[0], element) for element in value or []]
    if origin is tuple:
        return tuple(value)
    if origin is Union:
        tag, held = next(iter(value.items()))
        case = next(one for one in inner if one.__name__.lower().endswith(f"_{tag}"))
        return case(_made(get_type_hints(case, vars(types))["value"], held))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint[value.replace("-", "_").upper()]
    if is_dataclass(hint):
        hints = get_type_hints(hint, vars(types))
        return hint(**{key: _made(hints[key], member) for key, member in value.items()})
    return value


def _told(value: Any) -> Any:
    """The JSON of a value of the contract's types."""
    if isinstance(value, Ok):
        return {"ok": _told(value.value)}
    if isinstance(value, Err):
        return {"err": _told(value.value)}
    if isinstance(value, Failure):
        names = ("kind", "code", "message", "problems", "retry_after_ms", "courier_status", "request_sent")
        return {name: _told(getattr(value, name)) for name in names}
    if isinstance(value, Enum):
        return value.name.lower().replace("_", "-")
    if isinstance(value, (list, tuple)):
        return [_told(element) for element in value]
    if is_dataclass(value):
        _, tagged, tag = type(value).__name__.partition("_")
        if tagged:
            return {tag.lower(): _told(value.value)}
        return {member.name: _told(getattr(value, member.name)) for member in fields(value)}
    return value


def _pruned(value: Any) -> Any:
    """Without members that are null or empty."""
    if isinstance(value, list):
        return [_pruned(element) for element in value]
    if not isinstance(value, dict):
        return value
    members = {name: _pruned(member) for name, member in value.items()}
    return {name: member for name, member in members.items() if member is not None and member not in ([], {})}


def _sorted(value: Any) -> Any:
    return json.loads(json.dumps(value, sort_keys=True))


def _read(path: Path) -> Any:
    return json.loads(path.read_text())
