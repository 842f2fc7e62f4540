// Values that couriers write in their own ways, as the contract wants them.

/** Digits on either side of an amount's point; within what the host can add up. */
const MAX_AMOUNT_DIGITS = 12;

/** Reads an amount (`12.30`, `12,30`) and its currency; `null` unless the host takes both. */
export function money(amount, currency) {
  const text = String(amount ?? "").trim().replace(",", ".");
  const code = String(currency ?? "").trim().toUpperCase();
  const [, whole, cents = "0"] = /^-?([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? [];
  const fits = whole !== undefined && whole.length <= MAX_AMOUNT_DIGITS && cents.length <= MAX_AMOUNT_DIGITS;
  return fits && /^[A-Z]{3}$/.test(code) ? { amount: text, currency: code } : null;
}

/** Reads a country's code of two letters, in any case; `null` if it is none. */
export function country(code) {
  const text = String(code ?? "").trim();
  return /^[A-Za-z]{2}$/.test(text) ? text.toUpperCase() : null;
}
