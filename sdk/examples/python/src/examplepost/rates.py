from crossdock_sdk import Call, Json, RatesCapability, Request, money
from crossdock_sdk.types import Price, Quotes, Rate, Shipment

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
        transit_days=quote.at("days").count_or_none(),
        delivery_kind="home",
    )


def price(price: Json) -> Price | None:
    """Examplepost's prices are the customer's own."""
    total = money(price.at("amount").text_or_none(), price.at("currency").text_or_none())
    return Price(total=total, own_price=True) if total else None
