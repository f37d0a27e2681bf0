//! An ad is created at the board, and published when its files are there.

use std::ops::ControlFlow;

use serde::Serialize;
use store::entity::{
    board_attachment::Model as Attachment,
    board_listing::{ListingState, Model, Step},
};

use super::{
    board::{BoardClient, Reply},
    steps::{Ledger, Progress, Stepped},
};

pub(crate) struct HandOver<'a> {
    pub(crate) board: &'a BoardClient,
    pub(crate) ledger: Ledger<'a>,
    /// The board has taken something from the account in this run, so what it refuses now is the ad.
    pub(crate) account_is_good: bool,
}

impl HandOver<'_> {
    /// Hands an ad over whose files are known. `trial` is one that nothing is wrong with.
    pub(crate) async fn create(
        &mut self,
        listing: &mut Model,
        files: &[Attachment],
        ad: &impl Serialize,
        trial: &impl Serialize,
    ) -> anyhow::Result<Stepped> {
        self.ledger.creating(listing, files).await?;
        match self.board.create(ad).await {
            Reply::Done(id) => {
                self.account_is_good = true;
                self.ledger.created(listing, id).await?;
                Ok(ControlFlow::Continue(()))
            }
            Reply::Refused(reason) => self.create_refused(listing, &reason, trial).await,
            // not called again: the board may have the ad, can be asked for nothing and takes nothing back, so it could be on
            // view twice without anybody here knowing; only TRANSFER_ON_UNKNOWN=retry takes that risk
            Reply::Lost(reason) => self.ledger.unknown(listing, Step::Create, &reason).await,
            Reply::Away(reason) => self.ledger.away(listing, ListingState::Planned, reason).await,
        }
    }

    async fn create_refused(
        &mut self,
        listing: &mut Model,
        reason: &str,
        trial: &impl Serialize,
    ) -> anyhow::Result<Stepped> {
        if !self.account_is_good {
            // the board does not say whether it refuses the ad or the account: if the account is good it takes a trial, and else
            // it would refuse all other ads, too
            match self.board.try_out(trial).await {
                Reply::Refused(_) => {
                    listing.state = ListingState::Planned;
                    return self.ledger.ended(listing, Progress::NoAccount).await;
                }
                Reply::Done(_) => self.account_is_good = true,
                // whether it is the account stays open, and the ad counts as refused
                Reply::Away(_) | Reply::Lost(_) => {}
            }
        }
        self.ledger.refused(listing, Step::Create, reason).await
    }

    pub(crate) async fn publish(&self, listing: &mut Model) -> anyhow::Result<Stepped> {
        self.ledger.go_on()?;
        let id = listing.listing_id.clone().unwrap_or_default();
        // it was being published already when a run was cut off
        let mut may_be_done = listing.step == Some(Step::Publish);
        listing.step = Some(Step::Publish);
        self.ledger.write(listing).await?;
        let mut reply = self.board.publish(&id).await;
        if let Reply::Lost(_) = reply {
            may_be_done = true;
            // publishing twice does no harm, since it puts the same listing on view: a lost answer is asked for once more
            reply = self.board.publish(&id).await;
        }
        match reply {
            Reply::Done(()) => self.ledger.published(listing).await,
            // the board says `error` of a listing that is on view already, too
            Reply::Refused(reason) if may_be_done => {
                let reason = format!("an earlier answer was lost, and now {reason}");
                self.ledger.unknown(listing, Step::Publish, &reason).await
            }
            Reply::Refused(reason) => self.ledger.refused(listing, Step::Publish, &reason).await,
            Reply::Away(reason) if may_be_done => self.ledger.away(listing, ListingState::Publishing, reason).await,
            Reply::Away(reason) => self.ledger.away(listing, ListingState::Created, reason).await,
            Reply::Lost(reason) => self.ledger.lost_again(listing, &reason).await,
        }
    }
}
