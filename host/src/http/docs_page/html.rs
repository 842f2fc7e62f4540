//! What every page has: its frame, its style, and words made safe.

use serde_json::Value;

/// Readable on a telephone, on paper and in the dark; the menu stands beside the text where there is room.
const STYLE: &str = "
:root{--text:#1c2024;--soft:#5a626b;--line:#d9dee3;--back:#fff;--code:#f4f6f8;--link:#0b5cad;--mark:#fff4c2}
@media(prefers-color-scheme:dark){:root{--text:#e4e7ea;--soft:#a3abb3;--line:#3a4149;--back:#15181c;--code:#1f242a;--link:#8ab8f5;--mark:#4a4010}}
*{box-sizing:border-box}html{scroll-padding-top:1rem}
body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--text);background:var(--back)}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
nav{padding:1rem 1.2rem;border-bottom:1px solid var(--line);font-size:.9rem}
nav b{display:block;margin:1rem 0 .2rem}nav a{display:block;padding:.1rem 0;overflow-wrap:anywhere}nav .verb{min-width:3.6rem;font-size:.7rem;color:var(--soft)}
main{padding:1rem 1.5rem 6rem;max-width:62rem}
@media(min-width:64rem){nav{position:fixed;top:0;bottom:0;width:19rem;overflow-y:auto;border-right:1px solid var(--line);border-bottom:0}
main{margin-left:19rem;padding:1rem 3rem 6rem}}
h1{margin:.5rem 0 1rem;font-size:1.9rem}h2{margin:3rem 0 .8rem;padding-top:.6rem;border-top:1px solid var(--line);font-size:1.5rem}
h3{margin:2.4rem 0 .5rem;font-size:1.1rem}h4{margin:1.2rem 0 .3rem;font-size:.95rem;color:var(--soft)}
table{border-collapse:collapse;width:100%;margin:.3rem 0 1rem;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600}
td p{margin:0}code{font:.88em ui-monospace,monospace;background:var(--code);padding:.1em .3em;border-radius:3px;overflow-wrap:anywhere}
pre{background:var(--code);padding:.8rem 1rem;border-radius:6px;overflow-x:auto;font:13px/1.45 ui-monospace,monospace;margin:.4rem 0 1rem}
pre code{padding:0;background:none;font:inherit}summary{cursor:pointer;color:var(--link);margin:.3rem 0}
.verb{display:inline-block;min-width:4.2rem;font:700 .8rem ui-monospace,monospace}.soft{color:var(--soft)}:target{background:var(--mark)}
@media print{nav{display:none}main{margin:0}}
";

/// Writes a page of its menu and its text, both HTML.
pub fn page(title: &str, menu: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\n\
         <body><nav aria-label=\"Contents\">{menu}</nav>\n<main>\n<h1>{title}</h1>\n{main}</main></body></html>\n"
    )
}

/// Makes text safe, and what stands in backticks code.
pub fn words(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape(part);
        match index % 2 {
            0 => html.push_str(&part),
            _ => html.push_str(&format!("<code>{part}</code>")),
        }
    }
    html.replace("\n\n", "<br><br>")
}

/// The words of a member.
pub fn text(value: &Value, member: &str) -> String {
    words(value[member].as_str().unwrap_or(""))
}

/// A block of code.
pub fn block(code: &str) -> String {
    format!("<pre><code>{}</code></pre>\n", escape(code))
}

/// Makes text safe between tags and in attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The members of an object; none of anything else.
pub fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

/// The elements of a list; none of anything else.
pub fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_words_is_markup() {
        assert_eq!(words("a `<b>` & \"c\""), "a <code>&lt;b&gt;</code> &amp; &quot;c&quot;");
    }
}
