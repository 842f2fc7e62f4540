//! Places in a JSON body, by JSON Pointer (RFC 6901).

/// Finds a place by JSON Pointer and creates missing parents as objects.
pub fn json_place<'a>(root: &'a mut serde_json::Value, pointer: &str) -> Option<&'a mut serde_json::Value> {
    let mut place = root;
    for raw in pointer.strip_prefix('/')?.split('/') {
        let key = raw.replace("~1", "/").replace("~0", "~");
        if place.is_null() {
            *place = serde_json::Value::Object(serde_json::Map::new());
        }
        place = match place {
            serde_json::Value::Object(members) => members.entry(key).or_insert(serde_json::Value::Null),
            serde_json::Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(place)
}
