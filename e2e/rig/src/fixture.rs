//! A test on a database of each kind.

use crate::{Backend, Database};

/// What the tests of a service stand on. It is gone when it is dropped, and its database with it.
pub trait Fixture: Sized {
    /// Over this empty database.
    fn on(database: Database) -> impl Future<Output = Self>;
}

/// Runs a test on a new database of this kind, or says that it does not.
pub async fn on<F: Fixture>(backend: Backend, test: impl AsyncFnOnce(&F)) {
    if backend.is_there() {
        let fixture = F::on(Database::new(backend).await).await;
        test(&fixture).await;
    }
}

/// Makes a test of each of these functions on each kind of database: `sqlite::<function>`, `postgres::<function>`. A function
/// takes a reference to a [`Fixture`].
#[macro_export]
macro_rules! on_each_backend {
    ($($function:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $function() {
                    $crate::on($crate::Backend::Sqlite, super::$function).await;
                }
            )+
        }

        mod postgres {
            $(
                #[tokio::test]
                async fn $function() {
                    $crate::on($crate::Backend::Postgres, super::$function).await;
                }
            )+
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Numbers(Database);

    impl Fixture for Numbers {
        async fn on(database: Database) -> Self {
            database.execute("CREATE TABLE numbers (number bigint)").await;
            Self(database)
        }
    }

    crate::on_each_backend!(it_begins_empty);

    async fn it_begins_empty(numbers: &Numbers) {
        assert_eq!(numbers.0.number("SELECT count(*) FROM numbers").await, 0);
    }
}
