//! What is decided on: what the board was told of each vacancy, and what is to be handed over.

use std::collections::BTreeMap;

use domain::{TooManyChanges, judge_changes};
use runtime::Context;
use store::{
    Board, Store,
    entity::board_listing::{ListingState, Model},
};

use crate::{
    config::{OnChange, Settings},
    sink::{compare::Comparison, hand_over::HandOver},
    transform::{Decision, Files, Likeness, Mapping, Selection, decide, select},
};

/// The newest listing of each vacancy that has one, and what is to be handed over.
pub(crate) struct Situation {
    pub(crate) board: Board,
    pub(crate) latest: BTreeMap<String, Model>,
    /// Of the newest listings.
    pub(crate) files: BTreeMap<String, Files>,
    pub(crate) selection: Selection,
    /// What looking at files has shown, of vacancies whose files have other addresses.
    compared: BTreeMap<String, Likeness>,
    /// What has changed is reported, and not handed over anew, whatever `TRANSFER_ON_CHANGE` says.
    is_held_back: bool,
}

impl Situation {
    /// As the store has it now.
    pub(crate) async fn now(
        context: &Context,
        settings: &Settings,
        store: &Store,
        mapping: &Mapping,
    ) -> anyhow::Result<Self> {
        let board = settings.board.ledger();
        // the newest generation comes last
        let listings = store.listings(&board).await?.into_iter();
        let latest: BTreeMap<_, _> = listings.map(|listing| (listing.vacancy_id.clone(), listing)).collect();
        let mut files: BTreeMap<String, Files> = BTreeMap::new();
        for file in store.attachments(&board).await? {
            if latest.get(&file.vacancy_id).is_some_and(|listing| listing.generation == file.generation) {
                // later attempts come later
                files.entry(file.vacancy_id.clone()).or_default().insert(file.position, file);
            }
        }
        let taken = latest.values().map(|listing| (&*listing.vacancy_id, &*listing.media_id)).collect();
        let postings = store.live_postings().await?;
        let selection = select(&postings, mapping, &settings.attachments.hosts, &taken, context.clock.now());
        Ok(Self { board, latest, files, selection, compared: BTreeMap::new(), is_held_back: false })
    }

    /// All vacancies, in the order in which they were planned; those that were not yet come last.
    pub(crate) fn vacancies(&self) -> Vec<String> {
        let mut known: Vec<&Model> = self.latest.values().collect();
        known.sort_by_key(|listing| (listing.planned_at, &listing.vacancy_id));
        let new = self.selection.drafts.keys().filter(|vacancy| !self.latest.contains_key(*vacancy));
        known.iter().map(|listing| &listing.vacancy_id).chain(new).cloned().collect()
    }

    /// What is to be done about one.
    pub(crate) fn decision(&self, settings: &Settings, vacancy: &str) -> Decision {
        let transfer = &settings.transfer;
        let (latest, draft) = (self.latest.get(vacancy), self.selection.drafts.get(vacancy));
        let (none, compared) = (Files::new(), self.compared.get(vacancy).copied());
        let files = self.files.get(vacancy).unwrap_or(&none);
        let told = latest.zip(draft).map(|(latest, draft)| Likeness::of(latest, files, draft));
        let likeness = compared.or(told).unwrap_or(Likeness::Changed);
        let on_change = if self.is_held_back { OnChange::Hold } else { transfer.on_change };
        decide(latest, draft, likeness, on_change, transfer.on_unknown)
    }

    /// Looks at files whose addresses have changed, so that from here on nothing counts as a change but what is one.
    pub(crate) async fn compare(&mut self, hand_over: &HandOver<'_>) -> anyhow::Result<()> {
        let mut comparison = Comparison::new(hand_over);
        for vacancy in self.to_be(hand_over.settings, Decision::Compare) {
            let (Some(listing), Some(draft)) = (self.latest.get(&vacancy), self.selection.drafts.get(&vacancy)) else {
                continue;
            };
            let files = self.files.entry(vacancy.clone()).or_default();
            let likeness = comparison.of(listing, files, draft).await?;
            self.compared.insert(vacancy, likeness);
        }
        comparison.report();
        Ok(())
    }

    /// Hands nothing over anew if that would be more than is plausible, or than a person has accepted: the board would have
    /// each of these ads twice until somebody has removed the old one. All else is not in question and is done: a new ad
    /// is there once, with or without these changes, and one that is on its way is better off at its end.
    pub(crate) fn hold_back(&mut self, settings: &Settings, accepted: u64) -> Result<(), TooManyChanges> {
        let published = self.latest.values().filter(|listing| listing.state == ListingState::Published).count();
        let changed = self.to_be(settings, Decision::Replace).len();
        let judged = judge_changes(published as u64, changed as u64, accepted);
        self.is_held_back = judged.is_err();
        judged
    }

    /// The vacancies that this is to be done about.
    fn to_be(&self, settings: &Settings, done: Decision) -> Vec<String> {
        self.vacancies().into_iter().filter(|vacancy| self.decision(settings, vacancy) == done).collect()
    }
}
