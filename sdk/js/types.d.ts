// Written by `cargo xtask sdk` from the contract (wit/). Change the contract, not this file.

import type { Call, Failure } from "./index.js";

/** Pairs whose keys are documented in docs/PLUGINS.md. */
export type Extensions = [string, string][];

type Omissible<T> = {
  [K in keyof T]: null extends T[K] ? K : T[K] extends readonly unknown[] | boolean ? K : never;
}[keyof T];

/** What a plugin returns: options, lists and flags may be left out, and are then `null`, empty and `false`. */
export type Given<T> = T extends Uint8Array
  ? T
  : T extends readonly [string, string]
    ? T
    : T extends readonly (infer U)[]
      ? readonly Given<U>[]
      : T extends object
        ? { [K in Omissible<T>]?: Given<T[K]> } & { [K in Exclude<keyof T, Omissible<T>>]: Given<T[K]> }
        : T;

/** Which of the courier's systems the call is for. */
export type Environment = "production" | "test";

export type Method = "get" | "head" | "post" | "put" | "patch" | "delete";

/** How a value that the host keeps is written in the courier's answer. */
export type KeepEncoding = "base64" | "hex" | "text" | "byte-array" | "body";

/**
 * Values that the host cuts out of the answer before the plugin sees it, so that a label never passes through
 * the plugin's memory. In their place stands the text `kept:<n>`, to be used as `document-content.kept(n)`. Only answers
 * of status 2xx are cut: an error's words are for the plugin.
 */
export interface Keep {
  /**
   * JSON Pointer into the answer; `*` stands for every element of an array. Empty for `body`.
   * A pointer that meets nothing keeps nothing.
   */
  pointer: string;
  encoding: KeepEncoding;
}

/** What kind of failure it was. Frozen: finer distinctions go into `failure.code`. */
export type FailureKind = "auth" | "not-found" | "invalid-input" | "conflict" | "rate-limited" | "unavailable" | "timeout" | "unsupported" | "unexpected-answer";

/** One thing that is wrong in the request. */
export interface Problem {
  /**
   * JSON Pointer into the request as the capability received it, with the contract's names in snake_case,
   * such as `/recipient/postal_code`. Empty: the request as a whole.
   */
  pointer: string;
  /** A machine word: the courier's own code where it has one, else one such as `required` or `too-long`. */
  code: string;
  /** Words for a person, in the courier's language or in English. */
  detail: string;
}

/** Why there is no result. From it the host knows whether to try again, whom to blame and what to answer. */
export interface Failure {
  kind: FailureKind;
  /** The courier's own code where it gave one, else a word such as `no-answer`. At most 128 bytes. */
  code: string;
  /** Words for a person. At most 4 KiB; the host scrubs secrets and control characters. */
  message: string;
  /** What is wrong where; at most 100. */
  problems: Problem[];
  /** How long to wait before trying again, in milliseconds, where the courier said so. */
  retryAfterMs: number | null;
  /** The HTTP status that the courier answered, if it did. */
  courierStatus: number | null;
  /** Whether any request that may have changed something had left the host. `false` makes a retry safe. */
  requestSent: boolean;
}

/** How serious a message is. */
export type Level = "error" | "warning" | "note";

/** Something that the courier said beside its answer. */
export interface Message {
  level: Level;
  /** The courier's code, or empty. */
  code: string;
  /** The courier's words. */
  text: string;
  /** JSON Pointer into the request, where it concerns a part of it. */
  pointer: string | null;
  /** The tracking number or the index of the parcel that it concerns, as text. */
  concerns: string | null;
}

/** An amount of money: decimal text with a point (`12.30`, never in scientific form), and an ISO 4217 code. */
export interface Money {
  amount: string;
  currency: string;
}

/** A moment as a courier tells it. */
export interface Moment {
  /** RFC 3339 with its offset; `none` when the courier gave no zone and the place has more than one. */
  at: string | null;
  /** Wall-clock time at the place, `YYYY-MM-DDThh:mm:ss`. */
  local: string;
  /** Whether the offset in `at` was stated by the courier. `false`: derived from the place, or unknown. */
  zoneKnown: boolean;
}

/** From one moment to another; either end may be open. A whole day is 00:00:00 to 23:59:59 local. */
export interface Window {
  earliest: Moment | null;
  latest: Moment | null;
}

/** A point on the earth, in millionths of a degree (WGS 84). */
export interface Position {
  latitudeMicrodegrees: number;
  longitudeMicrodegrees: number;
}

