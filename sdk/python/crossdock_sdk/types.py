"""The contract's types.

Written by `cargo xtask sdk` from the contract (wit/). Change the contract, not this file.

Options, lists and flags may be left out, and are then `None`, empty and `False`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from .call import Call
    from .failure import Failure

Extensions = list[tuple[str, str]]
"""Pairs whose keys are documented in docs/PLUGINS.md."""


class Environment(Enum):
    """Which of the courier's systems the call is for."""
    PRODUCTION = 0
    TEST = 1


class Method(Enum):
    GET = 0
    HEAD = 1
    POST = 2
    PUT = 3
    PATCH = 4
    DELETE = 5


class KeepEncoding(Enum):
    """How a value that the host keeps is written in the courier's answer."""
    BASE64 = 0
    HEX = 1
    TEXT = 2
    """As text, kept in UTF-8."""
    BYTE_ARRAY = 3
    """A JSON array of numbers from 0 to 255."""
    BODY = 4
    """The whole body, as it came."""


@dataclass(kw_only=True)
class Keep:
    """Values that the host cuts out of the answer before the plugin sees it, so that a label never passes through
    the plugin's memory. In their place stands the text `kept:<n>`, to be used as `document-content.kept(n)`. Only answers
    of status 2xx are cut: an error's words are for the plugin.
    """
    pointer: str
    """JSON Pointer into the answer; `*` stands for every element of an array. Empty for `body`.
    A pointer that meets nothing keeps nothing.
    """
    encoding: KeepEncoding


class FailureKind(Enum):
    """What kind of failure it was. Frozen: finer distinctions go into `failure.code`."""
    AUTH = 0
    """The courier rejected the account: wrong, expired or blocked credentials, or a right that is missing."""
    NOT_FOUND = 1
    """The courier answered, and does not know the number, the shipment or the place."""
    INVALID_INPUT = 2
    """The request cannot be carried out as it is; `failure.problems` says where it is wrong."""
    CONFLICT = 3
    """The courier's state forbids it: already cancelled, already booked under this reference, too late."""
    RATE_LIMITED = 4
    """A limit of the courier or of the host was reached; `failure.retry-after-ms` says for how long, where known."""
    UNAVAILABLE = 5
    """The courier did not answer, or said that it cannot now."""
    TIMEOUT = 6
    """No answer within the time that was left."""
    UNSUPPORTED = 7
    """The courier, this product or this account does not offer it."""
    UNEXPECTED_ANSWER = 8
    """The courier answered something that cannot be understood."""


@dataclass(kw_only=True)
class Problem:
    """One thing that is wrong in the request."""
    pointer: str
    """JSON Pointer into the request as the capability received it, with the contract's names in snake_case,
    such as `/recipient/postal_code`. Empty: the request as a whole.
    """
    code: str
    """A machine word: the courier's own code where it has one, else one such as `required` or `too-long`."""
    detail: str
    """Words for a person, in the courier's language or in English."""


class Level(Enum):
    """How serious a message is."""
    ERROR = 0
    WARNING = 1
    NOTE = 2


@dataclass(kw_only=True)
class Message:
    """Something that the courier said beside its answer."""
    level: Level
    code: str
    """The courier's code, or empty."""
    text: str
    """The courier's words."""
    pointer: str | None = None
    """JSON Pointer into the request, where it concerns a part of it."""
    concerns: str | None = None
    """The tracking number or the index of the parcel that it concerns, as text."""


@dataclass(kw_only=True)
class Money:
    """An amount of money: decimal text with a point (`12.30`, never in scientific form), and an ISO 4217 code."""
    amount: str
    currency: str


@dataclass(kw_only=True)
class Moment:
    """A moment as a courier tells it."""
    at: str | None = None
    """RFC 3339 with its offset; `none` when the courier gave no zone and the place has more than one."""
    local: str
    """Wall-clock time at the place, `YYYY-MM-DDThh:mm:ss`."""
    zone_known: bool = False
    """Whether the offset in `at` was stated by the courier. `false`: derived from the place, or unknown."""


@dataclass(kw_only=True)
class Window:
    """From one moment to another; either end may be open. A whole day is 00:00:00 to 23:59:59 local."""
    earliest: Moment | None = None
    latest: Moment | None = None


