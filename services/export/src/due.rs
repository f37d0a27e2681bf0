//! Which changes are due.

use store::ExportCursor;

use crate::load::Range;

/// The ranges that a run has to send, in their order. `arrived` is false when the warehouse is empty, whatever has been sent.
pub(crate) fn due(cursor: &ExportCursor, highest: i64, arrived: bool) -> Vec<Range> {
    // an empty warehouse lacks what stood before a pending range, unless that begins at 0
    let pending = cursor.pending.filter(|(after, _)| arrived || *after == 0);
    if !arrived && pending.is_none() {
        // also when nothing has changed yet: every table has at least one file, possibly empty
        return vec![(0, highest)];
    }
    let sent = pending.map_or(cursor.sent, |(_, up_to)| up_to);
    // what was being sent when an export died comes first, with the same bounds, so that what it left behind is overwritten
    pending.into_iter().chain((sent < highest).then_some((sent, highest))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pending_comes_first() {
        let due = |cursor: ExportCursor, highest, arrived| due(&cursor, highest, arrived);
        let cursor = |sent, pending| ExportCursor { sent, pending, ..ExportCursor::default() };
        assert_eq!(due(cursor(0, None), 7, false), [(0, 7)]);
        assert_eq!(due(cursor(0, None), 0, false), [(0, 0)]);
        assert_eq!(due(cursor(5, None), 7, true), [(5, 7)]);
        assert_eq!(due(cursor(7, None), 7, true), []);
        assert_eq!(due(cursor(5, Some((5, 7))), 9, true), [(5, 7), (7, 9)]);
        assert_eq!(due(cursor(5, Some((5, 7))), 7, true), [(5, 7)]);
        assert_eq!(due(cursor(5, None), 7, false), [(0, 7)], "the lake was emptied");
        assert_eq!(due(cursor(5, Some((5, 7))), 7, false), [(0, 7)], "the lake was emptied");
        assert_eq!(due(cursor(0, Some((0, 5))), 7, false), [(0, 5), (5, 7)], "the first export was killed half way");
    }
}
