//! The page of problem codes: each is an anchor, and the `type` of its problems leads to it.

use std::fmt::Write as _;

use super::html::{page, words};
use crate::http::problem::{Code, Source, code};

/// Writes the page.
pub fn problems() -> String {
    let mut main = String::from(
        "<p>Every error is one <code>application/problem+json</code> document (RFC 9457). Programs look at <code>code</code>, \
         which never changes; people at <code>detail</code>. <code>errors</code> points at what is wrong in the request (JSON Pointers), \
         <code>courier</code> repeats the courier's own code and words, and <code>request_id</code> finds the request in the host's log.</p>\n\
         <table><tr><th><code>source</code></th><th>Who has to act</th></tr>\n",
    );
    for source in [Source::Request, Source::Platform, Source::Courier, Source::Plugin] {
        _ = writeln!(main, "<tr><td><code>{}</code></td><td>{}</td></tr>", word(source), who(source));
    }
    main.push_str(
        "</table>\n<p><code>retryable</code> says whether the same request may succeed later; <code>retry_after_s</code> and \
         the header <code>Retry-After</code>, when. An occurrence may say otherwise than this table.</p>\n\
         <table><tr><th>Code</th><th>Status</th><th>Meaning, and what to do</th><th>Source</th><th>Retry</th></tr>\n",
    );
    for code in code::ALL {
        write_row(&mut main, code);
    }
    main.push_str("</table>\n");
    let mut menu = String::from("<a href=\"/docs\">← API</a><b>Codes</b>");
    for code in code::ALL {
        _ = write!(menu, "<a href=\"#{word}\">{word}</a>", word = code.word);
    }
    page("Problems", &menu, &main)
}

fn write_row(main: &mut String, code: &Code) {
    _ = writeln!(
        main,
        "<tr id=\"{word}\"><td><code>{word}</code></td><td>{status}</td><td><p>{title}.</p><p class=\"soft\">{remedy}</p></td>\
         <td>{source}</td><td>{retry}</td></tr>",
        word = code.word,
        status = code.status.as_u16(),
        title = words(code.title),
        remedy = words(code.remedy),
        source = word(code.source),
        retry = if code.retryable { "yes" } else { "no" },
    );
}

fn word(source: Source) -> String {
    serde_json::to_value(source).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

fn who(source: Source) -> &'static str {
    match source {
        Source::Request => "You: the request cannot succeed as it is.",
        Source::Platform => "Whoever operates this host.",
        Source::Courier => "The courier answered so, or did not answer; <code>courier</code> has its words.",
        Source::Plugin => "Whoever maintains the courier's plugin; tell the operator.",
    }
}
