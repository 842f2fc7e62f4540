"""{{name}}: tracking. The courier's API in this file is made up: put your courier's in its place."""

from crossdock_sdk import AuthCapability, Call, Failure, Json, Request, Status, TrackingCapability, country, each, time
from crossdock_sdk import types

from status import STATUSES


class Auth(AuthCapability):
    def check(self, call: Call) -> types.Account:
        customer = Request.get("api", "/account").send().error_for_status().json()
        return types.Account(id=customer.at("number").text(), label=customer.at("name").text_or_none())


class Tracking(TrackingCapability):
    def track(self, call: Call, numbers: list[str]) -> list[types.Tracking | Failure]:
        return each(numbers, lambda number: _track(call, number))


def _track(call: Call, number: str) -> types.Tracking:
    language = call.locale().split("-")[0]
    answer = Request.get("api", "/parcels").path_segment(number).query("lang", language).send()
    if answer.status == 404:
        raise answer.failure("unknown-number", "{{name}} does not know this number")
    parcel = answer.error_for_status().json()
    if parcel.at("number").text() != number:
        raise Failure.unexpected_answer("another-parcel", "{{name}} answered with another parcel")
    events = [_event(event) for event in parcel.at("events").list()]
    status = events[-1].status if events else Status.UNKNOWN
    return types.Tracking(number=number, status=status, events=events)


def _event(event: Json) -> types.TrackingEvent:
    code, at = event.at("code").text(), event.at("time").text()
    return types.TrackingEvent(
        occurred_at=time.moment(at),
        status=STATUSES.status(code),
        # The same event must have the same key in every answer.
        courier_key=f"{at}/{code}",
        courier_code=code,
        courier_text=event.at("text").text_or_none(),
        city=event.at("city").text_or_none(),
        country=country(event.at("country").text_or_none()),
    )
