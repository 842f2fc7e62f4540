"""What Examplepost says when it refuses."""

from crossdock_sdk import Failure, Json, Response

# Examplepost's names for places of our request.
_PLACES = {"from": "sender", "to": "recipient", "zip": "postal_code", "name": "person"}


def accepted(answer: Response) -> Response:
    """The answer if its status is 2xx; else raises a failure with Examplepost's code and words."""
    if answer.is_success:
        return answer
    error = _error(answer)
    code = error.at("code").text_or_none() if error else None
    if error is None or code is None:
        # A proxy in between speaks no Examplepost.
        return answer.error_for_status()
    failure = answer.failure(code, error.at("text").text_or_none() or code)
    for field in error.at("fields").list():
        place = field.at("field").text_or_none() or ""
        words = field.at("text").text_or_none() or place
        failure.problem(_pointer(place), field.at("code").text_or_none() or "invalid", words)
    raise failure


def _error(answer: Response) -> Json | None:
    try:
        return answer.json().at("error")
    except Failure:
        return None


def _pointer(field: str) -> str:
    """`to.zip` as `/shipment/recipient/postal_code`."""
    names = (_PLACES.get(name, name) for name in field.split("."))
    return "/".join(["/shipment", *names])
