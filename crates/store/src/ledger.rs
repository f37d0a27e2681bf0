//! What a job board was told, for transfer: a board can be asked for nothing, so this is all there is to know.

use sea_orm::{
    ActiveModelTrait, ColumnTrait as _, Condition, DatabaseTransaction, EntityTrait, IdenStatic as _, IntoActiveModel,
    Iterable as _, ModelTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Store, StoreError, Writer, dialect,
    entity::{board_attachment, board_listing, posting},
    sql::{count, execute},
    writer::Writing,
};

/// A job board, and whether it is only tried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Base URL, without a trailing slash.
    pub base_url: String,
    /// `create` or `test`: what was sent for a trial says nothing of what is there for real.
    pub mode: String,
}

impl Store {
    /// Live postings, without the record as it came, ordered by key.
    pub async fn live_postings(&self) -> Result<Vec<posting::Model>, StoreError> {
        let mut query = posting::Entity::find().select_only();
        for column in posting::Column::iter() {
            query = match column {
                posting::Column::Raw => query.expr_as(Expr::value(""), column.as_str()),
                _ => query.column(column),
            };
        }
        let query = query
            .filter(posting::Column::RemovedAt.is_null())
            .order_by_asc(posting::Column::VacancyId)
            .order_by_asc(posting::Column::MediaId);
        Ok(query.all(&self.db).await?)
    }

    /// All listings of a board, by vacancy, the oldest generation first.
    pub async fn listings(&self, board: &Board) -> Result<Vec<board_listing::Model>, StoreError> {
        use board_listing::Column::{Board, Generation, Mode, VacancyId};
        let of_board = board_listing::Entity::find().filter(Board.eq(&*board.base_url)).filter(Mode.eq(&*board.mode));
        Ok(of_board.order_by_asc(VacancyId).order_by_asc(Generation).all(&self.db).await?)
    }

    /// The files of a listing, by place and attempt.
    pub async fn attachments_of(
        &self,
        listing: &board_listing::Model,
    ) -> Result<Vec<board_attachment::Model>, StoreError> {
        use board_attachment::Column::{Attempt, Position};
        let query = board_attachment::Entity::find().filter(is_of(listing));
        Ok(query.order_by_asc(Position).order_by_asc(Attempt).all(&self.db).await?)
    }

    /// The files of all listings of a board, by listing, place and attempt.
    pub async fn attachments(&self, board: &Board) -> Result<Vec<board_attachment::Model>, StoreError> {
        use board_attachment::Column::{Attempt, Board, Generation, Mode, Position, VacancyId};
        let query = board_attachment::Entity::find().filter(Board.eq(&*board.base_url)).filter(Mode.eq(&*board.mode));
        let query = query.order_by_asc(VacancyId).order_by_asc(Generation);
        Ok(query.order_by_asc(Position).order_by_asc(Attempt).all(&self.db).await?)
    }

    /// Base URLs of boards that have listings in this mode.
    pub async fn boards(&self, mode: &str) -> Result<Vec<String>, StoreError> {
        let query = board_listing::Entity::find().select_only().column(board_listing::Column::Board).distinct();
        let query = query.filter(board_listing::Column::Mode.eq(mode)).order_by_asc(board_listing::Column::Board);
        Ok(query.into_tuple().all(&self.db).await?)
    }
}

impl Writer {
    /// Writes listings and files down, whether they are there already or not, in one transaction.
    pub async fn note(
        &self,
        listings: &[board_listing::Model],
        attachments: &[board_attachment::Model],
    ) -> Result<(), StoreError> {
        let transaction = self.begin_for_the_board().await?;
        for listing in listings {
            write(&transaction, listing).await?;
        }
        for attachment in attachments {
            write(&transaction, attachment).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn begin_for_the_board(&self) -> Result<Writing, StoreError> {
        let transaction = self.begin().await?;
        // what is done at the board cannot be undone here, so what is written of it must not be lost either
        dialect::insist_on_disk(&transaction).await?;
        Ok(transaction)
    }

    /// Writes down the id that the board has given a listing, if the ledger still waits for one; gives whether it is there.
    pub async fn note_created(&self, listing: &board_listing::Model) -> Result<bool, StoreError> {
        // nothing else knows that id, so it is written also when the lock is lost: whoever has it now has not heard of it either
        let transaction = self.begin_unproved().await?;
        dialect::insist_on_disk(&transaction).await?;
        let sql = "UPDATE board_listing SET state = 'created', step = NULL, reason = NULL, listing_id = $1, moved_at = $2 \
                   WHERE board = $3 AND mode = $4 AND vacancy_id = $5 AND generation = $6 AND listing_id IS NULL \
                   AND (state = 'creating' AND run_id = $7 OR state = 'unknown' AND step = 'create')";
        let board_listing::Model { board, mode, vacancy_id, generation, run_id, listing_id, moved_at, .. } =
            listing.clone();
        let values =
            [listing_id.into(), moved_at.into(), board.into(), mode.into(), vacancy_id.into(), generation.into()];
        let written = execute(&transaction, sql, values.into_iter().chain([run_id.into()])).await?;
        // the answer to an earlier try may have been lost
        let there = "SELECT count(*) FROM board_listing WHERE board = $1 AND mode = $2 AND vacancy_id = $3 AND generation = $4 \
                     AND listing_id = $5";
        let key = [
            listing.board.as_str().into(),
            listing.mode.as_str().into(),
            listing.vacancy_id.as_str().into(),
            listing.generation.into(),
            listing.listing_id.clone().into(),
        ];
        let is_there = written == 1 || count(&*transaction, there, key).await? == 1;
        transaction.commit().await?;
        Ok(is_there)
    }

    /// Takes the files of a listing away from this place on.
    pub async fn drop_attachments(&self, listing: &board_listing::Model, from: i32) -> Result<(), StoreError> {
        let transaction = self.begin_for_the_board().await?;
        board_attachment::Entity::delete_many()
            .filter(is_of(listing))
            .filter(board_attachment::Column::Position.gte(from))
            .exec(&*transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// From now on the listings of one board belong to another address of it.
    pub async fn move_board(&self, mode: &str, from: &str, to: &str) -> Result<(), StoreError> {
        let transaction = self.begin_for_the_board().await?;
        for table in ["board_listing", "board_attachment"] {
            let sql = format!("UPDATE {table} SET board = $1 WHERE mode = $2 AND board = $3");
            execute(&transaction, &sql, [to.into(), mode.into(), from.into()]).await?;
        }
        Ok(transaction.commit().await?)
    }
}

fn is_of(listing: &board_listing::Model) -> Condition {
    use board_attachment::Column::{Board, Generation, Mode, VacancyId};
    Condition::all()
        .add(Board.eq(&*listing.board))
        .add(Mode.eq(&*listing.mode))
        .add(VacancyId.eq(&*listing.vacancy_id))
        .add(Generation.eq(listing.generation))
}

async fn write<M, A>(transaction: &DatabaseTransaction, row: &M) -> Result<(), StoreError>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    let mut conflict = OnConflict::columns(<M::Entity as EntityTrait>::PrimaryKey::iter());
    conflict.update_columns(<M::Entity as EntityTrait>::Column::iter());
    M::Entity::insert(row.clone().into_active_model())
        .on_conflict(conflict)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}
