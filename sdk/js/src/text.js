// UTF-8. QuickJS has no TextEncoder and no TextDecoder.

/** How many bytes are made characters at once: arguments of one call are limited. */
const CHUNK = 4096;
const REPLACEMENT = 0xfffd;

export function encode(text) {
  const raw = unescape(percentEncoded(text));
  const bytes = new Uint8Array(raw.length);
  for (let place = 0; place < raw.length; place += 1) bytes[place] = raw.charCodeAt(place);
  return bytes;
}

/** As `encodeURIComponent`, which refuses half a character: couriers' texts that were cut may end in one. */
export function percentEncoded(text) {
  try {
    return encodeURIComponent(text);
  } catch {
    return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, String.fromCharCode(REPLACEMENT)));
  }
}

/** `null` if it is no UTF-8. */
export function decode(bytes) {
  let raw = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    raw += String.fromCharCode.apply(null, bytes.subarray(start, start + CHUNK));
  }
  if (isAscii(bytes)) return raw;
  try {
    return decodeURIComponent(escape(raw));
  } catch {
    return null;
  }
}

/** Four bytes at a time: QuickJS interprets this, and most answers are plain. */
function isAscii(bytes) {
  const { buffer, byteOffset, length } = bytes;
  const whole = byteOffset % 4 === 0 ? length >> 2 : 0;
  const words = new Uint32Array(buffer, whole > 0 ? byteOffset : 0, whole);
  let seen = 0;
  for (let place = 0; place < whole; place += 1) seen |= words[place];
  for (let place = whole * 4; place < length; place += 1) seen |= bytes[place];
  return (seen & 0x80808080) === 0;
}

/** Whatever is no UTF-8 is replaced. */
export function decodeLossy(bytes) {
  const whole = decode(bytes);
  if (whole !== null) return whole;
  let text = "";
  for (let place = 0; place < bytes.length; ) {
    const length = sequenceLength(bytes, place);
    const piece = length > 0 ? decode(bytes.subarray(place, place + length)) : null;
    text += piece ?? String.fromCharCode(REPLACEMENT);
    place += piece === null ? 1 : length;
  }
  return text;
}

function sequenceLength(bytes, place) {
  const first = bytes[place];
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  return place + length <= bytes.length ? length : 0;
}
