//! Undoes a courier's compression, with a limit on what comes out.

use std::io::Read;

use http::{HeaderMap, header};

use super::client::ExchangeError;

/// Bodies above this are decoded apart from the tasks that serve others; smaller ones take less than a hand-over.
const MAX_INLINE_BYTES: usize = 64 * 1024;
/// Buffer of the brotli decoder, in bytes: its usual size.
const BROTLI_BUFFER_BYTES: usize = 4096;

#[derive(Clone, Copy)]
enum Coding {
    Gzip,
    Brotli,
    Deflate,
}

/// Says whether an answer is compressed in a way that the host does not know: then no scrubber could look into it.
pub fn is_undecodable(headers: &HeaderMap) -> bool {
    coding(headers).is_err()
}

/// Decodes a body.
///
/// # Errors
///
/// `TooLarge` when more than `max_bytes` come out, `Encoding` when it is not what its header says.
pub async fn decode(headers: &HeaderMap, wire: Vec<u8>, max_bytes: usize) -> Result<Vec<u8>, ExchangeError> {
    let Some(coding) = coding(headers)?.filter(|_| !wire.is_empty()) else {
        return Ok(wire);
    };
    if wire.len() <= MAX_INLINE_BYTES && max_bytes <= MAX_INLINE_BYTES {
        return decode_as(coding, &wire, max_bytes);
    }
    tokio::task::spawn_blocking(move || decode_as(coding, &wire, max_bytes))
        .await
        .unwrap_or(Err(ExchangeError::Encoding))
}

/// One coding at most: nobody sends two, and what nobody sends is an attempt to get something past.
fn coding(headers: &HeaderMap) -> Result<Option<Coding>, ExchangeError> {
    let mut found = None;
    for value in headers.get_all(header::CONTENT_ENCODING) {
        for word in value.to_str().map_err(|_| ExchangeError::Encoding)?.split(',') {
            let coding = match word.trim().to_ascii_lowercase().as_str() {
                "" | "identity" => continue,
                "gzip" | "x-gzip" => Coding::Gzip,
                "br" => Coding::Brotli,
                "deflate" => Coding::Deflate,
                _ => return Err(ExchangeError::Encoding),
            };
            if found.replace(coding).is_some() {
                return Err(ExchangeError::Encoding);
            }
        }
    }
    Ok(found)
}

fn decode_as(coding: Coding, wire: &[u8], max_bytes: usize) -> Result<Vec<u8>, ExchangeError> {
    match coding {
        Coding::Gzip => read_all(flate2::read::MultiGzDecoder::new(wire), max_bytes),
        Coding::Brotli => read_all(brotli::Decompressor::new(wire, BROTLI_BUFFER_BYTES), max_bytes),
        // Some servers leave the zlib wrapper out, against RFC 9110 8.4.1.2.
        Coding::Deflate => match read_all(flate2::read::ZlibDecoder::new(wire), max_bytes) {
            Err(ExchangeError::Encoding) => read_all(flate2::read::DeflateDecoder::new(wire), max_bytes),
            outcome => outcome,
        },
    }
}

fn read_all(decoder: impl Read, max_bytes: usize) -> Result<Vec<u8>, ExchangeError> {
    let mut body = Vec::new();
    decoder.take(max_bytes as u64 + 1).read_to_end(&mut body).map_err(|_| ExchangeError::Encoding)?;
    if body.len() > max_bytes { Err(ExchangeError::TooLarge) } else { Ok(body) }
}