/** An identifier for tax or trade. Kinds: `vat`, `eori`, `ioss`, `voec`, `gst`, `national`, `other`. */
export interface TaxId {
  kind: string;
  value: string;
  country: string | null;
}

/** A place and who is there. */
export interface Address {
  person: string | null;
  company: string | null;
  /** Street lines as they are printed; the first holds street and number where they are not given apart. */
  lines: string[];
  /** The street without its number, where it is known apart. */
  street: string | null;
  /** The house number with its letter, where it is known apart. */
  streetNumber: string | null;
  entrance: string | null;
  floor: string | null;
  doorCode: string | null;
  city: string;
  postalCode: string;
  region: string | null;
  country: string;
  phone: string | null;
  email: string | null;
  /** Whether people live there; `none` when nobody knows. */
  residential: boolean | null;
  taxIds: TaxId[];
  position: Position | null;
  /** Words for the driver. */
  instructions: string | null;
  extensions: [string, string][];
}

/** One kind of goods in a parcel, as customs wants to know it. */
export interface Item {
  sku: string | null;
  title: string;
  description: string | null;
  quantity: number;
  /** Weight of one piece. */
  weightGrams: number | null;
  /** Value of one piece. */
  value: Money | null;
  originCountry: string | null;
  /** Harmonized System code, 6 to 10 digits. */
  hsCode: string | null;
  extensions: [string, string][];
}

/** One parcel as the merchant hands it over. */
export interface Parcel {
  weightGrams: number;
  lengthMm: number | null;
  widthMm: number | null;
  heightMm: number | null;
  /** `own`, `envelope`, `pak`, `tube`, `pallet`, or the courier's own code after `courier:`. */
  packaging: string;
  contents: string | null;
  reference: string | null;
  declaredValue: Money | null;
  items: Item[];
  /** How many parcels are like this one; at least 1. The host expands copies: a plugin always sees 1. */
  copies: number;
  extensions: [string, string][];
}

/** What customs wants to know of a shipment that crosses a border. */
export interface Customs {
  /** `documents`, `gift`, `sample`, `merchandise`, `returned-goods` or `other`. */
  contentType: string;
  /** Incoterms 2020 code, or an older one that couriers still take (`DDU`, `DAT`). */
  incoterm: string | null;
  /** `sender`, `recipient` or `third-party`. */
  dutiesPaidBy: string | null;
  invoiceNumber: string | null;
  /** `YYYY-MM-DD`. */
  invoiceDate: string | null;
  signer: string | null;
  items: Item[];
  licenseNumber: string | null;
  certificateNumber: string | null;
  /** US export: EEI exemption legend. */
  eelPfc: string | null;
  /** US export: Automated Export System transaction number. */
  aes: string | null;
  paperless: boolean;
  extensions: [string, string][];
}

/** Who pays for a kind of charge. */
export interface Payment {
  /** `transport`, `duties` or `all`. */
  charge: string;
  /** `sender`, `recipient` or `third-party`. */
  payer: string;
  accountNumber: string | null;
  postalCode: string | null;
  country: string | null;
}

/** A choice that the description declares. The host has checked code, type and service before the call. */
export interface ChosenOption {
  /** The code in the description, such as `saturday` or `service-point`. */
  code: string;
  /** JSON text of the declared type: `true`, `"121524"`, `{"amount":"10.00","currency":"NOK"}`. */
  value: string;
}

/** A reference of the merchant. Kinds: `order`, `customer`, `cost-center`, `invoice`, `other`. */
export interface Reference {
  kind: string;
  value: string;
}

/** What is to be sent, from where, to whom and how. The input of a quote and of a booking. */
export interface Shipment {
  sender: Address;
  recipient: Address;
  /** Where parcels that cannot be delivered go; the sender if not said. */
  returnTo: Address | null;
  /** At least one, at most 100; `copies` is 1 in each. */
  parcels: Parcel[];
  /**
   * The courier's service code; `none` asks a quote for every service and leaves a booking to the plugin's default,
   * where its description names one.
   */
  service: string | null;
  options: ChosenOption[];
  customs: Customs | null;
  payments: Payment[];
  references: Reference[];
  /** The day on which the parcels leave the sender, `YYYY-MM-DD` in the sender's time; today if not said. */
  shippingDate: string | null;
  /** Whether it is a return: the consumer sends to the merchant. */
  isReturn: boolean;
  extensions: [string, string][];
}

/** What a document is made of. */
export type DocumentContent =
  | { tag: "bytes"; val: Uint8Array }
  | { tag: "kept"; val: number }
  | { tag: "link"; val: string };

