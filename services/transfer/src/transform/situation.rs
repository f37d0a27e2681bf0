//! What is decided on: what the board was told of each vacancy, and what is to be handed over.

use std::collections::BTreeMap;

use domain::{TooManyChanges, judge_changes};
use store::entity::board_listing::{ListingState, Model};

use super::{
    decision::{Decision, decide},
    draft::Draft,
    likeness::{Files, Likeness},
    selection::Selection,
};
use crate::config::{OnChange, OnUnknown, TransferSettings};

pub(crate) struct Situation {
    pub(crate) latest: BTreeMap<String, Model>,
    pub(crate) files: BTreeMap<String, Files>,
    pub(crate) selection: Selection,
    /// Of each vacancy that has a listing and is to be handed over.
    pub(crate) likeness: BTreeMap<String, Likeness>,
    on_change: OnChange,
    on_unknown: OnUnknown,
}

impl Situation {
    pub(crate) fn new(
        latest: BTreeMap<String, Model>,
        files: BTreeMap<String, Files>,
        selection: Selection,
        settings: &TransferSettings,
    ) -> Self {
        let told = selection.drafts.iter().filter_map(|(vacancy, draft)| {
            Some((vacancy.clone(), Likeness::of(latest.get(vacancy)?, files.get(vacancy)?, draft)))
        });
        let likeness = told.collect();
        Self { latest, files, selection, likeness, on_change: settings.on_change, on_unknown: settings.on_unknown }
    }

    /// All vacancies, in the order in which they were planned; those that were not yet come last.
    pub(crate) fn vacancies(&self) -> Vec<String> {
        let mut known: Vec<&Model> = self.latest.values().collect();
        known.sort_by_key(|listing| (listing.planned_at, &listing.vacancy_id));
        let new = self.selection.drafts.keys().filter(|vacancy| !self.latest.contains_key(*vacancy));
        known.iter().map(|listing| &listing.vacancy_id).chain(new).cloned().collect()
    }

    pub(crate) fn decision(&self, vacancy: &str) -> Decision {
        // where there is none, there is no listing or no draft, and nobody asks for it
        let likeness = self.likeness.get(vacancy).copied().unwrap_or(Likeness::Changed);
        let (latest, draft) = (self.latest.get(vacancy), self.selection.drafts.get(vacancy));
        decide(latest, draft, likeness, self.on_change, self.on_unknown)
    }

    pub(crate) fn to_be(&self, done: Decision) -> Vec<String> {
        self.vacancies().into_iter().filter(|vacancy| self.decision(vacancy) == done).collect()
    }

    pub(crate) fn told(&self, vacancy: &str) -> Option<(&Model, &Files, &Draft)> {
        Some((self.latest.get(vacancy)?, self.files.get(vacancy)?, self.selection.drafts.get(vacancy)?))
    }

    /// Hands nothing over anew if that would be more than is plausible, or than a person has accepted.
    pub(crate) fn hold_back(&mut self, accepted: u64) -> Result<(), TooManyChanges> {
        let published = self.latest.values().filter(|listing| listing.state == ListingState::Published).count();
        let changed = self.to_be(Decision::Replace).len();
        // the board would have each of these ads twice until somebody has removed the old one; all else is done, since a new ad
        // is there once, and one that is on its way is better off at its end
        judge_changes(published as u64, changed as u64, accepted).inspect_err(|_| self.on_change = OnChange::Hold)
    }
}
