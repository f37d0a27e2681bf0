//! What stages and reasons can be.

use serde::Deserialize;

/// Kinds of stages, as Emply's help pages name those of a pipeline, in the order in which one comes to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Found by the employer.
    Sourced,
    /// Has come in.
    Applied,
    /// Is being tested.
    Assessment,
    /// Turned down.
    Disqualified,
    /// Among the chosen.
    Shortlisted,
    /// Talked to on the telephone.
    PhoneScreen,
    /// Invited.
    Interview,
    /// Has an offer.
    Offer,
    /// Hired.
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
pub enum ReasonKind {
    /// The employer.
    Employer,
    /// The candidate.
    Candidate,
    /// The position was filled.
    Filled,
    /// Something else.
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
