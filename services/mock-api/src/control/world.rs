//! `GET /_mock/world?customer=SLUG`: what there is, counted.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QuerySelect as _,
};
use serde::Serialize;

use super::whose::Whose;
use crate::{
    config::World,
    database::{
        application, making,
        posting::{self, PUBLISHED, UNPUBLISHED, WITHDRAWN},
        world,
    },
    emply::Problem,
    state::State,
};

#[derive(Debug, Serialize)]
struct Overview {
    now: String,
    started: String,
    generated_until: String,
    seed: u64,
    customer: String,
    advances: i64,
    hours_advanced: i64,
    world: World,
    truth: Truth,
    postings: PostingCounts,
    applications: ApplicationCounts,
}

/// What an estimate can be held against.
#[derive(Debug, Serialize)]
struct Truth {
    history_days: i64,
    hired_share: Option<f64>,
    median_days: Option<f64>,
}

#[derive(Debug, Serialize)]
struct PostingCounts {
    total: u64,
    published: u64,
    unpublished: u64,
    withdrawn: u64,
    /// Those that a medium's list holds, by mediaId.
    listed: BTreeMap<String, i64>,
}

#[derive(Debug, Serialize)]
struct ApplicationCounts {
    total: u64,
    active: u64,
    inactive: u64,
}

pub(super) async fn show(state: web::Data<State>, whose: web::Query<Whose>) -> Result<HttpResponse, Problem> {
    let customer = whose.find(&state)?;
    let database = &customer.database;
    let world = world::Entity::find().one(database).await?.ok_or_else(Problem::not_ready)?;
    let making::Model { history_days, hired_share, median_days, .. } = making::Model::find(database).await?;
    Ok(HttpResponse::Ok().json(Overview {
        now: state.now().iso_utc(),
        started: world.started.iso_utc(),
        generated_until: world.generated_until.iso_utc(),
        seed: world.seed.cast_unsigned(),
        customer: customer.slug.clone(),
        advances: world.advances,
        hours_advanced: world.hours_advanced,
        world: state.settings.world,
        truth: Truth { history_days, hired_share, median_days },
        postings: postings(database).await?,
        applications: applications(database).await?,
    }))
}

async fn postings(database: &DatabaseConnection) -> Result<PostingCounts, DbErr> {
    let with =
        |status: &'static str| posting::Entity::find().filter(posting::Column::Status.eq(status)).count(database);
    let listed: Vec<(String, i64)> = posting::Entity::find()
        .select_only()
        .column(posting::Column::MediaId)
        .column_as(posting::Column::Id.count(), "listed")
        .filter(posting::Column::Status.ne(WITHDRAWN))
        .group_by(posting::Column::MediaId)
        .into_tuple()
        .all(database)
        .await?;
    let (published, unpublished, withdrawn) =
        (with(PUBLISHED).await?, with(UNPUBLISHED).await?, with(WITHDRAWN).await?);
    let total = published + unpublished + withdrawn;
    Ok(PostingCounts { total, published, unpublished, withdrawn, listed: listed.into_iter().collect() })
}

async fn applications(database: &DatabaseConnection) -> Result<ApplicationCounts, DbErr> {
    let with = |status: i32| application::Entity::find().filter(application::Column::Status.eq(status)).count(database);
    let (active, inactive) = (with(1).await?, with(0).await?);
    Ok(ApplicationCounts { total: active + inactive, active, inactive })
}
