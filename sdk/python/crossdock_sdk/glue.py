"""Between the tool chain and the plugin: used by the module that `crossdock plugin build` writes, and by tests."""

from __future__ import annotations

from types import ModuleType, TracebackType
from typing import Any, Callable

from . import host, types
from .call import Call
from .failure import Failure
from .host import Algorithm, LogLevel
from .request import ContractRequest

try:
    from componentize_py_types import Err, Ok
    from wit_world.imports import crypto, http
    from wit_world.imports import log as host_log
except ImportError:  # outside of a component
    from .testing import Err, Ok
else:

    class _ComponentHost:
        def send(self, request: ContractRequest) -> Any:
            try:
                return http.send(request)
            except Err as error:
                raise Failure.of(error.value) from None

        def send_all(self, requests: list[ContractRequest]) -> list[Any]:
            results = http.send_all(requests)
            return [Failure.of(result.value) if isinstance(result, Err) else result.value for result in results]

        def log(self, level: LogLevel, message: str, fields: list[tuple[str, str]]) -> None:
            host_log.write(level, message, fields)

        def verify(self, algorithm: Algorithm, key: str, message: bytes, signature: bytes) -> bool:
            return crypto.verify(algorithm, key, message, signature)

    host.connect(_ComponentHost())


def plugin(description: str) -> type:
    """The class that describes the plugin."""
    return type("Plugin", (), {"describe": lambda self: description})


def serve(capability: str, courier: ModuleType) -> type:
    """Wraps a plugin's class of one capability as the tool chain wants it."""
    contract = getattr(types, f"{capability}Capability")
    given = getattr(courier, capability, None)
    if given is None:
        raise ImportError(f"{courier.__name__} must have a class {capability}: the description promises it")
    missing = [name for name in sorted(contract.__abstractmethods__) if not callable(getattr(given, name, None))]
    if missing:
        raise ImportError(f"{courier.__name__}.{capability} must have {', '.join(missing)}: the description promises it")
    one = given()
    functions = {name: _served(capability, name, getattr(one, name)) for name in contract.__abstractmethods__}
    return type(capability, (), functions)


def _served(capability: str, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    place = f"{capability}.{name}"
    # The one function of which each result may fail.
    wrap = _several if place == "Tracking.track" else _one

    def function(_: Any, context: Any, *args: Any) -> Any:
        host.start_call()
        try:
            return wrap(act, Call(context), *args)
        except Err:
            raise
        except Exception as error:
            # The host sees only that the call ended; the words go to the log before.
            words = f"{place}: {type(error).__name__}: {error}"
            host.log(LogLevel.ERROR, words, stack=_stack(error.__traceback__))
            raise

    return function


def _stack(frames: TracebackType | None) -> str:
    """Where it happened, innermost last. The module `traceback` would open source files, and there are none."""
    places = []
    while frames is not None:
        code = frames.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{frames.tb_lineno} {code.co_name}")
        frames = frames.tb_next
    return " > ".join(places)


def _one(act: Callable[..., Any], *args: Any) -> Any:
    try:
        return act(*args)
    except Failure as failure:
        raise Err(host.finished(failure)) from None


def _several(act: Callable[..., Any], call: Call, numbers: list[str]) -> list[Any]:
    try:
        results = act(call, numbers)
    except Failure as failure:
        # A failure of the whole stands at each number.
        results = [failure] * len(numbers)
    return [Err(host.finished(result)) if isinstance(result, Failure) else Ok(result) for result in results]
