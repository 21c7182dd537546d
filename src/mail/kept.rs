//! A mailer for tests: keeps what it is given, and answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::{Letter, MailError, Mailer, Sending};

/// Clones share what they keep.
#[derive(Clone, Default)]
pub struct Kept {
    letters: Arc<Mutex<Vec<Letter>>>,
    answers: Arc<Mutex<VecDeque<MailError>>>,
}

impl Kept {
    /// Answers the next letter that has no answer yet with this error.
    pub fn fail_next(&self, error: MailError) {
        self.answers.lock().unwrap().push_back(error);
    }

    /// Every letter that arrived, in order. One whose answer was lost has arrived.
    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }
}

impl Mailer for Kept {
    fn send(&self, letter: Letter) -> Sending<'_> {
        let answer = self.answers.lock().unwrap().pop_front();
        if matches!(answer, None | Some(MailError::Unknown)) {
            self.letters.lock().unwrap().push(letter);
        }
        Box::pin(std::future::ready(answer.map_or(Ok(()), Err)))
    }
}

#[test]
fn it_keeps_what_arrives_and_answers_as_told() {
    let to = crate::domain::customer::Email::parse("kim@example.com").unwrap();
    let mailer = Kept::default();
    for error in [MailError::Refused, MailError::Unknown] {
        mailer.fail_next(error);
    }
    let sent: Vec<_> = ["a", "b", "c"]
        .map(|subject| futures::executor::block_on(mailer.send(Letter::new(to.clone(), subject, ""))))
        .into();
    assert_eq!(sent, [Err(MailError::Refused), Err(MailError::Unknown), Ok(())]);
    assert_eq!(mailer.letters().iter().map(Letter::subject).collect::<Vec<_>>(), ["b", "c"]);
}
