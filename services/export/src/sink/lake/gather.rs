//! Which of a table's files are gathered into one, when it has many.
//!
//! As in a log-structured merge tree with tiers by size: the newest files are gathered as long as the next older one is not much
//! larger than they are together. So a large file is written anew only when as much has come since, and what it costs over the
//! years is, for each row, the logarithm of how many there are.

use super::manifest::Entry;
use crate::load::Range;

/// With more files in a table, some of them are gathered.
pub(super) const MOST_FILES: usize = 30;

/// An older file is taken along unless it is so many times as large as those after it.
const MUCH_LARGER: u64 = 2;

/// The changes that are to be in one file; none where there are few files.
pub(super) fn stretch(files: &[Entry]) -> Option<Range> {
    if files.len() <= MOST_FILES {
        return None;
    }
    let mut newest_first = files.to_vec();
    newest_first.sort_by_key(|file| std::cmp::Reverse(file.range));
    let (mut bytes, mut taken) = (0, 0);
    for file in &newest_first {
        // one alone would be written for nothing
        if taken >= 2 && file.bytes > MUCH_LARGER * bytes {
            break;
        }
        (bytes, taken) = (bytes + file.bytes, taken + 1);
    }
    let (newest, oldest) = (newest_first.first()?, newest_first.get(taken - 1)?);
    Some((oldest.range.0, newest.range.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checksum::Checksum;

    fn files(sizes: &[u64]) -> Vec<Entry> {
        let of = |(at, bytes): (usize, &u64)| {
            let after = i64::try_from(at).unwrap();
            Entry { range: (after, after + 1), bytes: *bytes, sum: Checksum::default() }
        };
        sizes.iter().enumerate().map(of).collect()
    }

    #[test]
    fn a_large_file_is_left_until_as_much_has_come_since() {
        assert_eq!(stretch(&files(&[1; 30])), None);
        assert_eq!(stretch(&files(&[1; 31])), Some((0, 31)));
        let with_a_base = |base| [vec![base], vec![1; 30]].concat();
        assert_eq!(stretch(&files(&with_a_base(61))), Some((1, 31)));
        assert_eq!(stretch(&files(&with_a_base(60))), Some((0, 31)));
        // each more than twice as large as all that came later: two are gathered, so that it ends
        let steep = (0..31).rev().map(|power| 4_u64.pow(power)).collect::<Vec<_>>();
        assert_eq!(stretch(&files(&steep)), Some((29, 31)));
    }

    #[test]
    fn over_the_years_a_row_is_written_as_often_as_the_logarithm_says() {
        // a day after the other, and what it costs to keep the files few
        let (mut sizes, mut written, mut most) = (vec![1_000_u64], 0, 0);
        let days = 20_000;
        for _ in 0..days {
            sizes.push(5);
            most = most.max(sizes.len());
            let there = files(&sizes);
            if let Some((after, _)) = stretch(&there) {
                let gathered = sizes.split_off(usize::try_from(after).unwrap()).iter().sum::<u64>();
                written += gathered;
                sizes.push(gathered);
            }
        }
        assert_eq!(sizes.iter().sum::<u64>(), 1_000 + days * 5);
        let times = written / sizes.iter().sum::<u64>();
        assert!(most == 31 && times <= 6, "{most} files, {times} times");
    }
}