@dataclass(kw_only=True)
class Position:
    """A point on the earth, in millionths of a degree (WGS 84)."""
    latitude_microdegrees: int
    longitude_microdegrees: int


@dataclass(kw_only=True)
class TaxId:
    """An identifier for tax or trade. Kinds: `vat`, `eori`, `ioss`, `voec`, `gst`, `national`, `other`."""
    kind: str
    value: str
    country: str | None = None


@dataclass(kw_only=True)
class Address:
    """A place and who is there."""
    person: str | None = None
    company: str | None = None
    lines: list[str] = field(default_factory=list)
    """Street lines as they are printed; the first holds street and number where they are not given apart."""
    street: str | None = None
    """The street without its number, where it is known apart."""
    street_number: str | None = None
    """The house number with its letter, where it is known apart."""
    entrance: str | None = None
    floor: str | None = None
    door_code: str | None = None
    city: str
    postal_code: str
    region: str | None = None
    country: str
    phone: str | None = None
    email: str | None = None
    residential: bool | None = None
    """Whether people live there; `none` when nobody knows."""
    tax_ids: list[TaxId] = field(default_factory=list)
    position: Position | None = None
    instructions: str | None = None
    """Words for the driver."""
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Item:
    """One kind of goods in a parcel, as customs wants to know it."""
    sku: str | None = None
    title: str
    description: str | None = None
    quantity: int
    weight_grams: int | None = None
    """Weight of one piece."""
    value: Money | None = None
    """Value of one piece."""
    origin_country: str | None = None
    hs_code: str | None = None
    """Harmonized System code, 6 to 10 digits."""
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Parcel:
    """One parcel as the merchant hands it over."""
    weight_grams: int
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    packaging: str
    """`own`, `envelope`, `pak`, `tube`, `pallet`, or the courier's own code after `courier:`."""
    contents: str | None = None
    reference: str | None = None
    declared_value: Money | None = None
    items: list[Item] = field(default_factory=list)
    copies: int
    """How many parcels are like this one; at least 1. The host expands copies: a plugin always sees 1."""
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Customs:
    """What customs wants to know of a shipment that crosses a border."""
    content_type: str
    """`documents`, `gift`, `sample`, `merchandise`, `returned-goods` or `other`."""
    incoterm: str | None = None
    """Incoterms 2020 code, or an older one that couriers still take (`DDU`, `DAT`)."""
    duties_paid_by: str | None = None
    """`sender`, `recipient` or `third-party`."""
    invoice_number: str | None = None
    invoice_date: str | None = None
    """`YYYY-MM-DD`."""
    signer: str | None = None
    items: list[Item] = field(default_factory=list)
    license_number: str | None = None
    certificate_number: str | None = None
    eel_pfc: str | None = None
    """US export: EEI exemption legend."""
    aes: str | None = None
    """US export: Automated Export System transaction number."""
    paperless: bool = False
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Payment:
    """Who pays for a kind of charge."""
    charge: str
    """`transport`, `duties` or `all`."""
    payer: str
    """`sender`, `recipient` or `third-party`."""
    account_number: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(kw_only=True)
class ChosenOption:
    """A choice that the description declares. The host has checked code, type and service before the call."""
    code: str
    """The code in the description, such as `saturday` or `service-point`."""
    value: str
    """JSON text of the declared type: `true`, `"121524"`, `{"amount":"10.00","currency":"NOK"}`."""


@dataclass(kw_only=True)
class Reference:
    """A reference of the merchant. Kinds: `order`, `customer`, `cost-center`, `invoice`, `other`."""
    kind: str
    value: str


@dataclass(kw_only=True)
class Shipment:
    """What is to be sent, from where, to whom and how. The input of a quote and of a booking."""
    sender: Address
    recipient: Address
    return_to: Address | None = None
    """Where parcels that cannot be delivered go; the sender if not said."""
    parcels: list[Parcel] = field(default_factory=list)
    """At least one, at most 100; `copies` is 1 in each."""
    service: str | None = None
    """The courier's service code; `none` asks a quote for every service and leaves a booking to the plugin's default,
    where its description names one.
    """
    options: list[ChosenOption] = field(default_factory=list)
    customs: Customs | None = None
    payments: list[Payment] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    shipping_date: str | None = None
    """The day on which the parcels leave the sender, `YYYY-MM-DD` in the sender's time; today if not said."""
    is_return: bool = False
    """Whether it is a return: the consumer sends to the merchant."""
    extensions: list[tuple[str, str]] = field(default_factory=list)


