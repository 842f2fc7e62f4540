"""The courier's codes and what they mean. Name the page that lists them, and the day on which you read it."""

from crossdock_sdk import Status, StatusTable

# A code that is not here is unknown: never guess.
STATUSES = StatusTable(
    {
        "REG": Status.PRE_TRANSIT,
        "ACC": Status.ACCEPTED,
        "TRN": Status.IN_TRANSIT,
        "OUT": Status.OUT_FOR_DELIVERY,
        "PUP": Status.AVAILABLE_FOR_PICKUP,
        "DEL": Status.DELIVERED,
        "ATT": Status.DELIVERY_ATTEMPT_FAILED,
        "EXC": Status.EXCEPTION,
        "RET": Status.RETURNED_TO_SENDER,
    }
)
