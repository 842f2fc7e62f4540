// Failures: thrown by a plugin, and by what it calls.

/** At most this many problems in one failure (contract). */
const MAX_PROBLEMS = 100;

/** Why there is no result. `throw` it; in `tracking.track` it may also stand in a number's place. */
export class Failure extends Error {
  constructor(kind, code, message) {
    super(message);
    this.name = "Failure";
    this.kind = kind;
    this.code = code;
    this.problems = [];
    this.retryAfterMs = null;
    this.courierStatus = null;
    // The package knows which requests left in this call; a plugin need not.
    this.requestSent = false;
  }

  static auth(code, message) {
    return new Failure("auth", code, message);
  }
  static notFound(code, message) {
    return new Failure("not-found", code, message);
  }
  static invalidInput(code, message) {
    return new Failure("invalid-input", code, message);
  }
  static conflict(code, message) {
    return new Failure("conflict", code, message);
  }
  static rateLimited(code, message) {
    return new Failure("rate-limited", code, message);
  }
  static unavailable(code, message) {
    return new Failure("unavailable", code, message);
  }
  static timeout(code, message) {
    return new Failure("timeout", code, message);
  }
  static unsupported(code, message) {
    return new Failure("unsupported", code, message);
  }
  static unexpectedAnswer(code, message) {
    return new Failure("unexpected-answer", code, message);
  }

  /** The host's own failure, as the contract writes it. */
  static of(record) {
    return Object.assign(new Failure(record.kind, record.code, record.message), {
      problems: record.problems ?? [],
      retryAfterMs: record.retryAfterMs ?? null,
      courierStatus: record.courierStatus ?? null,
      requestSent: record.requestSent ?? false,
    });
  }

  problem(pointer, code, detail) {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ pointer, code, detail });
    return this;
  }

  status(status) {
    this.courierStatus = status;
    return this;
  }

  retryAfter(ms) {
    this.retryAfterMs = ms;
    return this;
  }

  /** The contract's record. */
  record(requestSent) {
    return {
      kind: this.kind,
      code: this.code,
      message: this.message,
      problems: this.problems,
      retryAfterMs: this.retryAfterMs,
      courierStatus: this.courierStatus,
      requestSent: this.requestSent || requestSent,
    };
  }
}

/** What a plain HTTP error status means where the courier's body says no more. */
export function kindOfStatus(status) {
  switch (status) {
    case 400:
    case 422:
      return "invalid-input";
    case 401:
    case 403:
      return "auth";
    case 404:
      return "not-found";
    case 408:
    case 504:
      return "timeout";
    case 409:
      return "conflict";
    case 429:
      return "rate-limited";
    default:
      return status >= 500 && status < 600 ? "unavailable" : "unexpected-answer";
  }
}
