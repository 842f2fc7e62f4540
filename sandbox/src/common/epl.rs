//! Labels in EPL2, the language of older desktop printers (203 dots an inch).

use super::label::{Label, PageSize};

const DOTS_PER_MM: f32 = 8.0;
const GAP_DOTS: u32 = 24;

/// One label.
pub fn label(size: PageSize, label: &Label) -> String {
    let (width, height) = (size.width_mm * DOTS_PER_MM, size.height_mm * DOTS_PER_MM);
    let mut text = format!("\nN\nq{width:.0}\nQ{height:.0},{GAP_DOTS}\n");
    text.push_str(&format!("A40,40,0,4,1,1,N,\"{}\"\n", quoted(&label.title)));
    let mut top = 100;
    for line in &label.lines {
        text.push_str(&format!("A40,{top},0,3,1,1,N,\"{}\"\n", quoted(line)));
        top += 36;
    }
    // Code 128, with the number in letters below.
    text.push_str(&format!("B40,{},0,1,2,4,160,B,\"{}\"\nP1\n", top + 20, quoted(&label.number)));
    text
}

/// A quote or a backslash would end the text; a line's end the command.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_one_form_with_the_number_in_bars() {
        let lines = vec!["To: \"Pat\"".to_owned()];
        let label = Label { title: "UPS".to_owned(), number: "1ZAB12340300000046".to_owned(), lines };
        let text = super::label(PageSize::new(101.6, 152.4), &label);
        assert!(text.starts_with("\nN\nq813\nQ1219,24\n") && text.ends_with("P1\n"), "{text}");
        assert!(
            text.contains("B40,156,0,1,2,4,160,B,\"1ZAB12340300000046\"") && text.contains("\\\"Pat\\\""),
            "{text}"
        );
    }
}
