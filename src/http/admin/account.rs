//! One's own account: password, sessions, second factor.

use axum::response::Response;

use super::super::answer::see_other;
use super::{Act, session};
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
pub(super) async fn password(act: Act) -> Response {
    let old = act.form.raw("old").to_owned();
    if old.is_empty() {
        return act.refuse(vec![("old", Problem::Empty)]).await;
    }
    let new = NewPassword::parse(act.form.raw("new"), act.form.raw("again")).and_then(|new| new.unlike(&old));
    let new = match new {
        Ok(new) => new,
        Err(refusal) => return act.refuse(vec![Problem::of_password(refusal)]).await,
    };
    let name = match act.session_name() {
        Ok(name) => name,
        Err(error) => return act.fail(error).await,
    };
    match act.shop.services.change_password(&act.actor, &old, &new, &name).await {
        Ok(Proven::Done(())) => {
            if let Err(error) = session::cycle(act.session()).await {
                tracing::warn!(%error, "a session could not get a new secret");
            }
            act.done(ACCOUNT, Flash::PasswordChanged).await
        }
        Ok(other) => act.refuse(unproven("old", &other)).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/account/sessions/one`.
pub(super) async fn end_session(act: Act) -> Response {
    let name = SessionName::typed(act.form.text("session"));
    if act.session_name().is_ok_and(|own| own == name) {
        return super::login::leave(act).await;
    }
    match act.shop.services.end_own_session(&act.actor, &name).await {
        // Over already is what was wanted.
        Ok(()) | Err(Error::NotFound) => act.done(ACCOUNT, Flash::SessionEnded).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/account/sessions/others`.
pub(super) async fn end_others(act: Act) -> Response {
    let name = match act.session_name() {
        Ok(name) => name,
        Err(error) => return act.fail(error).await,
    };
    match act.shop.services.end_own_sessions(&act.actor, Some(&name)).await {
        Ok(()) => act.done(ACCOUNT, Flash::SessionsEnded).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/account/sessions/all`.
pub(super) async fn end_all(act: Act) -> Response {
    if let Err(error) = act.shop.services.end_own_sessions(&act.actor, None).await {
        return act.fail(error).await;
    }
    if let Err(error) = session::end(act.session()).await {
        tracing::warn!(%error, "the cookie of a session that ended could not be taken back");
    }
    see_other("/admin/login")
}

/// `POST /admin/account/factor/begin`.
pub(super) async fn begin_factor(act: Act) -> Response {
    let password = act.form.raw("password");
    if password.is_empty() {
        return act.refuse(vec![("password", Problem::Empty)]).await;
    }
    match act.shop.services.begin_factor(&act.actor, password).await {
        Ok(Proven::Done(())) => see_other(FACTOR),
        Ok(other) => act.refuse(unproven("password", &other)).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/account/factor/confirm`.
pub(super) async fn confirm_factor(act: Act) -> Response {
    match act.shop.services.confirm_factor(&act.actor, act.form.text("code")).await {
        Ok(Some(codes)) => tell(act, &codes).await,
        Ok(None) => act.refuse(vec![("code", Problem::WrongCode)]).await,
        // Sent twice: it is on.
        Err(Error::NotFound) => see_other(FACTOR),
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/account/factor/codes`.
pub(super) async fn new_codes(act: Act) -> Response {
    let password = act.form.raw("codes-password");
    if password.is_empty() {
        return act.refuse(vec![("codes-password", Problem::Empty)]).await;
    }
    match act.shop.services.renew_recovery_codes(&act.actor, password).await {
        Ok(Proven::Done(codes)) => tell(act, &codes).await,
        Ok(other) => {
            let errors = unproven("codes-password", &other);
            act.refuse(errors).await
        }
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/account/factor/off`.
pub(super) async fn end_factor(act: Act) -> Response {
    let password = act.form.raw("off-password");
    if password.is_empty() {
        return act.refuse(vec![("off-password", Problem::Empty)]).await;
    }
    match act.shop.services.end_own_factor(&act.actor, password).await {
        Ok(Proven::Done(())) => act.done(ACCOUNT, Flash::FactorOff).await,
        Ok(other) => act.refuse(unproven("off-password", &other)).await,
        Err(error) => act.fail(error).await,
    }
}

async fn tell(act: Act, codes: &[RecoveryCode]) -> Response {
    act.tell(Once::RecoveryCodes(codes.iter().map(RecoveryCode::grouped).collect())).await
}
