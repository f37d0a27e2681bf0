//! Applications out of the database, page by page.

use std::ops::Range;

use futures_util::stream::try_unfold;
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, DbErr, EntityTrait as _, FromQueryResult, JoinType,
    QueryFilter as _, QueryOrder as _, QueryResult, QuerySelect as _, RelationDef, TryGetable,
};

use super::{Application, Vacancy};
use crate::{
    database::{
        application::{self, Column, Entity},
        posting,
    },
    emply::pages::Pages,
    ticks::Ticks,
};

/// Applications read and sent at a time; one has about 700 bytes.
const PAGE: u64 = 1000;

struct Row {
    application: application::Model,
    vacancy: Option<Vacancy>,
}

/// Values of a row, from the first to the last. By its name, each would be looked up in each row.
struct Values<'a> {
    row: &'a QueryResult,
    place: usize,
}

impl Values<'_> {
    fn next<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let value = self.row.try_get_by_index(self.place);
        self.place += 1;
        value
    }
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _prefix: &str) -> Result<Self, DbErr> {
        let mut values = Values { row, place: 0 };
        // in the order of the columns that `pages` asks for
        let application = application::Model {
            id: values.next()?,
            guid: values.next()?,
            posting_id: values.next()?,
            unsolicited: values.next()?,
            candidate_id: values.next()?,
            candidate_name: values.next()?,
            email: values.next()?,
            source: values.next()?,
            date_applied: values.next()?,
            updated: values.next()?,
            status: values.next()?,
            stage: values.next()?,
            disqualify_reason: values.next()?,
            moves: values.next()?,
            next_move_at: values.next()?,
        };
        let vacancy_id: Option<String> = values.next()?;
        let job_id: Option<i32> = values.next()?;
        let vacancy = vacancy_id.zip(job_id).map(|(vacancy_id, job_id)| Vacancy { vacancy_id, job_id });
        Ok(Self { application, vacancy })
    }
}

/// Reads on from the last row of the page before, so that no page costs more than another.
pub(in crate::emply) fn pages(database: DatabaseConnection, window: Range<Ticks>) -> Pages<Application> {
    Box::pin(try_unfold(Some((window.start, i64::MIN)), move |after| {
        let (database, to) = (database.clone(), window.end);
        async move {
            let Some((date, id)) = after else { return Ok(None) };
            let seen = Condition::all().add(Column::DateApplied.eq(date)).add(Column::Id.lte(id));
            // not a relation of the entity, which would become a foreign key
            let posting: RelationDef =
                Entity::belongs_to(posting::Entity).from(Column::PostingId).to(posting::Column::Id).into();
            let rows: Vec<Row> = Entity::find()
                .column(posting::Column::VacancyId)
                .column(posting::Column::JobId)
                // no condition on its status: a withdrawn posting has a vacancy too
                .join(JoinType::LeftJoin, posting)
                .filter(Column::DateApplied.gte(date))
                .filter(Column::DateApplied.lt(to))
                .filter(seen.not())
                .order_by_asc(Column::DateApplied)
                .order_by_asc(Column::Id)
                .limit(PAGE)
                .into_model()
                .all(&database)
                .await?;
            let is_last = u64::try_from(rows.len()).unwrap_or(PAGE) < PAGE;
            let next = rows.last().filter(|_| !is_last).map(|row| (row.application.date_applied, row.application.id));
            let page = rows.into_iter().map(|row| Application::new(row.application, row.vacancy)).collect();
            Ok(Some((page, next)))
        }
    }))
}