try:
    from wit_world.imports.types import DocumentContent_Bytes, DocumentContent_Kept, DocumentContent_Link
except ImportError:  # outside of a component: in tests and editors

    @dataclass
    class DocumentContent_Bytes:  # type: ignore[no-redef]
        """The bytes themselves, at most 5 MiB."""
        value: bytes

    @dataclass
    class DocumentContent_Kept:  # type: ignore[no-redef]
        """The value that the host cut out of an answer and left as `kept:<n>` (`http.request.keep`)."""
        value: int

    @dataclass
    class DocumentContent_Link:  # type: ignore[no-redef]
        """An https address that the host fetches itself, byte for byte as given; its host stands in the description's
        `document_hosts` or is a declared endpoint.
        """
        value: str


DocumentContent = Union[DocumentContent_Bytes, DocumentContent_Kept, DocumentContent_Link]
"""What a document is made of."""


@dataclass(kw_only=True)
class Document:
    """A paper of a shipment."""
    category: str
    """`label`, `return-label`, `commercial-invoice`, `customs-declaration`, `cod-form`, `packing-list`,
    `proof-of-delivery`, `manifest`, `receipt`, `qr-code` or `other`.
    """
    format: str
    """`pdf`, `zpl`, `png`, `gif`, `epl2`, `html` or `text`."""
    page_size: str | None = None
    """Such as `A4`, `A6` or `100x190mm`, where known."""
    dpi: int | None = None
    tracking_number: str | None = None
    """The tracking number of the one parcel that it belongs to; `none` when it is for all."""
    content: DocumentContent


@dataclass(kw_only=True)
class Charge:
    """A part of a price. Kinds: `base`, `surcharge`, `tax`, `add-on`, `discount`."""
    kind: str
    code: str | None = None
    name: str
    amount: Money


@dataclass(kw_only=True)
class Price:
    """What the courier will bill."""
    total: Money
    tax_included: bool | None = None
    """Whether `total` holds value-added or sales tax; `none` when the courier does not say."""
    own_price: bool = False
    """Whether it is the account's own price. `false`: list price."""
    charges: list[Charge] = field(default_factory=list)


@dataclass(kw_only=True)
class BookedParcel:
    """One parcel of a booking."""
    index: int
    """Place of the parcel in the order, from 0."""
    tracking_number: str | None = None
    barcodes: list[str] = field(default_factory=list)
    """Further numbers printed on it."""
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class PartFailure:
    """What failed beside a part that went well: half an answer is an answer."""
    parcel: int | None = None
    """Place of the parcel in the order, from 0; `none` when it is not about one parcel."""
    failure: Failure


@dataclass(kw_only=True)
class Booking:
    """A shipment that exists at the courier."""
    courier_shipment_id: str
    """What the courier calls the shipment; the handle for label, cancel and pickups."""
    parcels: list[BookedParcel] = field(default_factory=list)
    return_parcels: list[BookedParcel] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    price: Price | None = None
    """`none`: the courier names no price when it books."""
    estimated_delivery: Window | None = None
    tracking_link: str | None = None
    messages: list[Message] = field(default_factory=list)
    failures: list[PartFailure] = field(default_factory=list)
    """Parcels or documents that failed while the booking stands."""
    extensions: list[tuple[str, str]] = field(default_factory=list)
    """`label-token`: what `shipments.label` needs beside the id, kept by the host and handed back."""


class Status(Enum):
    """What has become of a parcel. Frozen; finer distinctions are incident reasons and the courier's own code."""
    UNKNOWN = 0
    PRE_TRANSIT = 1
    ACCEPTED = 2
    IN_TRANSIT = 3
    OUT_FOR_DELIVERY = 4
    AVAILABLE_FOR_PICKUP = 5
    DELIVERED = 6
    DELIVERY_ATTEMPT_FAILED = 7
    EXCEPTION = 8
    RETURNED_TO_SENDER = 9
    CANCELLED = 10


