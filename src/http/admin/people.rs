//! The staff, as an owner looks after it.

use axum::extract::Path;
use axum::response::Response;

use super::Submission;
use crate::domain::customer::Email;
use crate::domain::id::StaffId;
use crate::domain::staff::Role;
use crate::page::{Flash, Once, Problem};
use crate::service::{Error, Invited, Managed};

const STAFF: &str = "/admin/settings/staff";

/// `POST /admin/settings/staff`.
pub(super) async fn invite(submission: Submission) -> Response {
    let email = Email::parse(submission.form.text("email"));
    let role = Role::parse(submission.form.text("role"));
    let (email, role) = match (email, role) {
        (Ok(email), Ok(role)) => (email, role),
        (email, role) => {
            let email = email.err().map(|refusal| ("email", Problem::from(refusal)));
            let role = role.err().map(|_| ("role", Problem::Form));
            return submission.refuse(email.into_iter().chain(role).collect()).await;
        }
    };
    match submission.shop.services.invite(&submission.actor, &email, role).await {
        Ok(Invited::Link(link)) => submission.tell(Once::Invitation { email: email.as_str().to_owned(), link }).await,
        Ok(Invited::HasAccount) => submission.refuse(vec![("email", Problem::HasAccount)]).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/settings/staff/withdraw`.
pub(super) async fn withdraw(submission: Submission) -> Response {
    match submission.shop.services.withdraw_invitation(&submission.actor, submission.form.text("invitation")).await {
        Ok(()) => submission.done(STAFF, Flash::InvitationWithdrawn).await,
        Err(error) => submission.fail(error).await,
    }
}

/// `POST /admin/settings/staff/{id}/role`.
pub(super) async fn change_role(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = StaffId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let Ok(role) = Role::parse(submission.form.text("role")) else {
        return submission.refuse(vec![("role", Problem::Form)]).await;
    };
    let managed = submission.shop.services.change_role(&submission.actor, &id, role).await;
    answer(submission, managed, "role", &format!("{STAFF}/{id}"), Flash::RoleChanged).await
}

/// `POST /admin/settings/staff/{id}/dismiss`.
pub(super) async fn dismiss(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = StaffId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let managed = submission.shop.services.dismiss(&submission.actor, &id, submission.form.text("confirm")).await;
    answer(submission, managed, "confirm", STAFF, Flash::Dismissed).await
}

/// `POST /admin/settings/staff/{id}/factor`.
pub(super) async fn end_factor(Path(id): Path<String>, submission: Submission) -> Response {
    let Ok(id) = StaffId::parse(&id) else { return submission.fail(Error::NotFound).await };
    let managed = submission.shop.services.end_factor_of(&submission.actor, &id).await;
    answer(submission, managed, "", &format!("{STAFF}/{id}"), Flash::FactorEnded).await
}

async fn answer(
    submission: Submission,
    managed: Result<Managed, Error>,
    field: &'static str,
    to: &str,
    flash: Flash,
) -> Response {
    let problem = match managed {
        Ok(Managed::Done) => return submission.done(to, flash).await,
        Ok(Managed::LastOwner) => ("", Problem::LastOwner),
        Ok(Managed::Yourself) => ("", Problem::Yourself),
        Ok(Managed::NotConfirmed) => (field, Problem::NotConfirmed),
        Err(error) => return submission.fail(error).await,
    };
    submission.refuse(vec![problem]).await
}
