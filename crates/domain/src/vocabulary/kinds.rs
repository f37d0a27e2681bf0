//! What stages and reasons can be.

use serde::Deserialize;

/// Kinds of stages, as Emply's help pages name those of a pipeline, in the order in which one comes to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "a variant has a doc where its name does not say all")]
pub enum StageKind {
    Sourced,
    Applied,
    Assessment,
    Disqualified,
    Shortlisted,
    /// Talked to on the telephone.
    PhoneScreen,
    Interview,
    Offer,
    Hired,
}

impl StageKind {
    /// As the file and the warehouse have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sourced => "sourced",
            Self::Applied => "applied",
            Self::Assessment => "assessment",
            Self::Disqualified => "disqualified",
            Self::Shortlisted => "shortlisted",
            Self::PhoneScreen => "phone_screen",
            Self::Interview => "interview",
            Self::Offer => "offer",
            Self::Hired => "hired",
        }
    }
}

/// Who ended an application, or what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "a variant has a doc where its name does not say all")]
pub enum ReasonKind {
    Employer,
    Candidate,
    Filled,
    Other,
}

impl ReasonKind {
    /// As the file and the warehouse have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Employer => "employer",
            Self::Candidate => "candidate",
            Self::Filled => "filled",
            Self::Other => OTHER,
        }
    }
}

/// What goes in the place of a reason or source that is not listed.
pub const OTHER: &str = "other";
