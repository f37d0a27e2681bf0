//! How many records may go at once, or be handed over anew, before somebody has to look.

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

/// More published ads have changed than is plausible. It looks more like a slip in a mapping than like work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{changed} of {published} published ads have changed, which is more than the {allowed} that are handed over anew \
     without asking"
)]
pub struct TooManyChanges {
    /// Ads that say something else now.
    pub changed: u64,
    /// Ads that are published.
    pub published: u64,
    /// How many would have been handed over anew.
    pub allowed: u64,
}

/// Judges a complete list of the source: `listed` records in it, `live` known until now, `missing` of these not
/// listed. An empty list lets nothing go. `accepted` is what somebody who looked has allowed.
pub fn judge_removals(listed: u64, live: u64, missing: u64, accepted: u64) -> Result<(), TooManyRemovals> {
    // an empty list looks more like a fault of the source than like work
    let allowed = if listed == 0 { accepted } else { at_once(live, accepted) };
    if missing > allowed { Err(TooManyRemovals { missing, live, allowed }) } else { Ok(()) }
}

/// Judges how many of `published` ads have `changed`, to be handed over anew at once; `accepted` is what somebody has allowed.
pub fn judge_changes(published: u64, changed: u64, accepted: u64) -> Result<(), TooManyChanges> {
    let allowed = at_once(published, accepted);
    if changed > allowed { Err(TooManyChanges { changed, published, allowed }) } else { Ok(()) }
}

/// At most 10, or a fifth of all if that is more, unless somebody who looked has allowed more.
fn at_once(all: u64, accepted: u64) -> u64 {
    (all / 5).max(10).max(accepted)
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

    #[test]
    fn a_few_are_handed_over_anew_and_many_are_not() {
        assert!(judge_changes(100, 20, 0).is_ok());
        assert!(judge_changes(10, 10, 0).is_ok());
        assert_eq!(judge_changes(17, 17, 16), Err(TooManyChanges { changed: 17, published: 17, allowed: 16 }));
        assert!(judge_changes(17, 17, 17).is_ok());
        assert!(judge_changes(100, 21, 0).is_err());
    }
}
