"""Times as couriers write them, as the contract's moments. Only what they state: there are no zones in here."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from .types import Moment, Window

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WRITTEN = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})[Tt ]([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_DATE = re.compile(r"\s*([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_HTTP_DATE = re.compile(r"\w{3}, ([0-9]{2}) (\w{3}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def moment(text: str | None) -> Moment | None:
    """Reads a time, with its offset (`Z`, `+02:00`, `+0200`, `+02`) or without; `None` if it cannot be read."""
    found = _WRITTEN.fullmatch((text or "").strip())
    if found is None:
        return None
    *parts, offset = found.groups(default="")
    try:
        local = datetime(*(int(part or 0) for part in parts)).isoformat()
    except ValueError:
        return None
    if not offset:
        return Moment(local=local)
    return Moment(at=local + _written(offset), local=local, zone_known=True)


def epoch_ms(ms: int) -> Moment | None:
    """Reads milliseconds since 1970, told in UTC."""
    at = _EPOCH + timedelta(milliseconds=ms)
    return moment(at.strftime("%Y-%m-%dT%H:%M:%SZ"))


def iso_date(text: str | None) -> str | None:
    """Reads `YYYYMMDD` or `YYYY-MM-DD` and more after it, and writes `YYYY-MM-DD`; `None` if it is no date."""
    found = _DATE.match(text or "")
    try:
        return datetime(*(int(part) for part in found.groups())).date().isoformat() if found else None
    except ValueError:
        return None


def whole_day(text: str | None) -> Window | None:
    """The whole of a local day: 00:00:00 to 23:59:59; `None` if it is no date."""
    date = iso_date(text)
    return Window(earliest=moment(f"{date}T00:00:00"), latest=moment(f"{date}T23:59:59")) if date else None


def http_date_ms(text: str) -> int | None:
    """Reads a date as HTTP headers carry it: `Wed, 21 Oct 2015 07:28:00 GMT`; `None` if it is none."""
    found = _HTTP_DATE.fullmatch(text.strip())
    if found is None or found[2] not in _MONTHS:
        return None
    day, _, year, hours, minutes, seconds = found.groups()
    month = _MONTHS.index(found[2]) + 1
    try:
        at = datetime(int(year), month, int(day), int(hours), int(minutes), int(seconds), tzinfo=timezone.utc)
    except ValueError:
        return None
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _written(offset: str) -> str:
    digits = offset.replace(":", "")
    if digits in ("Z", "z", "+00", "-00", "+0000", "-0000"):
        return "Z"
    return f"{digits[:3]}:{digits[3:] or '00'}"
