//! One's own account: password, sessions, second factor.

use axum::response::Response;

use super::super::answer::see_other;
use super::{Submission, session};
use crate::domain::id::RecoveryCode;
use crate::domain::password::NewPassword;
use crate::page::{Flash, Once, Problem};
use crate::service::{Error, Proven, SessionName};

const ACCOUNT: &str = "/admin/account";
const FACTOR: &str = "/admin/account/factor";

/// What is wrong with what the password was asked for; the field is the one that it was typed in.
fn unproven<T>(field: &'static str, proven: &Proven<T>) -> Vec<(&'static str, Problem)> {
    match proven {
        Proven::Wait { .. } => vec![(field, Problem::TooManyLogins)],
        _ => vec![(field, Problem::WrongPassword)],
    }
}

/// `POST /admin/account/password`.
pub(super) async fn password(submission: Submission) -> Response {
    let old = submission.form.raw("old").to_owned();
    if old.is_empty() {
        return submission.refuse(vec![("old", Problem::Empty)]).await;
    }
    let new =
        NewPassword::parse(submission.form.raw("new"), submission.form.raw("again")).and_then(|new| new.unlike(&old));
    let new = match new {
        Ok(new) => new,
        Err(refusal) => return submission.refuse(vec![Problem::of_password(refusal)]).await,
    };
    let name = match submission.session_name() {
        Ok(name) => name,
        Err(error) => return submission.fail(error).await,
    };
    match submission.shop.services.change_password(&submission.actor, &old, &new, &name).await {
        Ok(Proven::Done(())) => {
            if let Err(error) = session::cycle(submission.session()).await {
                tracing::warn!(%error, "a session could not get a new secret");
            }
            submission.done(ACCOUNT, Flash::PasswordChanged).await
        }
        Ok(other) => submission.refuse(unproven("old", &other)).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/account/sessions/one`.
pub(super) async fn end_session(submission: Submission) -> Response {
    let name = SessionName::typed(submission.form.text("session"));
    if submission.session_name().is_ok_and(|own| own == name) {
        return super::login::leave(submission).await;
    }
    match submission.shop.services.end_own_session(&submission.actor, &name).await {
        // Over already is what was wanted.
        Ok(()) | Err(Error::NotFound) => submission.done(ACCOUNT, Flash::SessionEnded).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/account/sessions/others`.
pub(super) async fn end_others(submission: Submission) -> Response {
    let name = match submission.session_name() {
        Ok(name) => name,
        Err(error) => return submission.fail(error).await,
    };
    match submission.shop.services.end_own_sessions(&submission.actor, Some(&name)).await {
        Ok(()) => submission.done(ACCOUNT, Flash::SessionsEnded).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/account/sessions/all`.
pub(super) async fn end_all(submission: Submission) -> Response {
    if let Err(error) = submission.shop.services.end_own_sessions(&submission.actor, None).await {
        return submission.fail(error).await;
    }
    if let Err(error) = session::end(submission.session()).await {
        tracing::warn!(%error, "the cookie of a session that ended could not be taken back");
    }
    see_other("/admin/login")
}

/// `POST /admin/account/factor/begin`.
pub(super) async fn begin_factor(submission: Submission) -> Response {
    let password = submission.form.raw("password");
    if password.is_empty() {
        return submission.refuse(vec![("password", Problem::Empty)]).await;
    }
    match submission.shop.services.begin_factor(&submission.actor, password).await {
        Ok(Proven::Done(())) => see_other(FACTOR),
        Ok(other) => submission.refuse(unproven("password", &other)).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/account/factor/confirm`.
pub(super) async fn confirm_factor(submission: Submission) -> Response {
    match submission.shop.services.confirm_factor(&submission.actor, submission.form.text("code")).await {
        Ok(Some(codes)) => tell(submission, &codes).await,
        Ok(None) => submission.refuse(vec![("code", Problem::WrongCode)]).await,
        // Sent twice: it is on.
        Err(Error::NotFound) => see_other(FACTOR),
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/account/factor/codes`.
pub(super) async fn new_codes(submission: Submission) -> Response {
    let password = submission.form.raw("codes-password");
    if password.is_empty() {
        return submission.refuse(vec![("codes-password", Problem::Empty)]).await;
    }
    match submission.shop.services.renew_recovery_codes(&submission.actor, password).await {
        Ok(Proven::Done(codes)) => tell(submission, &codes).await,
        Ok(other) => {
            let errors = unproven("codes-password", &other);
            submission.refuse(errors).await
        }
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/account/factor/off`.
pub(super) async fn end_factor(submission: Submission) -> Response {
    let password = submission.form.raw("off-password");
    if password.is_empty() {
        return submission.refuse(vec![("off-password", Problem::Empty)]).await;
    }
    match submission.shop.services.end_own_factor(&submission.actor, password).await {
        Ok(Proven::Done(())) => submission.done(ACCOUNT, Flash::FactorOff).await,
        Ok(other) => submission.refuse(unproven("off-password", &other)).await,
        Err(error) => submission.fail(error).await,
    }
}

async fn tell(submission: Submission, codes: &[RecoveryCode]) -> Response {
    submission.tell(Once::RecoveryCodes(codes.iter().map(RecoveryCode::grouped).collect())).await
}
