from crossdock_sdk import Call, Failure, Json, Request, ShipmentsCapability, kept
from crossdock_sdk.types import (
    Address,
    Booked,
    BookedParcel,
    Booking,
    Cancellation,
    Document,
    Order,
    PartFailure,
    Shipment,
)

from .errors import accepted
from .rates import price


class Shipments(ShipmentsCapability):
    def create(self, call: Call, order: Order) -> Booking:
        _refuse_what_has_no_place(order.shipment)
        request = Request.post("api", "/shipments").json(_body(call, order)).keep_base64("/shipment/label")
        shipment = accepted(request.send()).json().at("shipment").object()
        booking = _booking(shipment)
        booking.documents = _labels(shipment.at("label"), order.label_format)
        if not booking.documents:
            # The booking stands without its label, which can be fetched later.
            booking.failures = [PartFailure(failure=_no_label())]
        return booking

    def cancel(self, call: Call, shipment: Booked) -> Cancellation:
        accepted(Request.delete("api", "/shipments").path_segment(shipment.courier_shipment_id).send())
        return Cancellation(final=True)

    def label(self, call: Call, shipment: Booked, format: str) -> list[Document]:
        request = Request.get("api", "/shipments").path_segment(shipment.courier_shipment_id).path("/label")
        answer = accepted(request.query("format", format).keep_base64("/label").send())
        documents = _labels(answer.json().at("label"), format)
        if not documents:
            raise _no_label()
        return documents

    def find_by_reference(self, call: Call, booking_reference: str) -> Booking:
        answer = accepted(Request.get("api", "/shipments").query("reference", booking_reference).send())
        shipments = answer.json().at("shipments").list()
        if not shipments:
            raise Failure.not_found("no-shipment", "there is no shipment with this reference")
        return _booking(shipments[0])


def _refuse_what_has_no_place(shipment: Shipment) -> None:
    failure = Failure.invalid_input("not-possible", "Examplepost cannot carry this as it is")

    def refuse(pointer: str, what: str) -> None:
        failure.problem(pointer, "not-offered", f"Examplepost does not take {what}")

    if shipment.customs is not None:
        refuse("/shipment/customs", "customs data: it carries within the Nordic countries")
    if shipment.is_return:
        refuse("/shipment/is_return", "returns")
    if shipment.return_to is not None:
        refuse("/shipment/return_to", "another address for returns")
    if shipment.payments:
        refuse("/shipment/payments", "another payer than the sender")
    if failure.problems:
        raise failure


def _body(call: Call, order: Order) -> dict[str, object]:
    shipment = order.shipment
    return {
        "customer": call.field("customer_number"),
        "reference": order.booking_reference,
        "service": shipment.service,
        "label": order.label_format,
        "from": _party(shipment.sender),
        "to": _party(shipment.recipient),
        "parcels": [{"weight_g": parcel.weight_grams} for parcel in shipment.parcels],
    }


def _party(address: Address) -> dict[str, str]:
    everything = {
        "name": address.company or address.person,
        "street": address.lines[0] if address.lines else None,
        "zip": address.postal_code,
        "city": address.city,
        "country": address.country,
        "phone": address.phone,
        "email": address.email,
    }
    return {name: value for name, value in everything.items() if value is not None}


def _booking(shipment: Json) -> Booking:
    numbers = [parcel.at("number").text() for parcel in shipment.at("parcels").list()]
    if not numbers:
        raise Failure.unexpected_answer("no-parcels", "the courier's answer holds no parcels")
    return Booking(
        courier_shipment_id=shipment.at("id").text(),
        parcels=[BookedParcel(index=index, tracking_number=number) for index, number in enumerate(numbers)],
        price=price(shipment.at("price")),
        tracking_link=f"https://examplepost.example/track/{numbers[0]}",
    )


def _labels(label: Json, format: str) -> list[Document]:
    """One document with all labels; the host kept it."""
    content = kept(label.text_or_none())
    if content is None:
        return []
    size = "A6" if format == "pdf" else None
    return [Document(category="label", format=format, page_size=size, content=content)]


def _no_label() -> Failure:
    return Failure.unexpected_answer("no-label", "the courier's answer holds no label")
