//! Whether everything that a transfer needs is in order. Writes nothing, but at the board a trial if it is asked for.

use runtime::{Check, Context, Final, Summary};

use crate::{
    config::Settings,
    pipeline,
    sink::board::{self, BoardClient, Reply},
    transform::{Account, Submission},
};

pub(crate) async fn run(context: &Context, settings: &Settings, trial: bool) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    if let Some(store) = one_shot::check(&mut check, context.program, &settings.database).await {
        let way_out = "`transfer resolve` what the board has, then `transfer --board-asked` (docs/backup.md)";
        one_shot::check_place(&mut check, &store, way_out).await;
    }
    check.item(
        "mapping file",
        pipeline::mapping(settings).map(|_| settings.transfer.mapping_file.display().to_string()),
    );
    let options = board::options(context, &settings.board).at_a_glance();
    let board = BoardClient::new(context, &settings.board, options)?;
    let base_url = settings.board.base_url.name();
    if let Some(told) = settings.board.is_readable_by_others() {
        check.warning("BOARD_BASE_URL", told);
    }
    check.item(
        "board",
        found(board.look().await, &format!("{base_url} answers, mode {}", settings.board.mode.as_str())),
    );
    let account = if trial {
        let refused = "the board refuses the smallest ad there is: look at BOARD_EMAIL and BOARD_PASSWORD";
        match board.try_out(&Submission::trial(Account::from(&settings.board))).await {
            // nothing is wrong with this ad, so it is the account that is refused
            Reply::Refused(_) => Err(Final::new(refused).into()),
            reply => found(reply.done(), "a trial was taken"),
        }
    } else {
        Ok("not tried; --trial hands over an ad that nobody sees".to_owned())
    };
    check.item("account", account);
    check.finish()
}

fn found(reply: Reply<()>, words: &str) -> anyhow::Result<String> {
    match reply {
        Reply::Done(()) => Ok(words.to_owned()),
        Reply::Refused(reason) => Err(Final::new(reason).into()),
        Reply::Away(reason) | Reply::Lost(reason) => Err(anyhow::anyhow!(reason)),
    }
}
