//! What a user of a database is to be allowed.

#[derive(Debug, Default)]
pub(crate) struct Needed {
    /// To make tables.
    pub(crate) create: bool,
    /// To make temporary ones.
    pub(crate) temporary: bool,
    /// Of a table, a right.
    pub(crate) on_tables: Vec<(&'static str, &'static str)>,
    /// How many tables there are.
    pub(crate) tables: usize,
}
