//! The first schema. Until there is a release, a change of the schema is made here.
//!
//! A migration names its columns itself and never uses an entity: entities follow the newest schema.

mod board;
mod bookkeeping;
mod frozen;
mod records;
mod table;

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in records::all().into_iter().chain(bookkeeping::all()).chain(frozen::all()).chain(board::all()) {
            manager.create_table(table).await?;
        }
        for (table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(format!("{table}_by_{}", columns.join("_"))).table(*table);
            for column in *columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        for (name, table, column, of) in OF_FEW_ROWS {
            let mut index = Index::create();
            index.name(*name).table(*table).col(*column).and_where(Expr::cust(*of));
            manager.create_index(index).await?;
        }
        let first = Query::insert()
            .into_table("change_counter")
            .columns(["id", "value"])
            .values_panic([1.into(), 0_i64.into()])
            .to_owned();
        manager.get_connection().execute(&first).await.map(|_| ())
    }
}

/// Export reads by number; candidates are derived by key; lists are compared by medium, windows by date of creation; runs
/// are looked up by service.
const INDEXES: &[(&str, &[&str])] = &[
    ("posting", &["changed_seq"]),
    ("posting", &["media_id"]),
    ("application", &["changed_seq"]),
    ("application", &["candidate_key"]),
    ("application", &["created_at_source"]),
    ("candidate", &["changed_seq"]),
    ("application_event", &["changed_seq"]),
    ("posting_event", &["changed_seq"]),
    ("export_run", &["changed_seq"]),
    ("application_month", &["changed_seq"]),
    ("sync_run", &["service", "started_at"]),
];

/// Name, table, column, and the condition, which a statement must have in these words. They are few among many, and their names
/// and addresses stand in no further place for that.
const OF_FEW_ROWS: &[(&str, &str, &str, &str)] = &[
    // every run asks at its end who is gone and still to be blanked
    ("application_gone", "application", "removed_at", "removed_at IS NOT NULL AND content_hash <> ''"),
    ("candidate_gone", "candidate", "removed_at", "removed_at IS NOT NULL AND content_hash <> ''"),
    // and whom a warehouse is still to be told of
    ("candidate_untold", "candidate", "changed_seq", "exported_key IS NOT NULL"),
    // whom export takes off the number of all, when it holds a warehouse's numbers against the store's
    ("application_blank", "application", "removed_at", "removed_at IS NOT NULL AND content_hash = ''"),
    ("candidate_blank", "candidate", "removed_at", "removed_at IS NOT NULL AND content_hash = ''"),
    ("application_event_removed", "application_event", "removed_at", "removed_at IS NOT NULL"),
    // where somebody is forgotten, who else has come in in the month, also by another date than the source has now
    ("application_redated", "application", "created", "created <> created_at_source"),
];
