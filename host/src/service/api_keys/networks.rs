//! From where a key may be used.

use ipnet::IpNet;

use crate::store;

/// Reads a stored allow list. One entry that cannot be read refuses the key: leaving it out could open it to everybody.
pub(super) fn read(list: &[String]) -> Result<Vec<IpNet>, store::Error> {
    list.iter().map(|text| one(text)).collect()
}

fn one(text: &str) -> Result<IpNet, store::Error> {
    let as_address = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>()
        .ok()
        .or_else(as_address)
        .ok_or_else(|| store::Error::Corrupt(format!("{text:?} is no network")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_cannot_be_read_refuses_the_key() {
        let list = |texts: &[&str]| read(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&["10.0.0.0/8", "::1"]).unwrap().len(), 2);
        assert!(list(&["10.0.0.0/8", "office"]).is_err());
    }
}
