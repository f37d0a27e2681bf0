//! The same seed and start give the same world, byte for byte, also after time has passed; another seed gives
//! another one.

use crate::harness::{MEDIUM, Mock, OTHER_MEDIUM};

async fn everything(mock: &Mock) -> [Vec<u8>; 3] {
    [
        mock.bytes("/v1/acme/postings").await,
        mock.bytes(&format!("/v1/acme/postings/{MEDIUM}")).await,
        mock.bytes("/v1/acme/applications/find-by-date?from=2020-01-01").await,
    ]
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let (one, two, other) = tokio::join!(Mock::start(&[]), Mock::start(&[]), Mock::start(&[("MOCK_SEED", "2")]));
    let before = everything(&one).await;
    assert_eq!(before, everything(&two).await);
    for (one, other) in before.iter().zip(everything(&other).await) {
        assert_ne!(*one, other);
    }
    for hours in [24, 5, 48] {
        assert_eq!(one.advance(hours).await["applications"], two.advance(hours).await["applications"]);
    }
    let after = everything(&one).await;
    assert_eq!(after, everything(&two).await);
    for (before, after) in before.iter().zip(&after) {
        assert_ne!(before, after);
    }
}

#[tokio::test]
async fn more_applications_do_not_reshuffle_the_postings() {
    let (small, large) = tokio::join!(Mock::start(&[]), Mock::start(&[("MOCK_APPLICATIONS", "2000")]));
    assert_eq!(small.bytes("/v1/acme/postings").await, large.bytes("/v1/acme/postings").await);
}

#[tokio::test]
async fn some_postings_are_much_more_popular_than_others() {
    let mock = Mock::start(&[("MOCK_APPLICATIONS", "5000")]).await;
    let mut counts = std::collections::HashMap::<String, usize>::new();
    for application in mock.applications().await {
        *counts.entry(application["jobId"].to_string()).or_default() += 1;
    }
    let mut counts: Vec<usize> = counts.into_values().collect();
    counts.sort_unstable();
    let median = counts[counts.len() / 2];
    assert!(counts.last().expect("some") > &(5 * median), "{counts:?}");
}

#[tokio::test]
async fn an_empty_world_is_a_world() {
    let mock = Mock::start(&[("MOCK_POSTINGS", "0"), ("MOCK_APPLICATIONS", "0")]).await;
    assert_eq!(mock.bytes("/v1/acme/postings").await, b"[]");
    assert!(mock.applications().await.is_empty());
    let said = mock.advance(24).await;
    assert!(said["postings"]["created"].as_u64() >= Some(1));
    assert_eq!(said["applications"]["deleted"], 0);
}

/// FNV-1a of all lists, one after the other.
async fn fingerprint(mock: &Mock) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for path in [
        "/v1/acme/postings",
        &format!("/v1/acme/postings/{MEDIUM}"),
        &format!("/v1/acme/postings/{OTHER_MEDIUM}"),
        "/v1/acme/applications/find-by-date?from=2020-01-01&to=2027-01-01",
    ] {
        for byte in mock.bytes(path).await {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

/// Whoever keeps what the mock said, or has a world in a file, finds it again after an update. A change of the words or of
/// the wire form changes these numbers; one of anything else must not.
#[tokio::test]
async fn the_world_of_the_default_settings_is_what_it_was() {
    let mock = Mock::start(&[]).await;
    assert_eq!(fingerprint(&mock).await, 0x18e7_7057_85c3_22d5);
    for hours in [24, 53] {
        mock.advance(hours).await;
    }
    assert_eq!(fingerprint(&mock).await, 0x9272_9ff8_0df6_5db2);
}
