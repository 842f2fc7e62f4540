// Times as couriers write them, as the contract's moments. Only what they state: there are no zones in here.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WRITTEN =
  /^(\d{4})-?(\d{2})-?(\d{2})[Tt ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

/** Reads a time, with its offset (`Z`, `+02:00`, `+0200`, `+02`) or without; `null` if it cannot be read. */
export function moment(text) {
  const found = WRITTEN.exec((text ?? "").trim());
  if (found === null) return null;
  const [, year, month, day, hours, minutes, seconds = "00", offset] = found;
  if (!isDate(year, month, day) || hours > 23 || minutes > 59 || seconds > 59) return null;
  const local = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}`;
  if (offset === undefined) return { at: null, local, zoneKnown: false };
  return { at: local + written(offset), local, zoneKnown: true };
}

/** Reads milliseconds since 1970, told in UTC. */
export function epochMs(ms) {
  return moment(new Date(ms).toISOString());
}

/** Reads `YYYYMMDD` or `YYYY-MM-DD` and more after it, and writes `YYYY-MM-DD`; `null` if it is no date. */
export function isoDate(text) {
  const [, year, month, day] = /^\s*(\d{4})-?(\d{2})-?(\d{2})/.exec(text ?? "") ?? [];
  return year !== undefined && isDate(year, month, day) ? `${year}-${month}-${day}` : null;
}

/** The whole of a local day: 00:00:00 to 23:59:59; `null` if it is no date. */
export function wholeDay(text) {
  const date = isoDate(text);
  return date === null ? null : { earliest: moment(`${date}T00:00:00`), latest: moment(`${date}T23:59:59`) };
}

/** Reads a date as HTTP headers carry it: `Wed, 21 Oct 2015 07:28:00 GMT`; `null` if it is none. */
export function httpDateMs(text) {
  const found = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/.exec(text.trim());
  const month = MONTHS.indexOf(found?.[2] ?? "");
  if (month < 0) return null;
  const [, day, , year, hours, minutes, seconds] = found;
  return Date.UTC(Number(year), month, Number(day), Number(hours), Number(minutes), Number(seconds));
}

function written(offset) {
  const digits = offset.replace(":", "");
  if (/^(Z|z|[+-]00(00)?)$/.test(digits)) return "Z";
  return `${digits.slice(0, 3)}:${digits.slice(3) || "00"}`;
}

function isDate(year, month, day) {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
