//! What one vacancy looks like, and on which media it appears.

use fastrand::Rng;

use super::{
    catalogue::{self, LANGUAGES},
    random::{Domain, generator, identifier, per_mille, pick},
};
use crate::{
    database::posting::{self, PUBLISHED, UNPUBLISHED},
    ticks::{DAY, HOUR, SECOND, Ticks},
};

/// Days before the first application over which the first vacancies appeared.
const BEFORE_HISTORY_DAYS: i64 = 60;
/// Every so many vacancies is a talent pool: always open, without a deadline. Vacancy 0 is one.
const TALENT_POOL_EVERY: i64 = 20;
/// The vacancies' short numbers begin here.
const FIRST_JOB_ID: i64 = 21_000;

/// The postings of a vacancy that appears at this instant: one for each medium it is on. Their ids are 0.
pub(crate) fn published(seed: u64, number: i64, at: Ticks, media: &[String]) -> Vec<posting::Model> {
    let mut rng = generator(seed, Domain::Vacancy, number);
    let model = draft(&mut rng, number, at);
    let on = media_of(number, media);
    on.into_iter().map(|media_id| posting::Model { media_id: media_id.to_lowercase(), ..model.clone() }).collect()
}

/// The postings of a vacancy that appeared some time before `start`, at most 60 days before `history_days` of
/// applications begin, as they are at `start`.
pub(crate) fn of_the_past(
    seed: u64,
    number: i64,
    start: Ticks,
    history_days: i64,
    media: &[String],
) -> Vec<posting::Model> {
    let mut rng = generator(seed, Domain::Past, number);
    let oldest = (history_days + BEFORE_HISTORY_DAYS) * DAY;
    // the first talent pool is older than any application, so that there always is an open posting
    let age = if number == 0 { oldest } else { rng.i64(HOUR..oldest) };
    let whole = per_mille(&mut rng, 200);
    let at = round(start.plus(-age), whole);
    let mut postings = published(seed, number, at, media);
    let close = per_mille(&mut rng, 600);
    let edited = at.plus(rng.i64(0..(start.0 - at.0).clamp(1, 10 * DAY)));
    let extended = start.hour().plus(rng.i64(5..40) * DAY);
    for posting in &mut postings {
        if per_mille(&mut rng, 600) {
            posting.edited = edited;
            posting.edits = 1;
        }
        match posting.deadline {
            Some(deadline) if deadline <= start && close => unpublish(posting, deadline),
            Some(deadline) if deadline <= start => posting.deadline = Some(extended),
            _ => {}
        }
    }
    postings
}

/// Takes a posting off its medium; it stays in the list as unpublished.
pub(crate) fn unpublish(posting: &mut posting::Model, at: Ticks) {
    UNPUBLISHED.clone_into(&mut posting.status);
    posting.closed_at = Some(at);
    posting.edited = posting.edited.max(at);
}

fn draft(rng: &mut Rng, number: i64, at: Ticks) -> posting::Model {
    let talent_pool = number % TALENT_POOL_EVERY == 0;
    let language = if number == 0 { &LANGUAGES[0] } else { &LANGUAGES[*pick(rng, &[0, 0, 0, 0, 0, 1, 1, 2, 2, 3])] };
    let profession = rng.usize(0..catalogue::PROFESSIONS);
    let deadline = at.hour().plus(rng.i64(30..90) * DAY);
    let deadline = Ticks(deadline.0.div_euclid(DAY) * DAY + 10 * HOUR);
    let open_end = per_mille(rng, 350);
    posting::Model {
        id: 0,
        vacancy_id: identifier(rng).to_string(),
        job_id: i32::try_from(FIRST_JOB_ID + number).unwrap_or(i32::MAX),
        media_id: String::new(),
        kind: i32::from(talent_pool),
        language: language.locale.to_owned(),
        profession: i32::try_from(profession).unwrap_or_default(),
        title: if talent_pool { language.talent_pool } else { language.titles[profession] }.to_owned(),
        location: (!per_mille(rng, 30)).then(|| (*pick(rng, language.sites)).to_owned()),
        department: (!per_mille(rng, 80)).then(|| (*pick(rng, language.departments)).to_owned()),
        status: PUBLISHED.to_owned(),
        published_at: at,
        edited: at,
        edits: 0,
        deadline: (!talent_pool && !open_end).then_some(deadline),
        closed_at: None,
        // Zipf: the n-th most popular posting gets the n-th part of what the first one gets
        popularity: if talent_pool { 20_000 } else { 1_000_000 / rng.i64(1..60) },
    }
}

/// Six of ten vacancies are on the first medium only, two on the second (and so on) only, two on both.
fn media_of(number: i64, media: &[String]) -> Vec<&String> {
    let (Some(first), others) = (media.first(), media.get(1..).unwrap_or_default()) else { return Vec::new() };
    if others.is_empty() {
        return vec![first];
    }
    let turn = usize::try_from(number / 10).unwrap_or_default() % others.len();
    match number % 10 {
        2 | 6 => vec![first, &others[turn]],
        4 | 8 => vec![&others[turn]],
        _ => vec![first],
    }
}

/// Some instants fall on a whole second: those that a person or another system once entered.
pub(crate) fn round(at: Ticks, whole: bool) -> Ticks {
    if whole { Ticks(at.0.div_euclid(SECOND) * SECOND) } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::HISTORY_DAYS;

    fn media() -> Vec<String> {
        vec!["one".to_owned(), "two".to_owned()]
    }

    #[test]
    fn a_vacancy_on_two_media_is_two_postings_of_one_vacancy() {
        let postings = published(1, 2, Ticks(0), &media());
        assert_eq!(postings.len(), 2);
        assert_eq!(postings[0].vacancy_id, postings[1].vacancy_id);
        assert_ne!(postings[0].media_id, postings[1].media_id);
    }

    #[test]
    fn talent_pools_have_no_deadline_and_stay() {
        let start = Ticks(0);
        for number in (0..400).step_by(20) {
            for posting in of_the_past(1, number, start, HISTORY_DAYS, &media()) {
                assert_eq!((posting.kind, posting.deadline, posting.closed_at), (1, None, None));
            }
        }
    }

    #[test]
    fn the_past_ends_at_the_start() {
        let start = Ticks(500 * DAY);
        let postings: Vec<_> =
            (0..300).flat_map(|number| of_the_past(1, number, start, HISTORY_DAYS, &media())).collect();
        assert!(postings.iter().all(|posting| posting.published_at < start && posting.edited <= start));
        assert!(postings.iter().all(|posting| posting.published_at <= posting.edited));
        let closed = postings.iter().filter(|posting| posting.status == UNPUBLISHED).count();
        assert!((20..150).contains(&closed), "{closed}");
        let open = |posting: &posting::Model| posting.deadline.is_none_or(|deadline| deadline > start);
        assert!(postings.iter().all(|posting| (posting.status == PUBLISHED) == open(posting) || posting.kind == 1));
    }
}
