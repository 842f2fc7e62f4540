"""Examplepost: a courier that does not exist, as an example."""

from .auth import Auth
from .rates import Rates
from .shipments import Shipments
from .tracking import Tracking

__all__ = ["Auth", "Rates", "Shipments", "Tracking"]
