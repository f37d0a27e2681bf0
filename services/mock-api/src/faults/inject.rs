//! Lets a request go wrong as the rules say.

use std::time::Duration;

use actix_web::{
    HttpResponse, ResponseError as _,
    body::{BodyStream, BoxBody, MessageBody, to_bytes},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web::{self, Bytes},
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt as _, stream};
use serde_json::value::RawValue;

use super::{connection::Connection, rule::Fault};
use crate::{
    emply::{Problem, rough::BYTE_ORDER_MARK},
    state::State,
};

/// Bytes in a piece of a body that will be reset.
const PIECE: usize = 1024;

/// A reset throws away what the other side has not read yet.
const BEFORE_RESET: Duration = Duration::from_millis(100);

/// Seconds by which an answer's `Date` is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Skew(pub(crate) i64);

pub(crate) async fn inject(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(state) = request.app_data::<web::Data<State>>() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let (faults, now) = (state.faults.of(request.method().as_str(), request.path()), state.real_now());
    // first, so that what another rule says may come late too
    for fault in &faults {
        if let Fault::Latency { milliseconds } = fault {
            tokio::time::sleep(Duration::from_millis(u64::from(*milliseconds))).await;
        }
    }
    if let Some(response) = faults.iter().find_map(|fault| instead(fault, now)) {
        return Ok(request.into_response(response));
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    for fault in faults {
        response = afterwards(response, fault).await?;
    }
    Ok(response)
}

fn instead(fault: &Fault, now: DateTime<Utc>) -> Option<HttpResponse> {
    match fault {
        Fault::Status { status, retry_after_seconds, retry_at_seconds } => {
            let mut response = HttpResponse::build(StatusCode::from_u16(*status).ok()?);
            if let Some(seconds) = retry_after_seconds {
                response.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            if let Some(seconds) = retry_at_seconds {
                let at = now + TimeDelta::seconds(i64::from(*seconds));
                response.insert_header((header::RETRY_AFTER, httpdate::fmt_http_date(at.into())));
            }
            Some(response.finish())
        }
        Fault::RevokedKey => Some(Problem::unauthorized("The API key is not known.".to_owned()).error_response()),
        Fault::NotJson => {
            let page = "<!DOCTYPE html><title>Maintenance</title><p>We will be back soon.";
            Some(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page))
        }
        _ => None,
    }
}

async fn afterwards(response: ServiceResponse, fault: Fault) -> Result<ServiceResponse, actix_web::Error> {
    match fault {
        Fault::LostAnswer => {
            if let Some(connection) = response.request().conn_data::<Connection>() {
                connection.close();
            }
            Ok(response)
        }
        Fault::SkewedClock { seconds } => {
            let mut response = response;
            response.response_mut().extensions_mut().insert(Skew(seconds));
            Ok(response)
        }
        Fault::Reset { after_bytes } => {
            if let Some(connection) = response.request().conn_data::<Connection>() {
                connection.reset_at_the_end();
            }
            changed(response, |body| broken_after(&body, after_bytes)).await
        }
        Fault::Truncate { bytes } => changed(response, |body| BoxBody::new(body.slice(..bytes.min(body.len())))).await,
        Fault::Duplicate => changed(response, |body| records(body, |_| 2)).await,
        Fault::Withhold { every } => {
            changed(response, |body| records(body, |number| usize::from(number % every != 0))).await
        }
        Fault::Status { .. } | Fault::RevokedKey | Fault::NotJson | Fault::Latency { .. } => Ok(response),
    }
}

async fn changed(
    response: ServiceResponse,
    change: impl FnOnce(Bytes) -> BoxBody,
) -> Result<ServiceResponse, actix_web::Error> {
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    // in memory as a whole, which a test can afford
    let body = to_bytes(body).await.map_err(actix_web::error::ErrorInternalServerError)?;
    Ok(ServiceResponse::new(request, head.set_body(change(body))))
}

fn broken_after(body: &Bytes, bytes: usize) -> BoxBody {
    let whole = body.slice(..bytes.min(body.len()));
    let pieces: Vec<Bytes> = whole.chunks(PIECE).map(Bytes::copy_from_slice).collect();
    // on an error the server drops the connection
    let end = stream::once(async {
        tokio::time::sleep(BEFORE_RESET).await;
        Err(std::io::Error::other("a fault that was asked for"))
    });
    let pieces = stream::iter(pieces.into_iter().map(Ok)).chain(end);
    BoxBody::new(BodyStream::new(Box::pin(pieces)))
}

/// The body with each record as often as `copies` says of its number, from 1; unchanged if it is no array.
fn records(body: Bytes, copies: impl Fn(usize) -> usize) -> BoxBody {
    // some answers of the rough world begin with one
    let mark = if body.starts_with(BYTE_ORDER_MARK.as_bytes()) { BYTE_ORDER_MARK } else { "" };
    let Ok(records) = serde_json::from_slice::<Vec<&RawValue>>(&body[mark.len()..]) else { return BoxBody::new(body) };
    let items = (1..).zip(&records).flat_map(|(number, record)| std::iter::repeat_n(record.get(), copies(number)));
    let text = format!("{mark}[{}]", items.collect::<Vec<_>>().join(","));
    BoxBody::new(text)
}
