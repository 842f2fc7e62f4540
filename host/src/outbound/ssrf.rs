//! Which addresses may be dialled: never the machine's own, its network's or the cloud's, whatever a name resolves to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Ports that public couriers may be reached at (CONVENTIONS 4.1).
const PUBLIC_PORTS: [u16; 4] = [443, 80, 8443, 8080];

/// IPv4 networks that are nobody's public server (IANA special-purpose registry, read 2026-11).
const BLOCKED_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// IPv6 networks inside the global unicast range that are nobody's public server.
const BLOCKED_V6: [Ipv6Net; 4] = [
    // Benchmarking, ORCHID and the other protocol assignments; Teredo (2001::/32) is unwrapped before.
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    v6([0x3ffe, 0, 0, 0, 0, 0, 0, 0], 16),
];

/// Everything else in IPv6 is link-local, unique-local, multicast, site-local or unassigned.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Where clouds hand out their machines' credentials. Blocked even inside an operator's list.
const METADATA: [IpAddr; 9] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 42, 42)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(s: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]), length)
}

/// Why an address is not dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// A cloud's metadata service.
    #[error("the address belongs to a metadata service")]
    Metadata,
    /// This very host.
    #[error("the address is one of the host's own listeners")]
    OwnListener,
    /// Loopback, private, link-local and so on, outside the operator's list.
    #[error("the address is not public and not in the operator's list of private networks")]
    NotPublic,
    /// Plain http outside the operator's list.
    #[error("plain http is only allowed inside the operator's list of private networks")]
    PlainHttp,
    /// A port that no courier listens on.
    #[error("the port is not one of 443, 80, 8443 and 8080")]
    Port,
}

/// What the operator allows beside the public internet.
#[derive(Debug, Clone, Default)]
pub struct AddressPolicy {
    /// Networks in which private addresses, plain http and any port are allowed.
    pub allow_private_networks: Vec<IpNet>,
    /// Where this host listens itself.
    pub own_listeners: Vec<SocketAddr>,
}

impl AddressPolicy {
    /// Says whether an address may be dialled for this scheme and port.
    ///
    /// # Errors
    ///
    /// The first rule that forbids it.
    pub fn check(&self, ip: IpAddr, port: u16, is_https: bool) -> Result<(), Blocked> {
        let inner = unwrap_embedded(ip);
        if METADATA.contains(&ip) || METADATA.contains(&inner) {
            return Err(Blocked::Metadata);
        }
        if self.is_own_listener(inner, port) || self.is_own_listener(ip, port) {
            return Err(Blocked::OwnListener);
        }
        if self.allow_private_networks.iter().any(|network| network.contains(&inner)) {
            return Ok(());
        }
        if is_blocked(ip) {
            return Err(Blocked::NotPublic);
        }
        if !is_https {
            return Err(Blocked::PlainHttp);
        }
        if PUBLIC_PORTS.contains(&port) { Ok(()) } else { Err(Blocked::Port) }
    }

    fn is_own_listener(&self, ip: IpAddr, port: u16) -> bool {
        self.own_listeners.iter().any(|listener| {
            let listener_ip = listener.ip().to_canonical();
            port == listener.port() && (listener_ip == ip || (listener_ip.is_unspecified() && is_of_this_machine(ip)))
        })
    }
}

/// Says whether an address lies in a range that is never dialled outside the operator's list.
pub fn is_blocked(ip: IpAddr) -> bool {
    match unwrap_embedded(ip) {
        IpAddr::V4(ip) => BLOCKED_V4.iter().any(|network| network.contains(&ip)),
        IpAddr::V6(ip) => !GLOBAL_V6.contains(&ip) || BLOCKED_V6.iter().any(|network| network.contains(&ip)),
    }
}

/// Returns the IPv4 address inside an IPv6 one: mapped, compatible, translated, 6to4, Teredo or NAT64.
fn unwrap_embedded(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(outer) = ip else { return ip };
    let s = outer.segments();
    let v4 = |high: u16, low: u16| IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match s {
        // Unspecified and loopback are IPv6's own, not compatible forms; both are outside the global range.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => ip,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => v4(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x64, 0xff9b, 1, _, _, _, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        [0x2001, 0, _, _, _, _, high, low] => v4(!high, !low),
        _ => ip,
    }
}

/// Asks the routing table: a datagram socket "connected" to an address of this machine gets that address itself.
/// Nothing is sent.
fn is_of_this_machine(ip: IpAddr) -> bool {
    if ip.is_loopback() || ip.is_unspecified() {
        return true;
    }
    let any: IpAddr = if ip.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let own = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((ip, 9))?;
        socket.local_addr()
    });
    own.is_ok_and(|own| own.ip() == ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn private_and_wrapped_addresses_are_blocked() {
        for text in [
            "0.0.0.0",
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "2002:7f00:1::",
            "2001:0:1:2:3:4:80ff:fffe",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::a00:1",
            "::ffff:0:127.0.0.1",
            "100::1",
            "fec0::1",
        ] {
            assert!(is_blocked(ip(text)), "{text}");
        }
        for text in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"] {
            assert!(!is_blocked(ip(text)), "{text}");
        }
    }

    #[test]
    fn the_operators_list_opens_private_networks_but_neither_metadata_nor_own_listeners() {
        let policy = AddressPolicy {
            allow_private_networks: vec!["127.0.0.0/8".parse().unwrap(), "169.254.0.0/16".parse().unwrap()],
            own_listeners: vec!["0.0.0.0:7000".parse().unwrap()],
        };
        assert_eq!(policy.check(ip("127.0.0.1"), 9999, false), Ok(()));
        assert_eq!(policy.check(ip("::ffff:127.0.0.1"), 9999, false), Ok(()));
        assert_eq!(policy.check(ip("127.0.0.1"), 7000, false), Err(Blocked::OwnListener));
        assert_eq!(policy.check(ip("::ffff:127.0.0.9"), 7000, false), Err(Blocked::OwnListener));
        assert_eq!(policy.check(ip("169.254.169.254"), 80, false), Err(Blocked::Metadata));
        assert_eq!(policy.check(ip("::ffff:169.254.169.254"), 80, false), Err(Blocked::Metadata));
        assert_eq!(policy.check(ip("10.0.0.1"), 443, true), Err(Blocked::NotPublic));
        assert_eq!(policy.check(ip("1.1.1.1"), 80, false), Err(Blocked::PlainHttp));
        assert_eq!(policy.check(ip("1.1.1.1"), 22, true), Err(Blocked::Port));
        assert_eq!(policy.check(ip("1.1.1.1"), 443, true), Ok(()));
    }
}
