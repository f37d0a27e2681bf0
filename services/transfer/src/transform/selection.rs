//! Which postings are handed over.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, Utc};
use store::entity::{board_listing, posting};

use super::{Draft, Mapping};
use crate::hosts::Hosts;

// of Emply: the types and the stage of a posting
const JOB: i32 = 0;
const TALENT_POOL: i32 = 1;
const PUBLISHED: i32 = 1;

#[derive(Default)]
pub(crate) struct Selection {
    /// By vacancy: a vacancy on several media is one ad.
    pub(crate) drafts: BTreeMap<String, Draft>,
    pub(crate) left_out: Vec<LeftOut>,
}

pub(crate) struct LeftOut {
    pub(crate) vacancy_id: String,
    pub(crate) title: String,
    pub(crate) reason: Cow<'static, str>,
}

/// Of a vacancy's postings it is the one on the medium of its latest listing; else on the first medium of the mapping file.
pub(crate) fn select(
    postings: &[posting::Model],
    mapping: &Mapping,
    hosts: &Hosts,
    latest: &BTreeMap<String, board_listing::Model>,
    now: DateTime<Utc>,
) -> Selection {
    let mut selection = Selection::default();
    let mut ranked: Vec<(usize, &posting::Model)> =
        postings.iter().map(|posting| (rank(posting, mapping, latest), posting)).collect();
    ranked.sort_by_key(|(rank, posting)| (&posting.vacancy_id, *rank, &posting.media_id));
    for (_, posting) in ranked {
        let draft = eligible(posting, mapping, now).map_err(Cow::Borrowed).and_then(|()| {
            if selection.drafts.contains_key(&posting.vacancy_id) {
                return Err("the vacancy is handed over from another medium".into());
            }
            Draft::of(posting, mapping, hosts)
        });
        match draft {
            Ok(draft) => {
                selection.drafts.insert(posting.vacancy_id.clone(), draft);
            }
            Err(reason) => selection.left_out.push(LeftOut {
                vacancy_id: posting.vacancy_id.clone(),
                title: posting.title.clone(),
                reason,
            }),
        }
    }
    selection
}

fn rank(posting: &posting::Model, mapping: &Mapping, latest: &BTreeMap<String, board_listing::Model>) -> usize {
    if latest.get(&posting.vacancy_id).is_some_and(|listing| listing.media_id == posting.media_id) {
        // the medium that it was handed over from, so that nothing changes without need
        return 0;
    }
    1 + mapping.media.place(&posting.media_id).unwrap_or(mapping.media.len())
}

fn eligible(posting: &posting::Model, mapping: &Mapping, now: DateTime<Utc>) -> Result<(), &'static str> {
    if posting.posting_type == Some(TALENT_POOL) {
        return Err("it is a talent pool");
    }
    // one without a type is taken for a job
    if posting.posting_type.is_some_and(|kind| kind != JOB) {
        return Err("it is neither a job nor a talent pool");
    }
    if posting.stage.is_some_and(|stage| stage != PUBLISHED) {
        return Err("it is not published");
    }
    if posting.deadline.is_some_and(|deadline| deadline <= now) {
        return Err("it is past its deadline");
    }
    if mapping.media.len() > 0 && mapping.media.place(&posting.media_id).is_none() {
        return Err("its medium is not in the mapping file");
    }
    Ok(())
}
