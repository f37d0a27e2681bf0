//! Texts and files as people and their editors leave them, on their way to the board.

use domain::{Advertisement, Localization};
use serde_json::Value;

use crate::world::{World, posting_with};

fn texts(texts: &[(&str, &str)]) -> Localization {
    texts.iter().map(|(locale, text)| ((*locale).to_owned(), (*text).to_owned())).collect()
}

fn ad(title: &[(&str, &str)], content: &[(&str, &str)], is_default: bool) -> Advertisement {
    Advertisement { title: texts(title), content: texts(content), is_default }
}

/// Title and text of the only ad on view.
async fn shown(world: &World, vacancy: &str) -> (String, String) {
    let on_view = world.on_view(vacancy).await;
    assert_eq!(on_view.len(), 1, "{on_view:?}");
    let text = |pointer| on_view[0].pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("/job/title"), text("/job/description/plainText"))
}

#[tokio::test]
async fn title_and_text_are_of_one_language_and_lose_no_word() {
    let world = World::new().await;
    let own = texts(&[("de-DE", "Eigener Titel"), ("en-GB", "Own title")]);
    let cases = [
        (
            "v-danish-default",
            vec![
                ad(&[("da-DK", "Sygeplejerske")], &[("da-DK", "<p>En afdeling.</p>")], true),
                ad(
                    &[("de-DE", "Pflege &amp;amp; <b>Betreuung</b>\u{b}(m/w/d)")],
                    &[("de-DE", "<p>Eine Station.</p>")],
                    false,
                ),
            ],
            ("Pflege & Betreuung (m/w/d)", "<p>Eine Station.</p>"),
        ),
        (
            "v-hollow-german",
            vec![ad(
                &[("de-DE", "Pflege"), ("en-GB", "Nurse")],
                &[("de-DE", "<p>&nbsp;<br></p><ul><li></li></ul>"), ("en-GB", "<p>A ward.</p>")],
                true,
            )],
            ("Nurse", "<p>A ward.</p>"),
        ),
        (
            "v-words",
            vec![ad(
                &[("de-DE", " ")],
                &[("de-DE", "<p><restriction id=\"7\">Bewerbung</restriction> an <jobs@example.org>, 3 < 4</p>")],
                true,
            )],
            ("Eigener Titel", "<p>Bewerbung an &lt;jobs@example.org&gt;, 3 &lt; 4</p>"),
        ),
        (
            "v-plain",
            vec![ad(&[], &[("de_DE", "Gr&uuml;&szlig;e an\r\n<jobs@example.org>")], true)],
            ("Eigener Titel", "Grüße an\n<jobs@example.org>"),
        ),
    ];
    let rows = cases.iter().map(|(vacancy, ads, _)| posting_with(vacancy, own.clone(), ads.clone())).collect();
    world.store.list(rows).await;
    world.run_with([]).must(0, &[]);
    for (vacancy, _, (title, text)) in &cases {
        let (title_shown, text_shown) = shown(&world, vacancy).await;
        assert_eq!((title_shown.as_str(), text_shown.as_str()), (*title, *text), "{vacancy}");
    }
    // the same texts are no change
    assert_eq!(world.run_with([]).must(0, &[]).count("unchanged"), 4);
}

#[tokio::test]
async fn files_are_what_their_bytes_say_and_arrive_byte_for_byte() {
    let world = World::new().await;
    let files: [(&'static str, &[u8], &str); 4] = [
        (
            "/drawn.css",
            b"p { background: url(\"data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>\") }",
            "text/css",
        ),
        ("/latin.css", b"li::before { content: \"\xbb Gr\xfc\xdfe\" }", "text/css"),
        ("/late.pdf", b"\r\n\r\n%PDF-1.7\n\x80\x81\n1 0 obj\n", "application/pdf"),
        ("/words.txt", b"BM-Ausbildung gesucht: \x80 5", "text/plain"),
    ];
    for (path, bytes, _) in files {
        world.host.put(path, "200 OK", bytes);
    }
    let link = |path: &str| match path.rsplit('.').next() {
        Some("css") => format!("<link rel=\"stylesheet\" href=\"{}\">", world.host.url(path)),
        _ => format!("<p><a href=\"{}\">a file</a></p>", world.host.url(path)),
    };
    let text: String = files.iter().map(|(path, _, _)| link(path)).collect();
    let ads = vec![ad(&[("de", "Pflege")], &[("de", &format!("<p>Eine Station.</p>{text}"))], true)];
    world.store.list(vec![posting_with("v-files", Localization::default(), ads)]).await;
    world.run_with([]).must(0, &[]);
    let listing = &world.on_view("v-files").await[0];
    let attachments = listing["attachments"].as_array().unwrap();
    assert_eq!(attachments.len(), files.len());
    for ((path, bytes, media_type), attachment) in files.iter().zip(attachments) {
        assert_eq!(attachment["mimeType"], *media_type, "{path}");
        assert_eq!(attachment["filename"], path[1..], "{path}");
        assert_eq!(&world.board.mock.bytes(attachment["content"].as_str().unwrap()).await, bytes, "{path}");
    }
}
