//! When two versions of an ad say the same, and what is done about one whose files are elsewhere.

use store::entity::{
    board_attachment::{AttachmentState, Model as Attachment},
    board_listing::{ListingState, Model, Notice, Step},
};
use transfer::{
    Hosts,
    config::{OnChange, OnUnknown},
    transform::{Decision, Draft, Files, Likeness, Mapping, decide},
};

use crate::golden::doctor;

fn draft(text: &str) -> Draft {
    let mapping = Mapping::parse("[contact]\nname = \"Herr Mustermann\"").unwrap();
    let hosts = Hosts::try_from("cdn.example.org".to_owned()).unwrap();
    Draft::of(&doctor("vacancy", None, text, Vec::new()), &mapping, &hosts).unwrap()
}

/// A text with an image and a flyer, whose addresses end with this.
fn signed(query: &str) -> Draft {
    let base = "https://cdn.example.org";
    draft(&format!(
        r#"<p>A ward. <a href="{base}/logo.png{query}"><img src="{base}/logo.png{query}"></a>
           <a href="{base}/flyer.pdf{query}">Flyer</a></p>"#
    ))
}

#[test]
fn where_files_are_is_not_what_an_ad_says() {
    let plain = signed("");
    for query in ["?X-Amz-Date=1&X-Amz-Signature=ab", "?X-Amz-Date=2&X-Amz-Signature=%2Fcd", "#fragment"] {
        let other = signed(query);
        assert_eq!(other.content_hash, plain.content_hash, "{query}");
        assert_ne!(other.files, plain.files, "{query}");
    }
    assert_eq!(draft(r#"<p>x <img src="https://a.example/1.png"></p>"#).content_hash, {
        draft(r#"<p>x <img src="https://b.example/2.png"></p>"#).content_hash
    });
}

#[test]
fn what_an_ad_says_is_its_words_and_where_its_files_stand_in_it() {
    let texts = [
        r#"<p>x <img src="https://a.example/1.png"></p>"#,
        r#"<p>y <img src="https://a.example/1.png"></p>"#,
        r#"<p>x <img src="https://a.example/1.png" alt="us"></p>"#,
        r#"<p>x</p><img src="https://a.example/1.png">"#,
        "<p>x</p>",
        r#"<p>x <img src="https://a.example/1.png"><img src="https://a.example/1.png"></p>"#,
        r#"<p>x <img src="https://a.example/1.png"><img src="https://a.example/2.png"></p>"#,
        // a link that is no file is handed over as it is
        r#"<p>x <a href="https://a.example/?s=1">more</a></p>"#,
        r#"<p>x <a href="https://a.example/?s=2">more</a></p>"#,
    ];
    let hashes: Vec<String> = texts.iter().map(|text| draft(text).content_hash).collect();
    for (at, hash) in hashes.iter().enumerate() {
        assert!(!hashes[..at].contains(hash), "{} says the same as another one", texts[at]);
    }
}

fn listing(state: ListingState, listing_id: Option<&str>, draft: &Draft) -> Model {
    Model {
        board: "https://board.example.org".to_owned(),
        mode: "create".to_owned(),
        vacancy_id: draft.vacancy_id.clone(),
        generation: 1,
        media_id: draft.media_id.clone(),
        state,
        step: None,
        reason: None,
        notice: None,
        listing_id: listing_id.map(str::to_owned),
        content_hash: draft.content_hash.clone(),
        tries: 0,
        planned_at: chrono::DateTime::UNIX_EPOCH,
        moved_at: chrono::DateTime::UNIX_EPOCH,
        published_at: None,
        run_id: "run".to_owned(),
    }
}

/// As they were handed over.
fn files(draft: &Draft, sha256: Option<&str>) -> Files {
    let listing = listing(ListingState::Published, None, draft);
    let file = |(position, url): (i32, &url::Url)| Attachment {
        board: listing.board.clone(),
        mode: listing.mode.clone(),
        vacancy_id: listing.vacancy_id.clone(),
        generation: listing.generation,
        position,
        attempt: 1,
        url: url.to_string(),
        filename: "logo.png".to_owned(),
        mime_type: "image/png".to_owned(),
        bytes: 1,
        sha256: sha256.map(str::to_owned),
        state: AttachmentState::Uploaded,
        attachment_id: None,
        moved_at: chrono::DateTime::UNIX_EPOCH,
    };
    draft.places().map(|place| (place.0, file(place))).collect()
}

#[test]
fn only_the_addresses_of_files_leave_it_open_whether_an_ad_has_changed() {
    let (old, new) = (signed("?s=1"), signed("?s=2"));
    let told = listing(ListingState::Published, Some("id"), &old);
    assert_eq!(Likeness::of(&told, &files(&old, Some("ab")), &old), Likeness::Same);
    assert_eq!(Likeness::of(&told, &files(&old, Some("ab")), &new), Likeness::Moved);
    // nobody has seen what was put there by hand, or it is not even known
    assert_eq!(Likeness::of(&told, &files(&old, None), &old), Likeness::Moved);
    assert_eq!(Likeness::of(&told, &Files::new(), &old), Likeness::Moved);
    assert_eq!(Likeness::of(&told, &files(&old, Some("ab")), &draft("<p>A ward.</p>")), Likeness::Changed);
}

#[test]
fn files_that_are_elsewhere_begin_nothing_anew() {
    use ListingState as State;
    let draft = signed("");
    let states = [
        State::Planned,
        State::Creating,
        State::Created,
        State::Uploading,
        State::Publishing,
        State::Published,
        State::Unknown,
        State::Held,
    ];
    for state in states {
        for on_change in [OnChange::Hold, OnChange::Republish] {
            for id in [None, Some("id")] {
                let listing = listing(state, id, &draft);
                let decided = |likeness| decide(Some(&listing), Some(&draft), likeness, on_change, OnUnknown::Hold);
                assert_eq!(decided(Likeness::Unseen), decided(Likeness::Same), "{state:?} {id:?}");
                let decision = decided(Likeness::Moved);
                let is_looked_at = decision == Decision::Compare;
                assert!(is_looked_at || decision == decided(Likeness::Same), "{state:?} {id:?}: {decision:?}");
                let may_have_files =
                    id.is_some() && !matches!(state, State::Creating | State::Publishing | State::Unknown);
                assert_eq!(is_looked_at, may_have_files || state == State::Published, "{state:?} {id:?}");
            }
        }
    }
    let published = listing(State::Published, Some("id"), &draft);
    let withdrawn = decide(Some(&published), None, Likeness::Moved, OnChange::Republish, OnUnknown::Hold);
    assert_eq!(withdrawn, Decision::Notify(Notice::Withdrawn));
    let lost = Model { step: Some(Step::Create), ..listing(State::Creating, None, &draft) };
    let decision = decide(Some(&lost), Some(&draft), Likeness::Moved, OnChange::Hold, OnUnknown::Hold);
    assert_eq!(decision, Decision::Lost(Step::Create));
}
