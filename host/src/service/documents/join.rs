//! Several labels as one: printers' languages are joined end to end, the pages of PDFs are put into one file.

use lopdf::{Dictionary, Document, Object, ObjectId};

/// Largest sum of what is joined, in bytes: a hundred labels of 200 kB, the most that a shipment may have.
const MAX_BYTES: usize = 20 * 1024 * 1024;

/// Most pages of the whole: ten papers for each of a hundred parcels.
const MAX_PAGES: usize = 1_000;

/// Levels of a page tree that are gone up for what a page inherits; real ones have two or three.
const MAX_LEVELS: usize = 16;

/// What a page may have from the nodes above it (ISO 32000-1, table 30), which the joined file leaves behind.
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

/// Joins labels of one format, in their order; `None` if the format cannot be joined, or one of them is not what it says.
pub async fn join(format: &str, labels: Vec<Vec<u8>>) -> Option<Vec<u8>> {
    if labels.iter().map(Vec::len).sum::<usize>() > MAX_BYTES {
        return None;
    }
    match format {
        "zpl" | "epl2" => Some(end_to_end(&labels)),
        // Couriers' files are not to be trusted: whatever breaks in there ends this task and no more, and does not hold up others.
        "pdf" => tokio::task::spawn_blocking(move || pages(&labels)).await.ok().flatten(),
        _ => None,
    }
}

fn end_to_end(labels: &[Vec<u8>]) -> Vec<u8> {
    let mut whole = Vec::new();
    for label in labels {
        if !whole.is_empty() && !whole.ends_with(b"\n") {
            whole.push(b'\n');
        }
        whole.extend_from_slice(label);
    }
    whole
}

fn pages(labels: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut whole = Document::with_version("1.7");
    let root = whole.new_object_id();
    let mut kids = Vec::new();
    for label in labels {
        let mut part = Document::load_mem(label).ok()?;
        part.renumber_objects_with(whole.max_id + 1);
        for id in part.get_pages().into_values() {
            kids.push(Object::Reference(id));
            let page = freed(&part, id, root)?;
            part.objects.insert(id, Object::Dictionary(page));
        }
        whole.max_id = part.max_id;
        whole.objects.extend(part.objects);
    }
    if kids.is_empty() || kids.len() > MAX_PAGES {
        return None;
    }
    let count = i64::try_from(kids.len()).ok()?;
    let tree = Dictionary::from_iter([
        ("Type", Object::Name(b"Pages".to_vec())),
        ("Kids", Object::Array(kids)),
        ("Count", Object::Integer(count)),
    ]);
    whole.objects.insert(root, Object::Dictionary(tree));
    let catalog =
        Dictionary::from_iter([("Type", Object::Name(b"Catalog".to_vec())), ("Pages", Object::Reference(root))]);
    let catalog = whole.add_object(catalog);
    whole.trailer.set("Root", catalog);
    // The parts' own trees and catalogs are reached by nothing now.
    whole.prune_objects();
    whole.renumber_objects();
    let mut bytes = Vec::new();
    whole.save_to(&mut bytes).ok()?;
    Some(bytes)
}

/// A page that has all it needs in itself, below another tree.
fn freed(part: &Document, id: ObjectId, root: ObjectId) -> Option<Dictionary> {
    let mut page = part.get_dictionary(id).ok()?.clone();
    let mut above = page.get(b"Parent").and_then(Object::as_reference).ok();
    for _ in 0..MAX_LEVELS {
        let Some(node) = above.and_then(|id| part.get_dictionary(id).ok()) else { break };
        for key in INHERITED {
            if let Ok(value) = node.get(key)
                && !page.has(key)
            {
                page.set(key, value.clone());
            }
        }
        above = node.get(b"Parent").and_then(Object::as_reference).ok();
    }
    page.set("Parent", root);
    Some(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::Stream;

    /// A PDF of one page, whose size stands in the tree's root as some producers write it.
    fn pdf(width: i64) -> Vec<u8> {
        let mut document = Document::with_version("1.4");
        let root = document.new_object_id();
        let content = document.add_object(Stream::new(Dictionary::new(), format!("% {width}").into_bytes()));
        let page = document.add_object(Dictionary::from_iter([
            ("Type", Object::Name(b"Page".to_vec())),
            ("Parent", Object::Reference(root)),
            ("Contents", Object::Reference(content)),
        ]));
        let media_box = vec![0.into(), 0.into(), width.into(), 400.into()];
        let tree = Dictionary::from_iter([
            ("Type", Object::Name(b"Pages".to_vec())),
            ("Kids", Object::Array(vec![Object::Reference(page)])),
            ("Count", Object::Integer(1)),
            ("MediaBox", Object::Array(media_box)),
        ]);
        document.objects.insert(root, Object::Dictionary(tree));
        let catalog =
            Dictionary::from_iter([("Type", Object::Name(b"Catalog".to_vec())), ("Pages", Object::Reference(root))]);
        let catalog = document.add_object(catalog);
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    #[tokio::test]
    async fn pages_keep_their_order_and_their_size() {
        let bytes = join("pdf", vec![pdf(300), pdf(200), pdf(100)]).await.unwrap();
        let document = Document::load_mem(&bytes).unwrap();
        let width = |id: &ObjectId| {
            let page = document.get_dictionary(*id).unwrap();
            page.get(b"MediaBox").and_then(Object::as_array).unwrap()[2].as_i64().unwrap()
        };
        let widths: Vec<i64> = document.get_pages().values().map(width).collect();
        assert_eq!(widths, [300, 200, 100]);
        let page = *document.get_pages().get(&2).unwrap();
        assert_eq!(document.get_page_content(page), b"% 200\n");
    }

    #[tokio::test]
    async fn what_cannot_be_joined_is_told() {
        assert_eq!(join("zpl", vec![b"^XA^XZ".to_vec(), b"^XA^XZ\n".to_vec()]).await.unwrap(), b"^XA^XZ\n^XA^XZ\n");
        assert_eq!(join("png", vec![vec![1], vec![2]]).await, None);
        assert_eq!(join("pdf", vec![pdf(300), b"%PDF-1.4 no".to_vec()]).await, None);
        assert_eq!(join("zpl", vec![vec![0; MAX_BYTES], vec![0]]).await, None);
    }
}
