//! How many records may vanish at once before somebody has to look.

/// More records are gone than is plausible. It looks more like a wrong answer of the source than like work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{missing} of {live} are gone from the source, which is more than the {allowed} that go without asking")]
pub struct TooManyRemovals {
    /// Records that the source no longer lists.
    pub missing: u64,
    /// Records that were live until now.
    pub live: u64,
    /// How many would have been let go.
    pub allowed: u64,
}

/// Judges a complete list of the source: `listed` records in it, `live` known until now, `missing` of these not
/// listed. At most 10, or a fifth of the live ones if that is more, may go; an empty list lets nothing go.
/// `accepted` is what somebody who looked has allowed.
pub fn judge_removals(listed: u64, live: u64, missing: u64, accepted: u64) -> Result<(), TooManyRemovals> {
    let allowed = if listed == 0 { 0 } else { (live / 5).max(10) }.max(accepted);
    if missing > allowed { Err(TooManyRemovals { missing, live, allowed }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_go_and_many_do_not() {
        assert!(judge_removals(90, 100, 20, 0).is_ok());
        assert!(judge_removals(79, 100, 21, 0).is_err());
        assert!(judge_removals(2, 12, 10, 0).is_ok());
        assert!(judge_removals(2, 13, 11, 0).is_err());
    }

    #[test]
    fn an_empty_list_is_not_believed() {
        assert!(judge_removals(0, 1, 1, 0).is_err());
        assert!(judge_removals(0, 0, 0, 0).is_ok());
        assert!(judge_removals(0, 30, 30, 30).is_ok());
        assert!(judge_removals(0, 30, 30, 29).is_err());
    }
}