@dataclass(kw_only=True)
class TrackingEvent:
    """One thing that happened to a parcel."""
    occurred_at: Moment | None = None
    """`none`: the courier gave no time at all."""
    status: Status
    incident_reason: str | None = None
    """One of MODEL's incident reasons, such as `recipient:not-home` or `customs:documents` (docs/PLUGINS.md)."""
    courier_code: str | None = None
    """The courier's own code, exactly as sent."""
    courier_text: str | None = None
    """The courier's own words, exactly as sent but for surrounding blanks."""
    city: str | None = None
    postal_code: str | None = None
    region: str | None = None
    country: str | None = None
    place: str | None = None
    position: Position | None = None
    parcel: str | None = None
    """The tracking number of the parcel, where the answer speaks of several."""
    courier_key: str
    """What makes this event recognisable when the courier sends it again; stable across answers."""
    informational: bool = False
    """Whether it only informs (a text message was sent) and must not lower the parcel's status."""


@dataclass(kw_only=True)
class OpeningHours:
    """When a place is open on a day of the week; several for a day with a break."""
    weekday: int
    """1 Monday to 7 Sunday (ISO 8601)."""
    opens: str
    """`hh:mm` local."""
    closes: str
    """`hh:mm` local; `24:00` for midnight."""


@dataclass(kw_only=True)
class OpeningException:
    """When a place is open on one date. Both `none`: closed."""
    date: str
    opens: str | None = None
    closes: str | None = None


@dataclass(kw_only=True)
class ServicePoint:
    """A place where parcels are handed in or out."""
    id: str
    name: str
    kind: str
    """`shop`, `locker`, `depot` or `post-office`."""
    address: Address
    distance_m: int | None = None
    opening_hours: list[OpeningHours] = field(default_factory=list)
    exceptions: list[OpeningException] = field(default_factory=list)
    """Days that differ."""
    capabilities: list[str] = field(default_factory=list)
    """Such as `pick-up`, `drop-off`, `pay`, `id-check`."""
    latest_drop_off: str | None = None
    """`hh:mm` local: parcels handed in later leave the next day."""
    max_weight_grams: int | None = None
    max_length_mm: int | None = None
    max_width_mm: int | None = None
    max_height_mm: int | None = None
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Tracking:
    """All that a courier says of one number."""
    number: str
    """The number that was asked for."""
    status: Status
    """The courier's own verdict, or the newest event's."""
    incident_reason: str | None = None
    courier_code: str | None = None
    """The courier's own status code and words."""
    courier_text: str | None = None
    status_at: Moment | None = None
    """When the courier's verdict became true, where it says so apart from the events."""
    estimated_delivery: Window | None = None
    service: str | None = None
    weight_grams: int | None = None
    """Weight as the courier measured it."""
    signed_by: str | None = None
    proof_of_delivery: list[Document] = field(default_factory=list)
    service_point: ServicePoint | None = None
    pickup_deadline: Moment | None = None
    """Until when it can be collected."""
    pieces: int | None = None
    """How many parcels the shipment has."""
    related_numbers: list[str] = field(default_factory=list)
    """Other numbers of the same shipment."""
    events: list[TrackingEvent] = field(default_factory=list)
    """Oldest first."""
    messages: list[Message] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Account:
    """The account that a credential belongs to."""
    id: str | None = None
    """The courier's name for it, such as a customer number."""
    label: str | None = None
    extensions: list[tuple[str, str]] = field(default_factory=list)
    """`customer-numbers`: those that the account may use, separated by commas."""


@dataclass(kw_only=True)
class Rate:
    service: str
    """The courier's service code, as booking takes it."""
    name: str
    price: Price | None = None
    """`none`: the courier names no price."""
    transit_days: int | None = None
    """Working days from hand-over to delivery."""
    delivery: Window | None = None
    cut_off: Moment | None = None
    """Until when it must be booked to be so."""
    delivery_kind: str
    """`home`, `business`, `service-point`, `locker`, `mailbox` or `other`."""
    service_points: list[ServicePoint] = field(default_factory=list)
    """The service points or lockers that the courier offers with it, nearest first."""
    token: str | None = None
    """What booking must hand back as the option `rate-token`."""
    token_expires: Moment | None = None
    messages: list[Message] = field(default_factory=list)
    """What the courier says of this service, such as why it cannot be had."""
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Quotes:
    rates: list[Rate] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


