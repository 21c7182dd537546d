//! The real client against a small server on loopback that speaks the real protocol.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// What the server says to the first word of a command, to "connect" and to "text"; none: it hangs up.
type Script = fn(&str) -> Option<&'static str>;

fn takes_everything(step: &str) -> Option<&'static str> {
    Some(match step {
        "connect" => "220 mail.example",
        "EHLO" => "250-mail.example\r\n250 AUTH PLAIN",
        "AUTH" => "235 come in",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 fine",
    })
}

/// Serves one connection, and answers with every line that it heard.
async fn server(script: Script) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        let (mut heard, mut is_text, mut step) = (Vec::new(), false, "connect".to_owned());
        while let Some(reply) = script(&step) {
            writing.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
            is_text = is_text || reply.starts_with("354");
            loop {
                let Ok(Some(line)) = lines.next_line().await else { return heard };
                heard.push(line.clone());
                if is_text && line == "." {
                    (is_text, step) = (false, "text".to_owned());
                    break;
                } else if !is_text {
                    step = line.split(' ').next().unwrap_or_default().to_owned();
                    break;
                }
            }
        }
        heard
    });
    (port, served)
}

fn smtp(url: &str) -> Smtp {
    Smtp::new(SmtpSettings::parse(url, "마당 <shop@example.com>").unwrap()).unwrap()
}

/// As Korean as letters are, so that it travels in base64.
const TEXT: &str =
    "결제가 끝났어요. 진행 상황은 주문 페이지에서 언제든 볼 수 있어요. 고맙습니다.\n.\nBcc: thief@example.net\n";

fn letter() -> Letter {
    let to = Email::parse("kim@example.org").unwrap();
    Letter::new(to, "[마당] 결제가 끝났어요\r\nBcc: thief@example.net", TEXT)
}

/// What became of one letter, and what the server heard.
async fn sent(script: Script) -> (Result<(), MailError>, Vec<String>) {
    let (port, served) = server(script).await;
    let outcome = smtp(&format!("smtp://127.0.0.1:{port}")).send(letter()).await;
    (outcome, served.await.unwrap())
}

fn words_of(heard: &[String]) -> Vec<&str> {
    heard.iter().filter_map(|line| line.split([' ', ':']).next()).collect()
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let (outcome, heard) = sent(takes_everything).await;
    assert_eq!(outcome, Ok(()));
    assert!(heard.iter().all(|line| line.is_ascii()), "{heard:?}");
    assert_eq!(heard[..4], ["EHLO example.com", "MAIL FROM:<shop@example.com>", "RCPT TO:<kim@example.org>", "DATA"]);
    assert_eq!(heard.last().unwrap(), "QUIT");
    let end = heard.iter().position(String::is_empty).unwrap();
    let headers: Vec<_> = heard[4..end].iter().filter(|line| !line.starts_with(' ')).cloned().collect();
    let mut names = words_of(&headers);
    names.sort_unstable();
    let wanted = ["Content-Transfer-Encoding", "Content-Type", "Date", "From", "Message-ID", "Subject", "To"];
    assert_eq!(names, wanted, "nothing became a header");
    assert!(headers.contains(&"To: kim@example.org".to_owned()));
    assert!(headers.iter().any(|line| line.starts_with("From: =?utf-8?b?") && line.ends_with("<shop@example.com>")));
    assert!(headers.contains(&"Content-Transfer-Encoding: base64".to_owned()), "{headers:?}");
    let text = heard[end..].iter().take_while(|line| *line != ".").map(String::as_str).collect::<String>();
    let text = String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
    assert_eq!(text.replace("\r\n", "\n").trim_end(), letter().text().trim_end());
}

#[tokio::test]
async fn a_letter_that_the_server_will_not_have_is_refused() {
    let recipient: Script =
        |step| if step == "RCPT" { Some("550 5.1.1 no such person") } else { takes_everything(step) };
    let data: Script = |step| if step == "DATA" { Some("554 no letters today") } else { takes_everything(step) };
    let text: Script = |step| if step == "text" { Some("550 5.7.1 this is spam") } else { takes_everything(step) };
    for script in [recipient, data, text] {
        assert_eq!(sent(script).await.0, Err(MailError::Refused));
    }
}

#[tokio::test]
async fn what_was_surely_not_accepted_is_tried_again() {
    let busy: Script = |step| if step == "connect" { Some("421 too busy") } else { takes_everything(step) };
    let sender: Script = |step| if step == "MAIL" { Some("550 not your address") } else { takes_everything(step) };
    let grey: Script = |step| if step == "RCPT" { Some("450 come back later") } else { takes_everything(step) };
    let full: Script = |step| if step == "text" { Some("452 no room") } else { takes_everything(step) };
    let gone: Script = |_| None;
    let gone_at_recipient: Script = |step| if step == "RCPT" { None } else { takes_everything(step) };
    let noise: Script = |step| if step == "RCPT" { Some("whatever") } else { takes_everything(step) };
    for script in [busy, sender, grey, full, gone, gone_at_recipient, noise] {
        assert_eq!(sent(script).await.0, Err(MailError::Unreachable));
    }
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(smtp(&format!("smtp://127.0.0.1:{port}")).send(letter()).await, Err(MailError::Unreachable));
}

