//! Networks: which addresses are of the public internet, and how an entry that allows another is written.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network that may be reached although it is not public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowedNetwork(IpNet);

impl AllowedNetwork {
    /// Reads `10.1.0.0/16`, `fd00:1::/32` or a single address.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self(address.into()));
        }
        let network: IpNet = text.parse().map_err(|_| {
            format!("`{text}` is no network; write `10.1.0.0/16`, `fd00:1::/32` or an address")
        })?;
        if network.trunc() != network {
            return Err(format!(
                "`{text}` names an address inside a network; the network is `{}`, the address alone `{}`",
                network.trunc(),
                network.addr()
            ));
        }
        Ok(Self(network))
    }

    /// Whether `address` lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl fmt::Display for AllowedNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            return self.0.addr().fmt(f);
        }
        self.0.fmt(f)
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(start: [u16; 6], end: [u16; 2], prefix: u8) -> Ipv6Net {
    let (s, e) = (start, end);
    Ipv6Net::new_assert(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], e[0], e[1]), prefix)
}

/// What is not of the public internet, by the registries of special-purpose addresses of the IANA (RFC 6890 and its
/// updates), and what clouds tell their machines about themselves.
const SPECIAL_V4: &[(Ipv4Net, &str)] = &[
    (v4(0, 0, 0, 0, 8), "an address of this very machine"),
    (v4(10, 0, 0, 0, 8), "a private address"),
    (v4(100, 64, 0, 0, 10), "an address behind a carrier's translation (CGNAT)"),
    (v4(127, 0, 0, 0, 8), "a loopback address"),
    (v4(168, 63, 129, 16, 32), "a cloud's metadata address"),
    (v4(169, 254, 0, 0, 16), "a link-local or metadata address"),
    (v4(172, 16, 0, 0, 12), "a private address"),
    (v4(192, 0, 0, 0, 24), "an address reserved for protocols"),
    (v4(192, 0, 2, 0, 24), "an address for documentation"),
    (v4(192, 88, 99, 0, 24), "a 6to4 relay's address"),
    (v4(192, 168, 0, 0, 16), "a private address"),
    (v4(198, 18, 0, 0, 15), "an address for benchmarks"),
    (v4(198, 51, 100, 0, 24), "an address for documentation"),
    (v4(203, 0, 113, 0, 24), "an address for documentation"),
    (v4(224, 0, 0, 0, 4), "a multicast address"),
    (v4(240, 0, 0, 0, 4), "a reserved or broadcast address"),
];

const SPECIAL_V6: &[(Ipv6Net, &str)] = &[
    (v6([0; 6], [0, 0], 128), "an address of this very machine"),
    (v6([0; 6], [0, 1], 128), "a loopback address"),
    (v6([0, 0, 0, 0, 0, 0xffff], [0, 0], 96), "an IPv4 address mapped into IPv6"),
    (v6([0, 0, 0, 0, 0xffff, 0], [0, 0], 96), "an IPv4 address translated into IPv6"),
    (v6([0; 6], [0, 0], 96), "an IPv4 address inside IPv6"),
    (v6([0x64, 0xff9b, 0, 0, 0, 0], [0, 0], 96), "an IPv4 address translated by NAT64"),
    (v6([0x64, 0xff9b, 1, 0, 0, 0], [0, 0], 48), "an IPv4 address translated by NAT64"),
    (v6([0x100, 0, 0, 0, 0, 0], [0, 0], 64), "an address that discards everything"),
    (v6([0x2001, 0, 0, 0, 0, 0], [0, 0], 32), "an IPv4 address inside Teredo"),
    (v6([0x2001, 0, 0, 0, 0, 0], [0, 0], 23), "an address reserved for protocols"),
    (v6([0x2001, 0xdb8, 0, 0, 0, 0], [0, 0], 32), "an address for documentation"),
    (v6([0x2002, 0, 0, 0, 0, 0], [0, 0], 16), "an IPv4 address inside 6to4"),
    (v6([0x3fff, 0, 0, 0, 0, 0], [0, 0], 20), "an address for documentation"),
    (v6([0xfc00, 0, 0, 0, 0, 0], [0, 0], 7), "a private address"),
    (v6([0xfe80, 0, 0, 0, 0, 0], [0, 0], 10), "a link-local address"),
    (v6([0xfec0, 0, 0, 0, 0, 0], [0, 0], 10), "a site-local address"),
    (v6([0xff00, 0, 0, 0, 0, 0], [0, 0], 8), "a multicast address"),
];

/// All that has been given out for the public internet so far.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0], [0, 0], 3);

/// What `address` is when it is not of the public internet, as the end of a sentence.
pub fn not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => {
            SPECIAL_V4.iter().find(|(network, _)| network.contains(&address)).map(|(_, kind)| *kind)
        }
        IpAddr::V6(address) => SPECIAL_V6
            .iter()
            .find(|(network, _)| network.contains(&address))
            .map(|(_, kind)| *kind)
            .or_else(|| (!GLOBAL_V6.contains(&address)).then_some("no public address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for special in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(not_public(special.parse().unwrap()).is_some(), "{special}");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert_eq!(not_public(public.parse().unwrap()), None, "{public}");
        }
    }

    #[test]
    fn an_entry_allows_its_very_network() {
        let network = |text| AllowedNetwork::parse(text).unwrap();
        let contains = |text, address: &str| network(text).contains(address.parse().unwrap());
        assert!(contains("10.1.0.0/16", "10.1.255.1"));
        assert!(!contains("10.1.0.0/16", "10.2.0.1"));
        assert!(contains("127.0.0.1", "127.0.0.1"));
        assert!(!contains("127.0.0.1", "127.0.0.2"));
        assert!(
            !contains("127.0.0.0/8", "::ffff:127.0.0.1"),
            "the form is refused, not only the address"
        );
        assert!(contains("fd00:1::/32", "fd00:1:2::3"));
        for text in ["", "10.1.2.3/16", "10.0.0.0/33", "fd00::/129", "10.1", "all", "10.0.0.0/-1"] {
            assert!(AllowedNetwork::parse(text).is_err(), "{text}");
        }
        assert_eq!(network("10.1.0.0/16").to_string(), "10.1.0.0/16");
    }
}
