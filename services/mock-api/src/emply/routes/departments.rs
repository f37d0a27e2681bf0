//! `GET /v1/{customer}/departments`: the parts of the customer's organisation that its postings name.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use crate::{
    database::posting::{Column, Entity},
    emply::{Department, Problem, access},
    state::State,
};

/// Departments.
///
/// Answers with every department that a posting is or was in, ordered by name. The real answer's shape is not public;
/// this one has the fields that a posting's `department` has.
#[utoipa::path(
    get,
    path = "/v1/{customer}/departments",
    operation_id = "listDepartments",
    tag = "departments",
    params(("customer" = String, Path, description = "Slug of the customer", example = "acme")),
    responses(
        (status = 200, description = "All departments", body = [Department], content_type = "application/json"),
        (status = 401, description = "No key, or an unknown one", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown customer", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The world is still being made", body = Problem, content_type = "application/problem+json"),
    ),
    security(("header" = []), ("query" = [])),
)]
pub(in crate::emply) async fn list(
    state: web::Data<State>,
    request: HttpRequest,
    customer: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    access::key(&state, &request)?;
    let database = &access::customer(&state, &customer)?.database;
    let named: Vec<(String, String)> = Entity::find()
        .select_only()
        .columns([Column::Department, Column::Language])
        .filter(Column::Department.is_not_null())
        .distinct()
        .into_tuple()
        .all(database)
        .await?;
    // some names are the same in two languages
    let mut languages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, language) in named {
        languages.entry(name).or_default().push(language);
    }
    let departments: Vec<Department> =
        languages.iter_mut().map(|(name, languages)| Department::new(name, languages)).collect();
    Ok(HttpResponse::Ok().json(departments))
}
