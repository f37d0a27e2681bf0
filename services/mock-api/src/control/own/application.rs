//! `POST /_mock/applications?customer=SLUG`: an application of one's own.

use actix_web::{HttpResponse, web};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    TransactionTrait as _,
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{date, next, read, wrong};
use crate::{
    control::whose::Whose,
    database::{
        application::{Column, Entity, Model},
        posting,
    },
    emply::Problem,
    state::State,
    ticks::Ticks,
    world::catalogue::{REASONS, STAGES},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OwnApplication {
    id: Option<Uuid>,
    vacancy_id: Uuid,
    candidate_id: Option<Uuid>,
    email: Option<String>,
    first_name: Option<String>,
    middle_name: Option<String>,
    last_name: Option<String>,
    created: Option<String>,
    updated: Option<String>,
    #[serde(default = "active")]
    status: i32,
    #[serde(default)]
    stage: i32,
    disqualify_reason: Option<i32>,
    #[serde(default)]
    deleted: bool,
}

fn active() -> i32 {
    1
}

pub(in crate::control) async fn put(
    state: web::Data<State>,
    whose: web::Query<Whose>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let own: OwnApplication = read(&body)?;
    check(&own)?;
    let guid = own.id.unwrap_or_else(Uuid::new_v4).to_string();
    let database = &whose.find(&state)?.database;
    // the world draws from the same numbers while it moves on
    let _alone = state.moving.lock().await;
    let transaction = database.begin().await?;
    let there = Entity::find().filter(Column::Guid.eq(guid.as_str())).one(&transaction).await?;
    let is_new = there.is_none();
    if own.deleted {
        Entity::delete_many().filter(Column::Guid.eq(guid.as_str())).exec(&transaction).await?;
        transaction.commit().await?;
        return Ok(HttpResponse::Ok().json(json!({ "id": guid, "deleted": !is_new })));
    }
    let posting = posting::Entity::find()
        .filter(posting::Column::VacancyId.eq(own.vacancy_id.to_string()))
        .order_by_asc(posting::Column::Id)
        .one(&transaction)
        .await?;
    let mut row = own.row(guid.clone(), state.now())?;
    row.posting_id = posting.ok_or_else(|| wrong("vacancyId", "is that of no posting"))?.id;
    row.id = match there {
        Some(there) => there.id,
        None => next(&transaction, |world| &mut world.next_application).await?,
    };
    let row = row.into_active_model();
    if is_new {
        row.insert(&transaction).await?
    } else {
        row.reset_all().update(&transaction).await?
    };
    transaction.commit().await?;
    Ok(HttpResponse::Ok().json(json!({ "id": guid, "new": is_new })))
}

impl OwnApplication {
    fn row(self, guid: String, now: Ticks) -> Result<Model, Problem> {
        let created = date("created", self.created.as_deref())?.unwrap_or(now);
        let names: Vec<String> = [self.last_name, self.first_name, self.middle_name].into_iter().flatten().collect();
        Ok(Model {
            id: 0,
            guid,
            posting_id: 0,
            unsolicited: false,
            candidate_id: self.candidate_id.map(|id| id.to_string()),
            candidate_name: (!names.is_empty()).then(|| names.join(", ")),
            email: self.email,
            source: None,
            date_applied: created,
            updated: date("updated", self.updated.as_deref())?.unwrap_or(created),
            status: self.status,
            stage: self.stage,
            disqualify_reason: self.disqualify_reason,
            moves: 0,
            // it stays as it was put in
            next_move_at: None,
        })
    }
}

fn check(own: &OwnApplication) -> Result<(), Problem> {
    let is_of = |index: i32, count: usize| usize::try_from(index).is_ok_and(|index| index < count);
    if ![0, 1].contains(&own.status) {
        return Err(wrong("status", "must be 0 or 1"));
    }
    if !is_of(own.stage, STAGES) {
        return Err(wrong("stage", "must be the number of a stage, from 0 to 5"));
    }
    if own.disqualify_reason.is_some_and(|reason| !is_of(reason, REASONS)) {
        return Err(wrong("disqualifyReason", "must be the number of a reason, from 0 to 4"));
    }
    // they are kept in one column, the family name first
    let names = [&own.last_name, &own.first_name, &own.middle_name];
    if names.iter().any(|name| name.as_deref().is_some_and(|name| name.is_empty() || name.contains(','))) {
        return Err(wrong("lastName", "names must not be empty, nor have a comma"));
    }
    let is_gap = names.windows(2).any(|pair| pair[0].is_none() && pair[1].is_some());
    if is_gap { Err(wrong("lastName", "must be there when another name is")) } else { Ok(()) }
}
