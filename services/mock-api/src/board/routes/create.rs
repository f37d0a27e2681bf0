//! `POST /api/job/create`: an account hands over a job ad.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set};

use crate::{
    board::{
        Account, Refusal, Reply,
        content::essence,
        ids,
        reply::{body, respond},
        rules,
    },
    database::listing,
    state::State,
};

/// Hand over a job ad.
///
/// Makes a listing, which waits for its attachments and for `publish`. Each call makes a new one: the board has no
/// look-up, no change and no delete.
#[utoipa::path(
    post,
    path = "/api/job/create",
    operation_id = "createJob",
    tag = "job",
    request_body(content = crate::board::Submission, description = "Account and job ad, UTF-8", content_type = "application/json"),
    responses((status = 200, description = "`ok` and the listing's id; `error` if anything is wrong", body = Reply, content_type = "application/json")),
)]
pub(in crate::board) async fn create(
    state: web::Data<State>,
    request: HttpRequest,
    received: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let outcome = hand_over(&state, &request, received, listing::CREATE).await;
    respond(&state, outcome)
}

pub(super) async fn hand_over(
    state: &State,
    request: &HttpRequest,
    received: Result<web::Bytes, actix_web::Error>,
    mode: &str,
) -> Result<Reply, Refusal> {
    let body = body(received)?;
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if essence(media_type.unwrap_or_default()) != "application/json" {
        return Err(Refusal::new("the Content-Type is not application/json"));
    }
    let (submission, job) = rules::read(&body)?;
    if !is_known(state, &submission.account) {
        return Err(Refusal::new("the account is not known, or its password is another"));
    }
    let database = state.board().ok_or_else(Refusal::not_ready)?;
    let id = ids::listing(state.now());
    let row = listing::ActiveModel {
        id: Set(id.clone()),
        mode: Set(mode.to_owned()),
        account: Set(submission.account.email),
        job: Set(job.to_string()),
        received_at: Set(state.now()),
        published_at: Set(None),
    };
    row.insert(database).await?;
    Ok(Reply::listing(id))
}

fn is_known(state: &State, account: &Account) -> bool {
    let Some(known) = &state.settings.board_accounts else { return true };
    known.reveal().split(',').filter_map(|entry| entry.trim().split_once(':')).any(|known| {
        let (email, password) = known;
        email.eq_ignore_ascii_case(&account.email) && password == account.pw
    })
}
