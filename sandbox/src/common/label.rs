//! Labels: real PDF pages and real ZPL text, one per parcel.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::barcode;
use super::bookings::{Booking, Parcel};

/// A PNG of one point, 1-bit greyscale: stands for the picture of a QR code.
pub const POINT_PNG: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x01\x00\x00\x00\x007n\xf9$\x00\x00\x00\x0aIDATx\xdac`\x00\x00\x00\x02\x00\x01\xe5'\xde\xfc\x00\x00\x00\x00IEND\xaeB`\x82";

const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// A page's size in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageSize {
    /// Across.
    pub width_mm: f32,
    /// Down.
    pub height_mm: f32,
}

impl PageSize {
    /// Names a size.
    pub const fn new(width_mm: f32, height_mm: f32) -> Self {
        Self { width_mm, height_mm }
    }
}

/// What is printed for one parcel.
pub struct Label {
    /// Large on top: the courier and its service.
    pub title: String,
    /// Tracking number, as text and as bars.
    pub number: String,
    /// Lines below, from top to bottom.
    pub lines: Vec<String>,
}

impl Label {
    /// The label of one parcel of a booking.
    pub fn of(title: &str, booking: &Booking, parcel: &Parcel) -> Self {
        let (from, to) = (&booking.sender, &booking.recipient);
        let position = booking.parcels.iter().position(|other| other.number == parcel.number).unwrap_or(0) + 1;
        let mut lines = vec![
            format!("From: {}, {} {} {}", from.name, from.postal_code, from.city, from.country),
            format!("To: {}", to.name),
            to.street.clone(),
            format!("{} {} {}", to.postal_code, to.city, to.country),
            format!(
                "Service {}  Parcel {position}/{}  {} g",
                booking.service,
                booking.parcels.len(),
                parcel.weight_grams
            ),
            format!("Shipment {}", booking.id),
        ];
        if let Some(reference) = booking.references.first() {
            lines.push(format!("Ref {reference}"));
        }
        lines.push("SANDBOX - NOT A VALID LABEL".to_owned());
        Self { title: title.to_owned(), number: parcel.number.clone(), lines }
    }
}

/// Draws one page per label.
pub fn pdf(size: PageSize, labels: &[Label]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let pages_id = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let media_box = vec![
        Object::Integer(0),
        Object::Integer(0),
        Object::Real(size.width_mm * POINTS_PER_MM),
        Object::Real(size.height_mm * POINTS_PER_MM),
    ];
    let kids: Vec<Object> = labels
        .iter()
        .map(|label| {
            let content = Content { operations: draw(size, label) }.encode().unwrap_or_default();
            let content = document.add_object(Stream::new(Dictionary::new(), content));
            let page = document.add_object(dictionary! {
                "Type" => "Page", "Parent" => pages_id, "Contents" => content, "Resources" => resources,
                "MediaBox" => media_box.clone(),
            });
            page.into()
        })
        .collect();
    let count = i64::try_from(kids.len()).unwrap_or(0);
    let pages = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    document.objects.insert(pages_id, Object::Dictionary(pages));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages_id });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    // Writing into memory has nothing that could fail.
    let _ = document.save_to(&mut bytes);
    bytes
}

fn draw(size: PageSize, label: &Label) -> Vec<Operation> {
    let (width, height) = (size.width_mm * POINTS_PER_MM, size.height_mm * POINTS_PER_MM);
    let margin = 8.0 * POINTS_PER_MM;
    let mut operations = Vec::new();
    write(&mut operations, margin, height - margin, 14.0, &label.title);
    let mut top = height - margin - 22.0;
    for line in &label.lines {
        write(&mut operations, margin, top, 9.0, line);
        top -= 12.0;
    }
    let (bars, modules) = barcode::bars(&label.number);
    #[expect(clippy::cast_precision_loss, reason = "a barcode has a few hundred modules")]
    let module = (width - 2.0 * margin) / modules.max(1) as f32;
    for (left, bar) in bars {
        #[expect(clippy::cast_precision_loss, reason = "a barcode has a few hundred modules")]
        let rectangle = [margin + left as f32 * module, margin + 16.0, bar as f32 * module, 50.0];
        operations.push(Operation::new("re", rectangle.map(Object::Real).to_vec()));
    }
    operations.push(Operation::new("f", Vec::new()));
    write(&mut operations, margin, margin, 12.0, &label.number);
    operations
}

fn write(operations: &mut Vec<Operation>, x: f32, y: f32, size: f32, text: &str) {
    operations.extend([
        Operation::new("BT", Vec::new()),
        Operation::new("Tf", vec!["F1".into(), size.into()]),
        Operation::new("Td", vec![x.into(), y.into()]),
        Operation::new("Tj", vec![Object::string_literal(western(text))]),
        Operation::new("ET", Vec::new()),
    ]);
}

/// Text in the font's one-byte encoding; what it cannot write becomes a question mark.
fn western(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match u32::from(c) {
            code @ (32..=126 | 160..=255) => u8::try_from(code).unwrap_or(b'?'),
            _ => b'?',
        })
        .collect()
}

/// The same label as ZPL for a printer with 8 dots a millimetre.
pub fn zpl(size: PageSize, label: &Label) -> String {
    const DOTS_PER_MM: f32 = 8.0;
    let mut text = format!(
        "^XA\n^CI28\n^PW{:.0}\n^LL{:.0}\n^FO40,40^A0N,48,48^FD{}^FS\n",
        size.width_mm * DOTS_PER_MM,
        size.height_mm * DOTS_PER_MM,
        harmless(&label.title)
    );
    let mut top = 110;
    for line in &label.lines {
        text.push_str(&format!("^FO40,{top}^A0N,28,28^FD{}^FS\n", harmless(line)));
        top += 36;
    }
    text.push_str(&format!("^FO40,{top}^BY2^BCN,160,Y,N,N^FD{}^FS\n^XZ\n", harmless(&label.number)));
    text
}

/// A caret or tilde in an address would otherwise be read as a command.
fn harmless(text: &str) -> String {
    text.replace(['^', '~'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_its_page_size_and_number() {
        let label = |number: &str| Label {
            title: "Prøve".to_owned(),
            number: number.to_owned(),
            lines: vec!["Åse ^XA Ødegård".to_owned()],
        };
        let size = PageSize::new(105.0, 190.0);
        let bytes = pdf(size, &[label("370000000000000011"), label("370000000000000028")]);
        let document = Document::load_mem(&bytes).unwrap();
        assert_eq!(document.get_pages().len(), 2);
        let text = document.extract_text(&[2]).unwrap();
        assert!(text.contains("370000000000000028") && text.contains("Ødegård"), "{text}");
        let zpl = zpl(size, &label("370000000000000011"));
        assert!(zpl.starts_with("^XA") && zpl.matches("^XA").count() == 1 && zpl.contains("370000000000000011"));
    }
}
