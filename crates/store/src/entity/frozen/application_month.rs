//! Applications of a month that were forgotten because their time was over, as far as they had the same in common. Written by ingest.

use domain::cohort::{Group, Month, Summary};
use sea_orm::entity::prelude::*;
use sha2::{Digest as _, Sha256};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application_month")]
pub struct Model {
    /// Made of all that they have in common: 32 hex digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_key: String,
    /// Civil month in which they came in, `2026-05`.
    pub month: String,
    /// Department of the vacancy; `none`, or `small groups`.
    pub department: String,
    /// City of the vacancy, likewise.
    pub city: String,
    /// The furthest kind of stage; `unlisted`, or `none`.
    pub furthest_stage_kind: String,
    pub outcome: String,
    /// `employer`, `candidate`, `filled`, `other` or `none`.
    pub reason_kind: String,
    /// Whether they were seen from the beginning to the end.
    pub is_eligible: bool,
    /// Whole weeks between these; absent where they were not.
    pub weeks: Option<i64>,
    /// How many; 0 when they are counted among the small groups by now.
    pub applications: i64,
    /// Since when they are: a tombstone.
    pub removed_at: Option<DateTimeUtc>,
    pub changed_seq: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn of(group: &Group, summary: &Summary, applications: i64) -> Self {
        let row = Self {
            group_key: String::new(),
            month: group.month.to_string(),
            department: group.department.clone(),
            city: group.city.clone(),
            furthest_stage_kind: summary.furthest.name().to_owned(),
            outcome: summary.outcome.name().to_owned(),
            reason_kind: summary.reason.to_owned(),
            is_eligible: summary.weeks.is_some(),
            weeks: summary.weeks,
            applications,
            removed_at: None,
            changed_seq: 0,
        };
        row.with_key()
    }

    pub(crate) fn among_small_ones(&self, month: Month) -> Self {
        let Group { department, city, .. } = Group::of_small_ones(month);
        Self { department, city, ..self.clone() }.with_key()
    }

    fn with_key(self) -> Self {
        let Self { month, department, city, furthest_stage_kind, outcome, reason_kind, is_eligible, weeks, .. } = &self;
        let told =
            serde_json::json!([month, department, city, furthest_stage_kind, outcome, reason_kind, is_eligible, weeks]);
        let digest = Sha256::digest(told.to_string());
        Self { group_key: const_hex::encode(&digest[..16]), ..self }
    }
}