/** A paper of a shipment. */
export interface Document {
  /**
   * `label`, `return-label`, `commercial-invoice`, `customs-declaration`, `cod-form`, `packing-list`,
   * `proof-of-delivery`, `manifest`, `receipt`, `qr-code` or `other`.
   */
  category: string;
  /** `pdf`, `zpl`, `png`, `gif`, `epl2`, `html` or `text`. */
  format: string;
  /** Such as `A4`, `A6` or `100x190mm`, where known. */
  pageSize: string | null;
  dpi: number | null;
  /** The tracking number of the one parcel that it belongs to; `none` when it is for all. */
  trackingNumber: string | null;
  content: DocumentContent;
}

/** A part of a price. Kinds: `base`, `surcharge`, `tax`, `add-on`, `discount`. */
export interface Charge {
  kind: string;
  code: string | null;
  name: string;
  amount: Money;
}

/** What the courier will bill. */
export interface Price {
  total: Money;
  /** Whether `total` holds value-added or sales tax; `none` when the courier does not say. */
  taxIncluded: boolean | null;
  /** Whether it is the account's own price. `false`: list price. */
  ownPrice: boolean;
  charges: Charge[];
}

/** One parcel of a booking. */
export interface BookedParcel {
  /** Place of the parcel in the order, from 0. */
  index: number;
  trackingNumber: string | null;
  /** Further numbers printed on it. */
  barcodes: string[];
  extensions: [string, string][];
}

/** What failed beside a part that went well: half an answer is an answer. */
export interface PartFailure {
  /** Place of the parcel in the order, from 0; `none` when it is not about one parcel. */
  parcel: number | null;
  failure: Failure;
}

/** A shipment that exists at the courier. */
export interface Booking {
  /** What the courier calls the shipment; the handle for label, cancel and pickups. */
  courierShipmentId: string;
  parcels: BookedParcel[];
  returnParcels: BookedParcel[];
  documents: Document[];
  /** `none`: the courier names no price when it books. */
  price: Price | null;
  estimatedDelivery: Window | null;
  trackingLink: string | null;
  messages: Message[];
  /** Parcels or documents that failed while the booking stands. */
  failures: PartFailure[];
  /** `label-token`: what `shipments.label` needs beside the id, kept by the host and handed back. */
  extensions: [string, string][];
}

/** What has become of a parcel. Frozen; finer distinctions are incident reasons and the courier's own code. */
export type Status = "unknown" | "pre-transit" | "accepted" | "in-transit" | "out-for-delivery" | "available-for-pickup" | "delivered" | "delivery-attempt-failed" | "exception" | "returned-to-sender" | "cancelled";

/** One thing that happened to a parcel. */
export interface TrackingEvent {
  /** `none`: the courier gave no time at all. */
  occurredAt: Moment | null;
  status: Status;
  /** One of MODEL's incident reasons, such as `recipient:not-home` or `customs:documents` (docs/PLUGINS.md). */
  incidentReason: string | null;
  /** The courier's own code, exactly as sent. */
  courierCode: string | null;
  /** The courier's own words, exactly as sent but for surrounding blanks. */
  courierText: string | null;
  city: string | null;
  postalCode: string | null;
  region: string | null;
  country: string | null;
  place: string | null;
  position: Position | null;
  /** The tracking number of the parcel, where the answer speaks of several. */
  parcel: string | null;
  /** What makes this event recognisable when the courier sends it again; stable across answers. */
  courierKey: string;
  /** Whether it only informs (a text message was sent) and must not lower the parcel's status. */
  informational: boolean;
}

/** When a place is open on a day of the week; several for a day with a break. */
export interface OpeningHours {
  /** 1 Monday to 7 Sunday (ISO 8601). */
  weekday: number;
  /** `hh:mm` local. */
  opens: string;
  /** `hh:mm` local; `24:00` for midnight. */
  closes: string;
}

/** When a place is open on one date. Both `none`: closed. */
export interface OpeningException {
  date: string;
  opens: string | null;
  closes: string | null;
}

/** A place where parcels are handed in or out. */
export interface ServicePoint {
  id: string;
  name: string;
  /** `shop`, `locker`, `depot` or `post-office`. */
  kind: string;
  address: Address;
  distanceM: number | null;
  openingHours: OpeningHours[];
  /** Days that differ. */
  exceptions: OpeningException[];
  /** Such as `pick-up`, `drop-off`, `pay`, `id-check`. */
  capabilities: string[];
  /** `hh:mm` local: parcels handed in later leave the next day. */
  latestDropOff: string | null;
  maxWeightGrams: number | null;
  maxLengthMm: number | null;
  maxWidthMm: number | null;
  maxHeightMm: number | null;
  extensions: [string, string][];
}

