//! The table `postings`: one vacancy on one medium.

use sea_orm::entity::prelude::*;

use crate::ticks::Ticks;

pub(crate) const PUBLISHED: &str = "published";
/// It was to be seen and is kept.
pub(crate) const UNPUBLISHED: &str = "unpublished";
/// It was taken back; no list holds it any more.
pub(crate) const WITHDRAWN: &str = "withdrawn";

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "postings")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    /// GUID of the vacancy; with `media_id` the key of a posting.
    pub(crate) vacancy_id: String,
    pub(crate) job_id: i32,
    pub(crate) media_id: String,
    /// 0 a job, 1 a talent pool.
    pub(crate) kind: i32,
    /// Locale in which it was written, for example `de-DE`.
    pub(crate) language: String,
    pub(crate) profession: i32,
    pub(crate) title: String,
    /// Street, zip, city, perhaps country.
    pub(crate) location: Option<String>,
    pub(crate) department: Option<String>,
    pub(crate) status: String,
    pub(crate) published_at: Ticks,
    pub(crate) edited: Ticks,
    pub(crate) edits: i32,
    pub(crate) deadline: Option<Ticks>,
    pub(crate) closed_at: Option<Ticks>,
    /// Its share of the applications is this over the sum of all open ones.
    pub(crate) popularity: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
