//! Answers as bare JSON arrays, sent page by page as the database gives them, so that memory is bounded by
//! the page and not by the answer; and sent again from memory as long as nothing was written.

use std::pin::Pin;

use actix_web::{HttpResponse, body::SizedStream, web::Bytes};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sea_orm::DbErr;

use super::{
    Problem,
    pages::{Chunks, Pages},
    rough::{Manner, Rough},
};
use crate::{
    cache::{Body, Cache},
    customer::Customer,
};

/// Sends all pages as one array. An answer of the same name that was sent before is sent again if nothing was written
/// to the customer's database since; `None` names one that will not be asked for again.
pub(super) async fn array<T: Rough + 'static>(
    customer: &Customer,
    name: Option<String>,
    manner: Manner,
    pages: impl Fn() -> Pages<T>,
) -> Result<HttpResponse, Problem> {
    let Some(name) = name.filter(|_| customer.cache.is_on()) else { return streamed(chunks(pages(), manner)).await };
    // before anything is read: what is written meanwhile makes the answer forgotten too early, and never too late
    let mark = customer.changes.mark().await.map_err(|error| Problem::internal(&error))?;
    let slot = customer.cache.slot(&mark, &name);
    let (mut begun, mut is_new) = (None, false);
    let answer = slot.get_or_try_init(async || {
        is_new = true;
        let mut chunks = chunks(pages(), manner);
        let (answer, beginning) = gather(&customer.cache, &mut chunks).await?;
        begun = beginning.map(|beginning| stream::iter(beginning.into_iter().map(Ok)).chain(chunks));
        Ok::<_, DbErr>(answer)
    });
    let answer = answer.await?.clone();
    if is_new {
        customer.cache.make_room();
    } else {
        tracing::debug!(customer = customer.slug, answer = name, is_kept = answer.is_some(), "asked again");
    }
    match (answer, begun) {
        (Some(answer), _) => Ok(kept(answer)),
        (None, Some(begun)) => streamed(Box::pin(begun)).await,
        // somebody else found it too long
        (None, None) => streamed(chunks(pages(), manner)).await,
    }
}

async fn gather(cache: &Cache, chunks: &mut Chunks) -> Result<(Option<Body>, Option<Vec<Bytes>>), DbErr> {
    let mut gathered = cache.gather();
    while let Some(chunk) = chunks.next().await {
        if !gathered.add(chunk?) {
            return Ok((None, Some(gathered.pieces())));
        }
    }
    Ok((Some(gathered.body()), None))
}

const JSON: &str = "application/json; charset=utf-8";

fn kept(body: Body) -> HttpResponse {
    let length = u64::try_from(body.length).unwrap_or(u64::MAX);
    let pieces = (0..body.pieces.len()).map(move |index| Ok::<_, DbErr>(body.pieces[index].clone()));
    HttpResponse::Ok().content_type(JSON).body(SizedStream::new(length, stream::iter(pieces)))
}

async fn streamed(chunks: Chunks) -> Result<HttpResponse, Problem> {
    let mut chunks = chunks.peekable();
    // an error of the database can be told until something is sent; later it cuts the answer off, without its closing chunk
    if let Some(Err(error)) = Pin::new(&mut chunks).peek().await {
        return Err(Problem::internal(error));
    }
    let body = chunks.inspect(|chunk| {
        if let Err(error) = chunk {
            tracing::error!(%error, "the database failed in the middle of an answer");
        }
    });
    Ok(HttpResponse::Ok().content_type(JSON).streaming(body))
}

fn chunks<T: Rough + 'static>(pages: Pages<T>, manner: Manner) -> Chunks {
    let chunks = Box::pin(stream::try_unfold(Some((pages, b'[')), move |state| async move {
        let Some((mut pages, mut before)) = state else { return Ok(None) };
        let mut text = Vec::new();
        while let Some(page) = pages.try_next().await? {
            for item in page {
                text.push(std::mem::replace(&mut before, b','));
                manner.write(&mut text, &item).map_err(|error| DbErr::Custom(error.to_string()))?;
            }
            // an empty chunk would end the answer
            if !text.is_empty() {
                return Ok(Some((text.into(), Some((pages, before)))));
            }
        }
        let end: &[u8] = if before == b'[' { b"[]" } else { b"]" };
        Ok(Some((Bytes::from_static(end), None)))
    }));
    manner.mark(chunks)
}