/** All that a courier says of one number. */
export interface Tracking {
  /** The number that was asked for. */
  number: string;
  /** The courier's own verdict, or the newest event's. */
  status: Status;
  incidentReason: string | null;
  /** The courier's own status code and words. */
  courierCode: string | null;
  courierText: string | null;
  /** When the courier's verdict became true, where it says so apart from the events. */
  statusAt: Moment | null;
  estimatedDelivery: Window | null;
  service: string | null;
  /** Weight as the courier measured it. */
  weightGrams: number | null;
  signedBy: string | null;
  proofOfDelivery: Document[];
  servicePoint: ServicePoint | null;
  /** Until when it can be collected. */
  pickupDeadline: Moment | null;
  /** How many parcels the shipment has. */
  pieces: number | null;
  /** Other numbers of the same shipment. */
  relatedNumbers: string[];
  /** Oldest first. */
  events: TrackingEvent[];
  messages: Message[];
  extensions: [string, string][];
}

/** The account that a credential belongs to. */
export interface Account {
  /** The courier's name for it, such as a customer number. */
  id: string | null;
  label: string | null;
  /** `customer-numbers`: those that the account may use, separated by commas. */
  extensions: [string, string][];
}

export interface Rate {
  /** The courier's service code, as booking takes it. */
  service: string;
  name: string;
  /** `none`: the courier names no price. */
  price: Price | null;
  /** Working days from hand-over to delivery. */
  transitDays: number | null;
  delivery: Window | null;
  /** Until when it must be booked to be so. */
  cutOff: Moment | null;
  /** `home`, `business`, `service-point`, `locker`, `mailbox` or `other`. */
  deliveryKind: string;
  /** The service points or lockers that the courier offers with it, nearest first. */
  servicePoints: ServicePoint[];
  /** What booking must hand back as the option `rate-token`. */
  token: string | null;
  tokenExpires: Moment | null;
  /** What the courier says of this service, such as why it cannot be had. */
  messages: Message[];
  extensions: [string, string][];
}

export interface Quotes {
  rates: Rate[];
  messages: Message[];
}

export interface Order {
  shipment: Shipment;
  /**
   * Unique for all merchants and times, 26 characters `0-9A-Z`: to be sent to the courier wherever it takes a
   * reference, so that a booking whose answer was lost can be found again. The same on every replay.
   */
  bookingReference: string;
  /** One number per parcel from a counter that never goes back, for couriers that want the sender to number parcels. */
  parcelNumbers: number[];
  /** `pdf`, `zpl`, `png`, `gif` or `epl2`; one that the description declares. */
  labelFormat: string;
  labelSize: string | null;
  /** Check all and book nothing. Given only to a plugin whose description declares `dry_run`. */
  dryRun: boolean;
  /** None are defined yet. */
  extensions: [string, string][];
}

/** What is known of a shipment that was booked before. */
export interface Booked {
  courierShipmentId: string;
  trackingNumbers: string[];
  bookingReference: string;
  service: string | null;
  /** What `booking.extensions` held. */
  extensions: [string, string][];
}

export interface Cancellation {
  /** Whether the courier confirmed; `false`: it took note, and will decide. */
  final: boolean;
  messages: Message[];
}

export interface PickupRequest {
  place: Address;
  window: Window;
  parcels: number;
  weightGrams: number;
  /** The bookings that are to be collected, where known. */
  courierShipmentIds: string[];
  service: string | null;
  instructions: string | null;
  reference: string;
  extensions: [string, string][];
}

export interface Pickup {
  confirmationNumber: string;
  window: Window | null;
  charge: Money | null;
  messages: Message[];
  extensions: [string, string][];
}

export interface Manifest {
  id: string | null;
  documents: Document[];
  messages: Message[];
  extensions: [string, string][];
}

export type Near =
  | { tag: "address"; val: Address }
  | { tag: "position"; val: Position };

export interface Search {
  near: Near;
  country: string;
  /** At most this many, nearest first; 1 to 50. */
  limit: number;
  /** Only of this kind: `shop`, `locker`, `depot` or `post-office`. */
  kind: string | null;
  service: string | null;
}

export type Verdict = "valid" | "corrected" | "ambiguous" | "invalid";

export interface Validation {
  verdict: Verdict;
  /** The courier's versions of the address, best first; empty when it has none. */
  candidates: Address[];
  messages: Message[];
}

/**
 * A courier's call, without its authentication headers, its cookies and the address's token. The host has
 * verified what the description declares, before.
 */
