//! The parts of the file.

/// A part of the file: labels of stages, reasons and sources, ids or titles of facts, and tags.
#[expect(missing_docs, reason = "each is the part of its name")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Stages,
    Reasons,
    Sources,
    Facts,
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
