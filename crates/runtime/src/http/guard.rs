//! Keeps a client out of private networks, whatever a name points to and wherever a redirect leads.

use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};
use url::Host;

/// Which hosts may have a private address.
#[derive(Debug, Clone)]
pub(super) struct Guard(Arc<Vec<String>>);

impl Guard {
    pub(super) fn but_for(hosts: Vec<String>) -> Self {
        Self(Arc::new(hosts))
    }

    pub(super) fn admits(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(address)) => self.excepts(&address.to_string()) || is_public(address.into()),
            Some(Host::Ipv6(address)) => self.excepts(&address.to_string()) || is_public(address.into()),
            // a name is looked at when it is resolved, just before the connection is made: it cannot point elsewhere in between
            Some(Host::Domain(_)) => true,
            None => false,
        }
    }

    pub(super) fn has_refused(error: &dyn Error) -> bool {
        let mut cause = error.source();
        while let Some(error) = cause {
            if error.is::<PrivateAddress>() {
                return true;
            }
            cause = error.source();
        }
        false
    }

    fn excepts(&self, host: &str) -> bool {
        self.0.iter().any(|excepted| excepted.eq_ignore_ascii_case(host))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
struct PrivateAddress;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let is_excepted = self.excepts(name.as_str());
        Box::pin(async move {
            // the client puts the URL's port in place of this one
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // one is enough: nobody knows which of them is taken
            if !is_excepted && found.iter().any(|address| !is_public(address.ip())) {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether the whole world can reach it, by IANA's registries of special addresses.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => embedded(address).map_or_else(|| is_public_v6(address), is_public_v4),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // this network; shared by providers; protocols; benchmarks; reserved, with the broadcast
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240;
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // only 2000::/3 is given out; of that, protocols (Teredo among them) and examples are not public
    first & 0xe000 == 0x2000 && !(first == 0x2001 && (second < 0x200 || second == 0x0db8)) && first != 0x3fff
}

/// The address inside: mapped, translated (64:ff9b::/96) or 6to4.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match parts {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => address.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_world_are_told_from_the_others() {
        for public in
            ["1.1.1.1", "193.99.144.80", "172.32.0.1", "2a02:2e0:3fe:1001::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "64:ff9b:1::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn a_number_is_looked_at_and_a_name_later() {
        let guard = Guard::but_for(vec!["10.0.0.7".to_owned()]);
        let admits = |url: &str| guard.admits(&url.parse().unwrap());
        assert!(admits("http://10.0.0.7/x") && admits("http://intranet/") && admits("https://1.1.1.1/"));
        // a number in another notation is a number
        assert!(!admits("http://10.0.0.8/") && !admits("http://0x7f.1/") && !admits("http://[::1]/"));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        let resolve = |guard: Guard| async move { guard.resolve("localhost".parse().unwrap()).await.is_ok() };
        assert!(!resolve(Guard::but_for(Vec::new())).await);
        assert!(resolve(Guard::but_for(vec!["LOCALHOST".to_owned()])).await);
    }
}
