//! Before version 17 of PostgreSQL only the owner of a table may VACUUM it, and no function can. So the owner leaves a function
//! there that has the tables of persons written anew, without what was deleted, which a role may call. It wants as much room on the
//! disk again meanwhile, and nobody else reads these tables as long as it takes.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction};

use super::names::Names;
use crate::{
    StoreError,
    dialect::{
        postgres::quoted,
        vacuum::{OF_PERSONS, REWRITE},
    },
    sql::number,
};

/// Makes the function where it is needed, and removes it where it is not any more; gives how much was changed.
pub(super) async fn settle(transaction: &DatabaseTransaction, names: &Names) -> Result<u64, StoreError> {
    let body = body(&names.schema);
    let there = "SELECT count(*) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname = $1 \
                 AND prosrc = coalesce($2, prosrc)";
    let function = format!("{}.{REWRITE}()", quoted(&names.schema));
    if names.can_maintain {
        if number(transaction, there, [REWRITE.into(), None::<String>.into()]).await? == 0 {
            return Ok(0);
        }
        transaction.execute_unprepared(&format!("DROP FUNCTION {function}")).await?;
        return Ok(1);
    }
    let tables = "SELECT count(to_regclass(name)) FROM unnest(string_to_array($1, ',')) name";
    let are_there = number(transaction, tables, [OF_PERSONS.join(",").into()]).await?;
    let is_there = number(transaction, there, [REWRITE.into(), body.as_str().into()]).await?;
    if is_there > 0 || usize::try_from(are_there) != Ok(OF_PERSONS.len()) {
        return Ok(0);
    }
    // a search path of its own: whoever calls it has no say in what is meant by a name
    let statement = format!(
        "CREATE OR REPLACE FUNCTION {function} RETURNS void LANGUAGE plpgsql SECURITY DEFINER \
         SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $body${body}$body$"
    );
    transaction.execute_unprepared(&statement).await?;
    Ok(1)
}

fn body(schema: &str) -> String {
    let names = OF_PERSONS.map(|table| format!("{}.{}", quoted(schema), quoted(table)).replace('\'', "''"));
    let tables = names.map(|name| format!("'{name}'::regclass")).join(", ");
    format!(
        " DECLARE key record; BEGIN \
         FOR key IN SELECT i.indrelid::regclass AS of_table, c.relname AS name \
         FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
         WHERE i.indisprimary AND i.indrelid = ANY (ARRAY[{tables}]) ORDER BY 1 LOOP \
         EXECUTE format('CLUSTER %s USING %I', key.of_table, key.name); \
         EXECUTE format('ANALYZE %s', key.of_table); \
         END LOOP; END "
    )
}
