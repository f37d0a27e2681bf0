//! Whether the ledger is of this board, and where it was.

use anyhow::bail;
use one_shot::Audited;
use runtime::{Context, Final};
use store::Board;

use crate::{BoardArgs, config::Settings};

/// A ledger that is elsewhere than it was does not know what the board was told since, even if there is nothing in it. An error then,
/// unless somebody has asked the board.
pub(crate) async fn same_place(audited: &Audited<'_>, context: &Context, is_asked: bool) -> anyhow::Result<()> {
    let otherwise = "The board may have been told more since than is written down here, so it was told nothing. Look what it has, \
                     write that down with `transfer resolve` (docs/backup.md has the steps), and then run transfer once with \
                     --board-asked";
    one_shot::same_place(audited, context, is_asked, otherwise).await
}

/// What was handed over for real to a board that is not this one says nothing of this one, or all, if it only has a new
/// address; nobody but a person knows that.
pub(crate) async fn same_board(audited: &Audited<'_>, settings: &Settings, args: BoardArgs) -> anyhow::Result<()> {
    let Board { base_url, mode } = settings.board.ledger();
    let known = audited.store.boards(&mode).await?;
    let others: Vec<&String> = known.iter().filter(|board| **board != base_url).collect();
    if known.contains(&base_url) || others.is_empty() || mode != "create" || args.new_board {
        return Ok(());
    }
    if let ([other], true) = (others.as_slice(), args.same_board) {
        return Ok(audited.writer.move_board(&mode, other, &base_url).await?);
    }
    let others = others.into_iter().cloned().collect::<Vec<_>>().join(", ");
    bail!(Final::new(format!(
        "listings were handed over to {others} and none to {base_url}: run transfer once with --same-board if that is a new \
         address of the same board, or with --new-board if it is another one, which is to get all postings"
    )))
}