@dataclass(kw_only=True)
class Order:
    shipment: Shipment
    booking_reference: str
    """Unique for all merchants and times, 26 characters `0-9A-Z`: to be sent to the courier wherever it takes a
    reference, so that a booking whose answer was lost can be found again. The same on every replay.
    """
    parcel_numbers: list[int] = field(default_factory=list)
    """One number per parcel from a counter that never goes back, for couriers that want the sender to number parcels."""
    label_format: str
    """`pdf`, `zpl`, `png`, `gif` or `epl2`; one that the description declares."""
    label_size: str | None = None
    dry_run: bool = False
    """Check all and book nothing. Given only to a plugin whose description declares `dry_run`."""
    extensions: list[tuple[str, str]] = field(default_factory=list)
    """None are defined yet."""


@dataclass(kw_only=True)
class Booked:
    """What is known of a shipment that was booked before."""
    courier_shipment_id: str
    tracking_numbers: list[str] = field(default_factory=list)
    booking_reference: str
    service: str | None = None
    extensions: list[tuple[str, str]] = field(default_factory=list)
    """What `booking.extensions` held."""


@dataclass(kw_only=True)
class Cancellation:
    final: bool = False
    """Whether the courier confirmed; `false`: it took note, and will decide."""
    messages: list[Message] = field(default_factory=list)


@dataclass(kw_only=True)
class PickupRequest:
    place: Address
    window: Window
    parcels: int
    weight_grams: int
    courier_shipment_ids: list[str] = field(default_factory=list)
    """The bookings that are to be collected, where known."""
    service: str | None = None
    instructions: str | None = None
    reference: str
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Pickup:
    confirmation_number: str
    window: Window | None = None
    charge: Money | None = None
    messages: list[Message] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Manifest:
    id: str | None = None
    documents: list[Document] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)


try:
    from wit_world.exports.service_points import Near_Address, Near_Position
except ImportError:  # outside of a component: in tests and editors

    @dataclass
    class Near_Address:  # type: ignore[no-redef]
        value: Address

    @dataclass
    class Near_Position:  # type: ignore[no-redef]
        value: Position


Near = Union[Near_Address, Near_Position]


@dataclass(kw_only=True)
class Search:
    near: Near
    country: str
    limit: int
    """At most this many, nearest first; 1 to 50."""
    kind: str | None = None
    """Only of this kind: `shop`, `locker`, `depot` or `post-office`."""
    service: str | None = None


class Verdict(Enum):
    VALID = 0
    CORRECTED = 1
    AMBIGUOUS = 2
    INVALID = 3


@dataclass(kw_only=True)
class Validation:
    verdict: Verdict
    candidates: list[Address] = field(default_factory=list)
    """The courier's versions of the address, best first; empty when it has none."""
    messages: list[Message] = field(default_factory=list)


@dataclass(kw_only=True)
class Incoming:
    """A courier's call, without its authentication headers, its cookies and the address's token. The host has
    verified what the description declares, before.
    """
    method: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    """Lower-case names."""
    body: bytes


@dataclass(kw_only=True)
class Update:
    key: str | None = None
    """What makes this push recognisable when it comes again; `none`: the host takes the body's digest."""
    tracking: Tracking


@dataclass(kw_only=True)
class Reply:
    status: int
    content_type: str
    body: bytes


@dataclass(kw_only=True)
class Action:
    """Something that the host shall do. Codes: `confirm-subscription`, `refresh` (track `numbers` now),
    `resubscribe`.
    """
    code: str
    numbers: list[str] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Received:
    updates: list[Update] = field(default_factory=list)
    reply: Reply | None = None
    """What the courier wants to hear; `none`: 200 without a body."""
    actions: list[Action] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class Subscription:
    id: str
    numbers: list[str] = field(default_factory=list)
    expires: str | None = None
    """RFC 3339; `none`: it lasts."""
    failures: list[PartFailure] = field(default_factory=list)
    """What could not be subscribed, by index into the asked numbers."""
    extensions: list[tuple[str, str]] = field(default_factory=list)


