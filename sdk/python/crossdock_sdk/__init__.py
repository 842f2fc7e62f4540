"""Write a courier plugin for Crossdock in Python."""

from . import time, types
from .call import Call
from .failure import Failure
from .host import Algorithm, LogLevel, log, verify
from .jsonpath import Json
from .request import Request, send_all
from .response import Response, kept
from .status import StatusTable, each
from .types import (
    AddressesCapability,
    AuthCapability,
    ManifestsCapability,
    PickupsCapability,
    RatesCapability,
    ServicePointsCapability,
    ShipmentsCapability,
    Status,
    SubscriptionsCapability,
    TrackingCapability,
    WebhooksCapability,
)
from .values import country, money

__all__ = [
    "AddressesCapability",
    "Algorithm",
    "AuthCapability",
    "Call",
    "Failure",
    "Json",
    "LogLevel",
    "ManifestsCapability",
    "PickupsCapability",
    "RatesCapability",
    "Request",
    "Response",
    "ServicePointsCapability",
    "ShipmentsCapability",
    "Status",
    "StatusTable",
    "SubscriptionsCapability",
    "TrackingCapability",
    "WebhooksCapability",
    "country",
    "each",
    "kept",
    "log",
    "money",
    "send_all",
    "time",
    "types",
    "verify",
]
