//! The shell example of the board's document, with curl and jq, against the mock.

use std::{io::Write as _, process::Command};

use crate::world::Board;

/// As it stands there, but for the host.
const EXAMPLE: &str = r"
JOBID=$(curl -X POST -H 'Content-Type:application/json' -d @data.json HOST/api/job/create | jq -r '.id')
ATTID=$(curl -X POST -H 'Content-Type:application/json' -d @attachment.json HOST/api/job/prepare-upload/$JOBID | jq -r '.result')
curl -X POST -H 'Content-Type:text/plain' --data-binary @message.txt HOST/api/job/upload/$JOBID/$ATTID
curl -X GET HOST/api/job/publish/$JOBID
echo $JOBID
echo $ATTID
";

#[tokio::test]
async fn the_shell_example_works() {
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !has("curl") || !has("jq") {
        // not eprintln!: the test runner would swallow that
        let _ =
            writeln!(std::io::stderr(), "SKIPPED: the document's shell example, because curl or jq is not installed");
        return;
    }
    let (board, folder) = (Board::start(), tempfile::tempdir().unwrap());
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("data.json", include_str!("../../../../contracts/board/full.json"));
    write("attachment.json", r#"{ "filename": "message.txt", "mimeType": "text/plain" }"#);
    write("message.txt", "Gr\u{fc}\u{df}e\n");
    write("example.sh", &EXAMPLE.replace("HOST", &format!("http://{}", board.mock.address)));
    let done = Command::new("bash").arg("example.sh").current_dir(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let listing = &board.mock.get("/_mock/board/listings").await[0];
    let attachment = &listing["attachments"][0];
    let ok = r#"{"result":"ok"}"#;
    let (id, attachment_id) = (listing["id"].as_str().unwrap(), attachment["id"].as_str().unwrap());
    assert_eq!(said, format!("{ok}{ok}{id}\n{attachment_id}\n"), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(listing["published"].is_string() && listing["mode"] == "create");
    let bytes = board.mock.bytes(attachment["content"].as_str().unwrap()).await;
    assert_eq!(bytes, "Gr\u{fc}\u{df}e\n".as_bytes());
}
