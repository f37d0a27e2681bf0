//! An answer on its way: as pages out of the database, and as the chunks that are sent.

use std::pin::Pin;

use actix_web::web::Bytes;
use futures_util::Stream;
use sea_orm::DbErr;

pub(super) type Pages<T> = Pin<Box<dyn Stream<Item = Result<Vec<T>, DbErr>>>>;
pub(super) type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, DbErr>>>>;
