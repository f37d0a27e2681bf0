//! The parts of the file.

/// A part of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Labels of stages.
    Stages,
    /// Labels of reasons.
    Reasons,
    /// Labels of sources.
    Sources,
    /// Ids or titles of facts.
    Facts,
    /// Tags.
    Tags,
}

impl Section {
    /// In the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Stages, Self::Reasons, Self::Sources, Self::Facts, Self::Tags];

    /// As the file has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stages => "stages",
            Self::Reasons => "reasons",
            Self::Sources => "sources",
            Self::Facts => "facts",
            Self::Tags => "tags",
        }
    }
}
