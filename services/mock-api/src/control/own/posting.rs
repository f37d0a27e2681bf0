//! `POST /_mock/postings?customer=SLUG`: a posting of one's own.

use actix_web::{HttpResponse, web};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    TransactionTrait as _,
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{date, next, read, wrong};
use crate::{
    control::whose::Whose,
    database::posting::{Column, Entity, Model, PUBLISHED, UNPUBLISHED, WITHDRAWN},
    emply::Problem,
    state::State,
    ticks::Ticks,
    world::catalogue::LANGUAGES,
};

/// Popularity of an own posting, about that of a generated one of the middle.
const POPULARITY: i64 = 100;
/// Short number of vacancies of one's own; generated ones have lower numbers.
const JOB_ID: i32 = 900_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OwnPosting {
    vacancy_id: Option<Uuid>,
    media_id: Option<Uuid>,
    title: String,
    #[serde(default = "german")]
    language: String,
    location: Option<String>,
    department: Option<String>,
    #[serde(default)]
    talent_pool: bool,
    #[serde(default = "published")]
    status: String,
    created: Option<String>,
    edited: Option<String>,
    deadline: Option<String>,
}

fn german() -> String {
    LANGUAGES[0].locale.to_owned()
}

fn published() -> String {
    PUBLISHED.to_owned()
}

pub(in crate::control) async fn put(
    state: web::Data<State>,
    whose: web::Query<Whose>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let own: OwnPosting = read(&body)?;
    let media_id = own.media_id.map(|id| id.to_string());
    let media_id = media_id.or_else(|| state.settings.media_ids.as_slice().first().map(|id| id.to_lowercase()));
    let media_id = media_id.ok_or_else(|| wrong("mediaId", "is needed, since MOCK_MEDIA_IDS is empty"))?;
    let mut row = own.row(media_id, state.now())?;
    let database = &whose.find(&state)?.database;
    // the world draws from the same numbers while it moves on
    let _alone = state.moving.lock().await;
    let transaction = database.begin().await?;
    let there = Entity::find()
        .filter(Column::VacancyId.eq(row.vacancy_id.as_str()))
        .filter(Column::MediaId.eq(row.media_id.as_str()))
        .one(&transaction)
        .await?;
    let is_new = there.is_none();
    row.id = match there {
        Some(there) => there.id,
        None => next(&transaction, |world| &mut world.next_posting).await?,
    };
    let answer = json!({ "vacancyId": row.vacancy_id, "mediaId": row.media_id, "new": is_new });
    let row = row.into_active_model();
    if is_new {
        row.insert(&transaction).await?
    } else {
        row.reset_all().update(&transaction).await?
    };
    transaction.commit().await?;
    Ok(HttpResponse::Ok().json(answer))
}

impl OwnPosting {
    fn row(self, media_id: String, now: Ticks) -> Result<Model, Problem> {
        if !LANGUAGES.iter().any(|language| language.locale == self.language) {
            return Err(wrong("language", "is none that the world's people speak"));
        }
        if ![PUBLISHED, UNPUBLISHED, WITHDRAWN].contains(&self.status.as_str()) {
            return Err(wrong("status", "must be published, unpublished or withdrawn"));
        }
        let created = date("created", self.created.as_deref())?.unwrap_or(now);
        Ok(Model {
            id: 0,
            vacancy_id: self.vacancy_id.unwrap_or_else(Uuid::new_v4).to_string(),
            job_id: JOB_ID,
            media_id,
            kind: i32::from(self.talent_pool),
            language: self.language,
            profession: 0,
            title: self.title,
            location: self.location,
            department: self.department,
            closed_at: (self.status != PUBLISHED).then_some(now),
            status: self.status,
            published_at: created,
            edited: date("edited", self.edited.as_deref())?.unwrap_or(created),
            edits: 0,
            deadline: date("deadline", self.deadline.as_deref())?,
            popularity: POPULARITY,
        })
    }
}
