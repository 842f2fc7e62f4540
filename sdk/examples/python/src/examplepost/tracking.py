from crossdock_sdk import Call, Failure, Json, Request, Status, StatusTable, TrackingCapability, country, each, time
from crossdock_sdk import types
from crossdock_sdk.types import TrackingEvent, Window

from .errors import accepted

# Examplepost's states (its handbook, "States of a parcel").
STATES = StatusTable(
    {
        "REG": Status.PRE_TRANSIT,
        "ACC": Status.ACCEPTED,
        "TRN": Status.IN_TRANSIT,
        "TRM": Status.IN_TRANSIT,
        "OUT": Status.OUT_FOR_DELIVERY,
        "PUP": Status.AVAILABLE_FOR_PICKUP,
        "NOT": Status.DELIVERY_ATTEMPT_FAILED,
        "EXC": Status.EXCEPTION,
        "RTS": Status.RETURNED_TO_SENDER,
        "DEL": Status.DELIVERED,
        "CAN": Status.CANCELLED,
    }
)


class Tracking(TrackingCapability):
    def track(self, call: Call, numbers: list[str]) -> list[types.Tracking | Failure]:
        return each(numbers, _track)


def _track(number: str) -> types.Tracking:
    answer = accepted(Request.get("api", "/parcels").path_segment(number).send())
    parcel = answer.json().at("parcel").object()
    if parcel.at("number").text() != number:
        raise Failure.unexpected_answer("another-parcel", "Examplepost answered with another parcel")
    state = parcel.at("state").text()
    expected = time.moment(parcel.at("expected").text_or_none())
    others = [other.text() for other in parcel.at("shipment", "numbers").list()]
    return types.Tracking(
        number=number,
        status=STATES.status(state),
        courier_code=state,
        service=parcel.at("service").text_or_none(),
        weight_grams=parcel.at("weight_g").count_or_none(),
        signed_by=parcel.at("signed_by").text_or_none(),
        estimated_delivery=Window(latest=expected) if expected else None,
        pieces=len(others) or None,
        related_numbers=[other for other in others if other != number],
        # Examplepost tells the newest first.
        events=[_event(event) for event in reversed(parcel.at("events").list())],
    )


def _event(event: Json) -> TrackingEvent:
    code = event.at("code").text()
    place = event.at("place")
    return TrackingEvent(
        occurred_at=time.moment(event.at("time").text_or_none()),
        status=STATES.status(code),
        courier_code=code,
        courier_text=event.at("text").text_or_none(),
        courier_key=event.at("id").text(),
        city=place.at("city").text_or_none(),
        postal_code=place.at("zip").text_or_none(),
        country=country(place.at("country").text_or_none()),
    )
