//! Where letters go while no server is configured: one line in the log, without what they say. Their text
//! names the order's address, which is a secret, and whoever reads the log is not whom they were written to.

use super::{Letter, Mailer, Sending};
use crate::domain::customer::Email;

/// Writes down that a letter would have left.
#[derive(Clone, Copy, Debug, Default)]
pub struct Log;

impl Mailer for Log {
    fn send(&self, letter: Letter) -> Sending<'_> {
        tracing::info!(
            to = masked(letter.to()),
            subject = letter.subject(),
            "no mail server is configured; this letter goes nowhere"
        );
        Box::pin(std::future::ready(Ok(())))
    }
}

/// `k***@example.com`.
fn masked(email: &Email) -> String {
    let (local, host) = email.as_str().rsplit_once('@').unwrap_or_default();
    let first: String = local.chars().take(1).collect();
    format!("{first}***@{host}")
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_log_has_neither_the_person_nor_the_text() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let to = Email::parse("kimchulsu@example.com").unwrap();
        let letter = Letter::new(to, "[마당] 결제가 끝났어요 (261120-7KQ2M4X)", "https://shop.example/orders/secret");
        let sent = tracing::subscriber::with_default(subscriber, || futures::executor::block_on(Log.send(letter)));
        assert_eq!(sent, Ok(()));
        let written = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(written.contains("k***@example.com") && written.contains("261120-7KQ2M4X"), "{written}");
        assert!(!written.contains("kimchulsu") && !written.contains("secret"), "{written}");
        assert_eq!(written.lines().count(), 1);
    }
}
