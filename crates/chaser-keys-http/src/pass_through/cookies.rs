//! Keeps our cookies from the upstream, and the upstream from setting them: a browser sends a host's cookies to all of
//! its paths, the dashboard session among them.

use crate::authentication::cookie_is_ours;
use crate::headers::{cookie_pairs, name_and_value};

/// A `Cookie` header without our cookies; none if nothing is left.
pub(super) fn without_ours(value: &[u8]) -> Option<Vec<u8>> {
    let is_theirs = |pair: &&[u8]| !pair.is_empty() && !cookie_is_ours(name_of(pair));
    let kept: Vec<_> = cookie_pairs(value).filter(is_theirs).collect();
    (!kept.is_empty()).then(|| kept.join(&b"; "[..]))
}

/// Whether a `Set-Cookie` header would replace one of ours.
pub(super) fn sets_ours(value: &[u8]) -> bool {
    let pair = cookie_pairs(value).next().unwrap_or_default();
    // A browser sends a nameless cookie as its value alone, which reads like one with a name (RFC 6265bis §5.7).
    let pair = pair.strip_prefix(b"=").unwrap_or(pair);
    cookie_is_ours(name_of(pair))
}

fn name_of(pair: &[u8]) -> &[u8] {
    name_and_value(pair).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_cookies_stay_here_and_others_go_on() {
        let kept = |value: &str| without_ours(value.as_bytes()).map(|kept| String::from_utf8(kept).unwrap());
        assert_eq!(kept("a=b; chaser_session=t; c=d").as_deref(), Some("a=b; c=d"));
        assert_eq!(kept(" chaser_session = t;chaser_device=u; ;").as_deref(), None);
        assert_eq!(kept("chaser_sessions=t").as_deref(), Some("chaser_sessions=t"));
        assert!(sets_ours(b"chaser_session=x; Path=/") && sets_ours(b" chaser_device ="));
        assert!(sets_ours(b"=chaser_session=x") && sets_ours(b" = chaser_session=x; Path=/"));
        assert!(!sets_ours(b"id=chaser_session; Path=/"));
    }
}
