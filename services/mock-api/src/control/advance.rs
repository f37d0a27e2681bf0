//! `POST /_mock/advance?hours=N`: the world moves on.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use crate::{
    emply::Problem,
    state::State,
    world::{self, advance::Happened},
};

/// A year: more at once is a slip.
const MAX_HOURS: u32 = 8784;

#[derive(Debug, Deserialize)]
pub(super) struct AdvanceQuery {
    hours: Option<u32>,
}

#[derive(Debug, Serialize)]
struct MovedOn {
    now: String,
    hours: u32,
    advances: i64,
    hours_advanced: i64,
    postings: PostingChanges,
    applications: ApplicationChanges,
}

#[derive(Debug, Serialize)]
struct PostingChanges {
    created: u64,
    edited: u64,
    closed: u64,
    withdrawn: u64,
}

#[derive(Debug, Serialize)]
struct ApplicationChanges {
    created: u64,
    moved: u64,
    disqualified: u64,
    deleted: u64,
}

impl MovedOn {
    fn new(now: String, hours: u32, world: &crate::database::world::Model, happened: &Happened) -> Self {
        Self {
            now,
            hours,
            advances: world.advances,
            hours_advanced: world.hours_advanced,
            postings: PostingChanges {
                created: happened.postings_created,
                edited: happened.postings_edited,
                closed: happened.postings_closed,
                withdrawn: happened.postings_withdrawn,
            },
            applications: ApplicationChanges {
                created: happened.applications_created,
                moved: happened.applications_moved,
                disqualified: happened.applications_disqualified,
                deleted: happened.applications_deleted,
            },
        }
    }
}

pub(super) async fn advance(state: web::Data<State>, query: web::Query<AdvanceQuery>) -> Result<HttpResponse, Problem> {
    let hours = match query.hours {
        Some(hours) if (1..=MAX_HOURS).contains(&hours) => hours,
        _ => return Err(Problem::validation("hours", format!("hours must be a number from 1 to {MAX_HOURS}."))),
    };
    let (world, happened) = world::advance(&state, hours).await?.ok_or_else(Problem::not_ready)?;
    let now = state.now().iso_utc();
    tracing::info!(hours, ?happened, "the world moved on");
    Ok(HttpResponse::Ok().json(MovedOn::new(now, hours, &world, &happened)))
}
