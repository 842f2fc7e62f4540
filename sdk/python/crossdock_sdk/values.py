"""Values that couriers write in their own ways, as the contract wants them."""

from __future__ import annotations

import re

from .types import Money

MAX_AMOUNT_DIGITS = 12
"""Digits on either side of an amount's point; within what the host can add up."""

_AMOUNT = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def money(amount: str | None, currency: str | None) -> Money | None:
    """Reads an amount (`12.30`, `12,30`) and its currency; `None` unless the host takes both."""
    text = (amount or "").strip().replace(",", ".")
    code = (currency or "").strip().upper()
    found = _AMOUNT.fullmatch(text)
    if found is None or not _CURRENCY.fullmatch(code):
        return None
    fits = all(len(digits) <= MAX_AMOUNT_DIGITS for digits in found.groups(default="0"))
    return Money(amount=text, currency=code) if fits else None


def country(code: str | None) -> str | None:
    """Reads a country's code of two letters, in any case; `None` if it is none."""
    text = (code or "").strip()
    return text.upper() if _COUNTRY.fullmatch(text) else None
