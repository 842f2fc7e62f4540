from crossdock_sdk import Call, Json, RatesCapability, Request
from crossdock_sdk.types import Money, Price, Quotes, Rate, Shipment

from .errors import accepted


class Rates(RatesCapability):
    def quote(self, call: Call, shipment: Shipment) -> Quotes:
        body = {
            "customer": call.field("customer_number"),
            "from": {"zip": shipment.sender.postal_code, "country": shipment.sender.country},
            "to": {"zip": shipment.recipient.postal_code, "country": shipment.recipient.country},
            "weight_g": sum(parcel.weight_grams for parcel in shipment.parcels),
        }
        if shipment.service:
            body["service"] = shipment.service
        # Asking for a price changes nothing, so the host may ask again.
        answer = accepted(Request.post("api", "/quotes").json(body).repeatable().send())
        return Quotes(rates=[_rate(quote) for quote in answer.json().at("quotes").list()])


def _rate(quote: Json) -> Rate:
    return Rate(
        service=quote.at("service").text(),
        name=quote.at("name").text(),
        price=price(quote.at("price")),
        transit_days=quote.at("days").integer_or_none(),
        delivery_kind="home",
    )


def price(price: Json) -> Price | None:
    """Examplepost's prices are the customer's own."""
    amount, currency = (price.at(name).text_or_none() for name in ("amount", "currency"))
    if amount is None or currency is None:
        return None
    return Price(total=Money(amount=amount, currency=currency), own_price=True)
