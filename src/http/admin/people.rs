//! The staff, as an owner looks after it.

use axum::extract::Path;
use axum::response::Response;

use super::Act;
use crate::domain::customer::Email;
use crate::domain::id::StaffId;
use crate::domain::staff::Role;
use crate::page::{Flash, Once, Problem};
use crate::service::{Error, Invited, Managed};

const STAFF: &str = "/admin/settings/staff";

/// `POST /admin/settings/staff`.
pub(super) async fn invite(act: Act) -> Response {
    let email = Email::parse(act.form.text("email"));
    let role = Role::parse(act.form.text("role"));
    let (email, role) = match (email, role) {
        (Ok(email), Ok(role)) => (email, role),
        (email, role) => {
            let email = email.err().map(|refusal| ("email", Problem::from(refusal)));
            let role = role.err().map(|_| ("role", Problem::Form));
            return act.refuse(email.into_iter().chain(role).collect()).await;
        }
    };
    match act.shop.services.invite(&act.actor, &email, role).await {
        Ok(Invited::Link(link)) => act.tell(Once::Invitation { email: email.as_str().to_owned(), link }).await,
        Ok(Invited::HasAccount) => act.refuse(vec![("email", Problem::HasAccount)]).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/settings/staff/withdraw`.
pub(super) async fn withdraw(act: Act) -> Response {
    match act.shop.services.withdraw_invitation(&act.actor, act.form.text("invitation")).await {
        Ok(()) => act.done(STAFF, Flash::InvitationWithdrawn).await,
        Err(error) => act.fail(error).await,
    }
}

/// `POST /admin/settings/staff/{id}/role`.
pub(super) async fn change_role(Path(id): Path<String>, act: Act) -> Response {
    let Ok(id) = StaffId::parse(&id) else { return act.fail(Error::NotFound).await };
    let Ok(role) = Role::parse(act.form.text("role")) else {
        return act.refuse(vec![("role", Problem::Form)]).await;
    };
    let managed = act.shop.services.change_role(&act.actor, &id, role).await;
    answer(act, managed, "role", &format!("{STAFF}/{id}"), Flash::RoleChanged).await
}

/// `POST /admin/settings/staff/{id}/dismiss`.
pub(super) async fn dismiss(Path(id): Path<String>, act: Act) -> Response {
    let Ok(id) = StaffId::parse(&id) else { return act.fail(Error::NotFound).await };
    let managed = act.shop.services.dismiss(&act.actor, &id, act.form.text("confirm")).await;
    answer(act, managed, "confirm", STAFF, Flash::Dismissed).await
}

/// `POST /admin/settings/staff/{id}/factor`.
pub(super) async fn end_factor(Path(id): Path<String>, act: Act) -> Response {
    let Ok(id) = StaffId::parse(&id) else { return act.fail(Error::NotFound).await };
    let managed = act.shop.services.end_factor_of(&act.actor, &id).await;
    answer(act, managed, "", &format!("{STAFF}/{id}"), Flash::FactorEnded).await
}

async fn answer(act: Act, managed: Result<Managed, Error>, field: &'static str, to: &str, flash: Flash) -> Response {
    let problem = match managed {
        Ok(Managed::Done) => return act.done(to, flash).await,
        Ok(Managed::LastOwner) => ("", Problem::LastOwner),
        Ok(Managed::Yourself) => ("", Problem::Yourself),
        Ok(Managed::NotConfirmed) => (field, Problem::NotConfirmed),
        Err(error) => return act.fail(error).await,
    };
    act.refuse(vec![problem]).await
}