class AuthCapability(ABC):
    """Whether an account works."""

    @abstractmethod
    def check(self, call: Call) -> Account:
        """Proves the credential with the cheapest real request, and says whose it is.

        `auth`: the courier rejects it. `unavailable`, `timeout`, `rate-limited`: nothing is known about it.
        """


class TrackingCapability(ABC):
    """Where parcels are."""

    @abstractmethod
    def track(self, call: Call, numbers: list[str]) -> list[Tracking | Failure]:
        """Asks the courier for the events of each number; one result per number, in order.

        At most as many numbers as the description's `batch.track`. `not-found`: the courier answered and has no such
        number. `invalid-input`: it cannot be one of its numbers. A failure of the whole request stands at each number.
        """


class RatesCapability(ABC):
    """What sending would cost and how long it would take."""

    @abstractmethod
    def quote(self, call: Call, shipment: Shipment) -> Quotes:
        """Asks for the services that can carry the shipment; the asked one alone if it names one. No service: an empty list."""


class ShipmentsCapability(ABC):
    """Booking, and what follows from it."""

    @abstractmethod
    def create(self, call: Call, order: Order) -> Booking:
        """Books one shipment. The plugin makes exactly one request that books.

        `invalid-input`: the courier refused it, with `problems`; nothing was booked. A failure with `request-sent` whose
        kind is `timeout`, `unavailable` or `unexpected-answer` leaves the outcome open: the host asks
        `find-by-reference`, and never books again by itself.
        """

    @abstractmethod
    def cancel(self, call: Call, shipment: Booked) -> Cancellation:
        """Takes a booking back.

        `conflict`: too late, or cancelled before. `unsupported`: the courier has no way to.
        """

    @abstractmethod
    def label(self, call: Call, shipment: Booked, format: str) -> list[Document]:
        """Fetches the labels of a booking again, in a format that the description declares."""

    @abstractmethod
    def find_by_reference(self, call: Call, booking_reference: str) -> Booking:
        """Looks for a booking by the reference that `create` sent.

        `not-found`: the courier has none. `unsupported`: the courier cannot look it up.
        """


class PickupsCapability(ABC):
    """Having parcels collected."""

    @abstractmethod
    def schedule(self, call: Call, request: PickupRequest) -> Pickup:
        ...

    @abstractmethod
    def cancel(self, call: Call, confirmation_number: str, extensions: list[tuple[str, str]]) -> None:
        """`conflict`: too late. `not-found`: the courier has no such pickup."""


class ManifestsCapability(ABC):
    """The list of what is handed over at the end of a day."""

    @abstractmethod
    def close(self, call: Call, date: str, courier_shipment_ids: list[str]) -> Manifest:
        """Closes the day for these shipments; an empty list closes all that are open. `date` is `YYYY-MM-DD`."""


class ServicePointsCapability(ABC):
    """Shops and lockers."""

    @abstractmethod
    def find(self, call: Call, search: Search) -> list[ServicePoint]:
        ...


class AddressesCapability(ABC):
    """Whether an address exists."""

    @abstractmethod
    def validate(self, call: Call, address: Address) -> Validation:
        ...


class WebhooksCapability(ABC):
    """What couriers push."""

    @abstractmethod
    def receive(self, call: Call, request: Incoming) -> Received:
        """Reads a push. `auth`: its signature is wrong. `invalid-input`: it cannot be read."""


class SubscriptionsCapability(ABC):
    """Asking a courier to push."""

    @abstractmethod
    def subscribe(self, call: Call, numbers: list[str]) -> list[Subscription]:
        """Subscribes to these numbers; an empty list asks for all of the account's. The host places the callback address and
        the secret as the description's schemes declare.
        """

    @abstractmethod
    def unsubscribe(self, call: Call, id: str) -> None:
        ...

    @abstractmethod
    def list(self, call: Call) -> list[Subscription]:
        ...

