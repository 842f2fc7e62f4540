from crossdock_sdk import AuthCapability, Call, Failure, Request
from crossdock_sdk.types import Account

from .errors import accepted


class Auth(AuthCapability):
    def check(self, call: Call) -> Account:
        customer = accepted(Request.get("api", "/account").send()).json().at("customer")
        number = customer.at("number").text()
        if number != call.field("customer_number"):
            raise Failure.auth("customer-number", f"the key belongs to customer {number}")
        return Account(id=number, label=customer.at("name").text_or_none())
