//! Whose data a store holds.

/// A customer at a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceIdentity {
    /// Base URL, without a trailing slash.
    pub base_url: String,
    /// Slug of the customer.
    pub customer: String,
}
