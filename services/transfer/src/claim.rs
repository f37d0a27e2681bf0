//! Whether the ledger is of this board, and where it was.

use anyhow::bail;
use one_shot::Audited;
use runtime::{Context, Final};
use store::Board;

use crate::config::Settings;

/// What to think of a board that the ledger does not know.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct BoardArgs {
    /// BOARD_BASE_URL is a new address of the same board: what it was told still holds
    #[arg(long, conflicts_with = "new_board")]
    same_board: bool,
    /// BOARD_BASE_URL is another board, which was told nothing yet
    #[arg(long)]
    new_board: bool,
    /// The store was moved, copied or restored, and what the board has was asked for and written down with resolve
    #[arg(long)]
    board_asked: bool,
}

impl BoardArgs {
    pub(crate) fn is_given(self) -> bool {
        self.same_board || self.new_board || self.board_asked
    }
}

/// A ledger that is elsewhere than it was does not know what the board was told since, even if there is nothing in it. An error
/// then, unless somebody has asked the board.
pub(crate) async fn check(
    audited: &Audited<'_>,
    context: &Context,
    settings: &Settings,
    args: BoardArgs,
) -> anyhow::Result<()> {
    let otherwise = "The board may have been told more since than is written down here, so it was told nothing. Look what it has, \
                     write that down with `transfer resolve` (docs/backup.md has the steps), and then run transfer once with \
                     --board-asked";
    one_shot::same_place(audited, context, args.board_asked, otherwise).await?;
    same_board(audited, settings, args).await
}

/// What another board was told says nothing of this one, or all, if that only has a new address: nobody but a person knows.
async fn same_board(audited: &Audited<'_>, settings: &Settings, args: BoardArgs) -> anyhow::Result<()> {
    let Board { base_url, mode } = settings.board.ledger();
    let known = audited.store.boards(&mode).await?;
    let others: Vec<&String> = known.iter().filter(|board| **board != base_url).collect();
    // what is handed over for a trial is on view nowhere, so it cannot be there twice
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