export interface Incoming {
  method: string;
  query: [string, string][];
  /** Lower-case names. */
  headers: [string, string][];
  body: Uint8Array;
}

export interface Update {
  /** What makes this push recognisable when it comes again; `none`: the host takes the body's digest. */
  key: string | null;
  tracking: Tracking;
}

export interface Reply {
  status: number;
  contentType: string;
  body: Uint8Array;
}

/**
 * Something that the host shall do. Codes: `confirm-subscription`, `refresh` (track `numbers` now),
 * `resubscribe`.
 */
export interface Action {
  code: string;
  numbers: string[];
  extensions: [string, string][];
}

export interface Received {
  updates: Update[];
  /** What the courier wants to hear; `none`: 200 without a body. */
  reply: Reply | null;
  actions: Action[];
  extensions: [string, string][];
}

export interface Subscription {
  id: string;
  numbers: string[];
  /** RFC 3339; `none`: it lasts. */
  expires: string | null;
  /** What could not be subscribed, by index into the asked numbers. */
  failures: PartFailure[];
  extensions: [string, string][];
}

/** Whether an account works. */
export interface AuthCapability {
  /**
   * Proves the credential with the cheapest real request, and says whose it is.
   *
   * `auth`: the courier rejects it. `unavailable`, `timeout`, `rate-limited`: nothing is known about it.
   */
  check(call: Call): Given<Account>;
}

/** Where parcels are. */
export interface TrackingCapability {
  /**
   * Asks the courier for the events of each number; one result per number, in order.
   *
   * At most as many numbers as the description's `batch.track`. `not-found`: the courier answered and has no such
   * number. `invalid-input`: it cannot be one of its numbers. A failure of the whole request stands at each number.
   */
  track(call: Call, numbers: string[]): (Given<Tracking> | Failure)[];
}

/** What sending would cost and how long it would take. */
export interface RatesCapability {
  /** Asks for the services that can carry the shipment; the asked one alone if it names one. No service: an empty list. */
  quote(call: Call, shipment: Shipment): Given<Quotes>;
}

/** Booking, and what follows from it. */
export interface ShipmentsCapability {
  /**
   * Books one shipment. The plugin makes exactly one request that books.
   *
   * `invalid-input`: the courier refused it, with `problems`; nothing was booked. A failure with `request-sent` whose
   * kind is `timeout`, `unavailable` or `unexpected-answer` leaves the outcome open: the host asks
   * `find-by-reference`, and never books again by itself.
   */
  create(call: Call, order: Order): Given<Booking>;
  /**
   * Takes a booking back.
   *
   * `conflict`: too late, or cancelled before. `unsupported`: the courier has no way to.
   */
  cancel(call: Call, shipment: Booked): Given<Cancellation>;
  /** Fetches the labels of a booking again, in a format that the description declares. */
  label(call: Call, shipment: Booked, format: string): Given<Document[]>;
  /**
   * Looks for a booking by the reference that `create` sent.
   *
   * `not-found`: the courier has none. `unsupported`: the courier cannot look it up.
   */
  findByReference(call: Call, bookingReference: string): Given<Booking>;
}

/** Having parcels collected. */
export interface PickupsCapability {
  schedule(call: Call, request: PickupRequest): Given<Pickup>;
  /** `conflict`: too late. `not-found`: the courier has no such pickup. */
  cancel(call: Call, confirmationNumber: string, extensions: [string, string][]): void;
}

/** The list of what is handed over at the end of a day. */
export interface ManifestsCapability {
  /** Closes the day for these shipments; an empty list closes all that are open. `date` is `YYYY-MM-DD`. */
  close(call: Call, date: string, courierShipmentIds: string[]): Given<Manifest>;
}

/** Shops and lockers. */
export interface ServicePointsCapability {
  find(call: Call, search: Search): Given<ServicePoint[]>;
}

/** Whether an address exists. */
export interface AddressesCapability {
  validate(call: Call, address: Address): Given<Validation>;
}

/** What couriers push. */
export interface WebhooksCapability {
  /** Reads a push. `auth`: its signature is wrong. `invalid-input`: it cannot be read. */
  receive(call: Call, request: Incoming): Given<Received>;
}

/** Asking a courier to push. */
export interface SubscriptionsCapability {
  /**
   * Subscribes to these numbers; an empty list asks for all of the account's. The host places the callback address and
   * the secret as the description's schemes declare.
   */
  subscribe(call: Call, numbers: string[]): Given<Subscription[]>;
  unsubscribe(call: Call, id: string): void;
  list(call: Call): Given<Subscription[]>;
}
