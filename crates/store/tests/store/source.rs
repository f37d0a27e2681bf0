//! A store holds the data of one customer at one source.

use store::{SourceIdentity, StoreError};

use crate::{place::Place, session::Session};

rig::on_each_backend!(a_store_is_claimed_once_and_refused_to_others, a_store_can_be_adopted);

fn identity(base_url: &str, customer: &str) -> SourceIdentity {
    SourceIdentity { base_url: base_url.to_owned(), customer: customer.to_owned() }
}

async fn a_store_is_claimed_once_and_refused_to_others(place: &Place) {
    let Session { store, writer } = Session::begin(place).await;
    assert_eq!(store.source().await.unwrap(), None);
    let acme = identity("https://api.example.com", "acme");
    writer.claim_source(&store, &acme, false, "").await.unwrap();
    writer.claim_source(&store, &acme, false, "").await.unwrap();
    assert_eq!(store.source().await.unwrap().as_ref(), Some(&acme));
    for given in [identity("https://api.example.com", "other"), identity("https://api.example.org", "acme")] {
        let error = writer.claim_source(&store, &given, false, "").await.unwrap_err();
        assert!(error.is_final());
        let text = error.to_string();
        assert!(text.contains(&given.base_url) && text.contains(&given.customer), "{text}");
        assert!(!text.contains("--"), "the service names its option: {text}");
        let StoreError::OtherSource { held, given: refused } = error else { panic!("{error:?}") };
        assert_eq!((*held, *refused), (acme.clone(), given));
        assert_eq!(store.source().await.unwrap().as_ref(), Some(&acme));
    }
}

async fn a_store_can_be_adopted(place: &Place) {
    let Session { store, writer } = Session::begin(place).await;
    let moved = identity("https://new.example.com", "acme");
    writer.claim_source(&store, &identity("https://old.example.com", "acme"), true, "").await.unwrap();
    writer.claim_source(&store, &moved, true, "").await.unwrap();
    assert_eq!(store.source().await.unwrap().as_ref(), Some(&moved));
    writer.claim_source(&store, &moved, false, "").await.unwrap();
    assert_eq!(place.number("SELECT count(*) FROM source").await, 1);
}