#[tokio::test]
async fn a_letter_whose_answer_is_lost_may_have_arrived() {
    let lost: Script = |step| if step == "text" { None } else { takes_everything(step) };
    let noise: Script = |step| if step == "text" { Some("whatever") } else { takes_everything(step) };
    for script in [lost, noise] {
        assert_eq!(sent(script).await.0, Err(MailError::Unknown));
    }
    // The farewell decides nothing.
    let rude: Script = |step| if step == "QUIT" { None } else { takes_everything(step) };
    assert_eq!(sent(rude).await.0, Ok(()));
}

#[tokio::test]
async fn it_logs_in_as_written_in_the_address() {
    let (port, served) = server(takes_everything).await;
    let url = format!("smtp://shop%40example.com:p+%2B%26&%3A%25%EB%A7%88@127.0.0.1:{port}");
    assert_eq!(smtp(&url).send(letter()).await, Ok(()));
    let login = served.await.unwrap().into_iter().find_map(|line| line.strip_prefix("AUTH PLAIN ").map(str::to_owned));
    let login = STANDARD.decode(login.unwrap()).unwrap();
    assert_eq!(String::from_utf8(login).unwrap(), "\0shop@example.com\0p++&&:%마");
    let wrong: Script = |step| if step == "AUTH" { Some("535 wrong password") } else { takes_everything(step) };
    let (port, served) = server(wrong).await;
    let refused = smtp(&format!("smtp://shop:old@127.0.0.1:{port}")).send(letter()).await;
    assert_eq!(refused, Err(MailError::Unreachable), "the next letter would fare no better");
    assert!(!words_of(&served.await.unwrap()).contains(&"MAIL"));
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_does_not_encrypt_when_it_must() {
    for (scheme, query) in [("smtp", "?tls=required"), ("smtps", "")] {
        let (port, served) = server(takes_everything).await;
        let outcome = smtp(&format!("{scheme}://shop:secret@127.0.0.1:{port}{query}")).send(letter()).await;
        assert_eq!(outcome, Err(MailError::Unreachable), "{scheme}");
        let heard = served.await.unwrap();
        assert!(heard.iter().all(|line| !line.starts_with("AUTH") && !line.starts_with("MAIL")), "{heard:?}");
    }
}

#[test]
fn the_same_letter_has_the_same_name_and_another_has_another() {
    let smtp = smtp("smtp://127.0.0.1");
    let other = Letter::new(letter().to().clone(), letter().subject(), "다른 글");
    assert_eq!(smtp.name_of(&letter()), smtp.name_of(&letter()));
    assert_ne!(smtp.name_of(&letter()), smtp.name_of(&other));
    assert!(smtp.name_of(&other).ends_with("@example.com>"));
}

#[test]
fn an_address_of_a_server_is_read_whole_or_not_at_all() {
    let parse = |url: &str| SmtpSettings::parse(url, "shop@example.com");
    for (url, host, port, security) in [
        ("smtps://u:p@mail.example", "mail.example", 465, Security::Wrapped),
        ("smtps://u:p@mail.example:4465/", "mail.example", 4465, Security::Wrapped),
        ("smtp://u:p@mail.example?tls=required", "mail.example", 587, Security::StartTls),
        ("smtp://u:p@mail.example:25?tls=required", "mail.example", 25, Security::StartTls),
        ("smtp://[::1]:2525", "::1", 2525, Security::None),
        (" smtp://localhost ", "localhost", 25, Security::None),
    ] {
        let read = parse(url).unwrap();
        assert_eq!((read.host(), read.port, read.security), (host, port, security), "{url}");
    }
    for wrong in [
        "",
        "mail.example",
        "mail.example:465",
        "http://mail.example",
        "smtps://",
        "smtps://u@mail.example",
        "smtps://u:p@mail.example/path",
        "smtps://u:p@mail.example?tls=required",
        "smtp://u:p@mail.example?tls=opportunistic",
        "smtp://u:p@mail.example?tls=",
        "smtps://u:p@mail.example:port",
        "smtps://u:p@mail.example:",
        "smtps://u:p@mail.example:99999",
        "smtps://u:p w@mail.example",
    ] {
        assert_eq!(parse(wrong).err(), Some(SmtpTrouble::Url), "{wrong}");
    }
    assert!(!format!("{:?}", parse("smtps://u:hunter2@mail.example")).contains("hunter2"));
}

#[test]
fn a_sender_is_an_address_with_or_without_a_name() {
    let read = |from: &str| SmtpSettings::parse("smtp://localhost", from).map(|read| read.from);
    for (from, name) in [
        ("shop@example.com", None),
        (" <shop@example.com> ", None),
        ("마당 <shop@example.com>", Some("마당")),
        ("\"Yard, Inc.\" <shop@example.com>", Some("Yard, Inc.")),
        ("a\r\nBcc: x <shop@example.com>", Some("a Bcc: x")),
    ] {
        let read = read(from).unwrap();
        assert_eq!((read.name.as_deref(), read.email.to_string().as_str()), (name, "shop@example.com"), "{from}");
    }
    for wrong in ["", "shop", "shop@example.com, thief@example.net", "a <shop@example.com", "마당@예시.kr"] {
        assert_eq!(read(wrong).err(), Some(SmtpTrouble::From), "{wrong}");
    }
}
