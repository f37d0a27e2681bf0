//! What a job board was told of a vacancy, and how far that came. Written by transfer.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "board_listing")]
pub struct Model {
    /// Base URL of the board, without a trailing slash.
    #[sea_orm(primary_key, auto_increment = false)]
    pub board: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mode: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub vacancy_id: String,
    /// From 1; the next one when the vacancy is handed over anew.
    #[sea_orm(primary_key, auto_increment = false)]
    pub generation: i32,
    /// The medium whose posting was taken.
    pub media_id: String,
    pub state: ListingState,
    /// Of what is held or unknown: in which call.
    pub step: Option<Step>,
    /// Why it came no further, the last time.
    pub reason: Option<String>,
    pub notice: Option<Notice>,
    /// The board's id, 24 hexadecimal digits.
    pub listing_id: Option<String>,
    /// SHA-256 over what is handed over, hex; two with the same hash say the same. Files are in it by their places alone: what
    /// they are is in `board_attachment`.
    pub content_hash: String,
    /// How often it was refused.
    pub tries: i32,
    /// When it was first meant to be handed over.
    pub planned_at: DateTimeUtc,
    pub moved_at: DateTimeUtc,
    pub published_at: Option<DateTimeUtc>,
    pub run_id: String,
}

/// How far a listing came. Each is written before the call that it names, and the next one after its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ListingState {
    /// To be handed over; the board knows nothing of it.
    #[sea_orm(string_value = "planned")]
    Planned,
    #[sea_orm(string_value = "creating")]
    Creating,
    /// The board has it, and it has an id.
    #[sea_orm(string_value = "created")]
    Created,
    #[sea_orm(string_value = "uploading")]
    Uploading,
    #[sea_orm(string_value = "publishing")]
    Publishing,
    #[sea_orm(string_value = "published")]
    Published,
    /// An answer was lost: whether the board has done it, only the board's staff can say.
    #[sea_orm(string_value = "unknown")]
    Unknown,
    /// Refused too often, or for a reason that only a person can mend.
    #[sea_orm(string_value = "held")]
    Held,
    /// Given up before it was published.
    #[sea_orm(string_value = "abandoned")]
    Abandoned,
    /// Taken off the board by hand.
    #[sea_orm(string_value = "removed")]
    Removed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Step {
    /// Getting the files that the ad refers to.
    #[sea_orm(string_value = "fetch")]
    Fetch,
    #[sea_orm(string_value = "create")]
    Create,
    #[sea_orm(string_value = "upload")]
    Upload,
    #[sea_orm(string_value = "publish")]
    Publish,
}

/// What somebody has to do at the board by hand, since its interface cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Notice {
    /// The posting has changed since: change the listing.
    #[sea_orm(string_value = "changed")]
    Changed,
    /// The posting is no longer to be shown: remove the listing.
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
    /// A newer listing stands beside it: remove this one.
    #[sea_orm(string_value = "replaced")]
    Replaced,
}

impl ListingState {
    pub fn name(self) -> String {
        self.to_value()
    }
}

impl Step {
    pub fn name(self) -> String {
        self.to_value()
    }
}

impl Notice {
    pub fn name(self) -> String {
        self.to_value()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
