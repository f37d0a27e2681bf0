//! Answers as bare JSON arrays, sent page by page as the database gives them, so that memory is bounded by
//! the page and not by the answer.

use std::pin::Pin;

use actix_web::{HttpResponse, web::Bytes};
use futures_util::{Stream, StreamExt as _, future, stream};
use sea_orm::DbErr;
use serde::Serialize;

use super::Problem;

/// Rows read and sent at a time.
pub(super) const PAGE: u64 = 1000;

/// Pages of the answer, in order.
pub(super) type Pages<T> = Pin<Box<dyn Stream<Item = Result<Vec<T>, DbErr>>>>;

/// Sends all pages as one array. A database that fails at the first page gives an error; later it cuts the
/// answer off, which a client sees because the closing chunk is missing.
pub(super) async fn array<T: Serialize + 'static>(pages: Pages<T>) -> Result<HttpResponse, Problem> {
    let mut pages = pages.peekable();
    if let Some(Err(error)) = Pin::new(&mut pages).peek().await {
        return Err(Problem::internal(error));
    }
    let mut first = true;
    let body = pages.map(move |page| {
        let mut text = Vec::new();
        for item in page? {
            if !std::mem::take(&mut first) {
                text.push(b',');
            }
            serde_json::to_writer(&mut text, &item).map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        Ok::<Bytes, DbErr>(text.into())
    });
    let body = stream::once(future::ready(Ok(Bytes::from_static(b"["))))
        .chain(body)
        .chain(stream::once(future::ready(Ok(Bytes::from_static(b"]")))))
        .filter(|chunk| future::ready(!matches!(chunk, Ok(bytes) if bytes.is_empty())))
        .inspect(|chunk| {
            if let Err(error) = chunk {
                tracing::error!(%error, "the database failed in the middle of an answer");
            }
        });
    Ok(HttpResponse::Ok().content_type("application/json; charset=utf-8").streaming(body))
}
