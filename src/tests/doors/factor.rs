//! The second factor, as somebody with a phone uses it.

use axum::http::StatusCode;
use totp_rs::{Builder, Secret};

use crate::clock::Clock;
use crate::domain::staff::{Role, Staff};
use crate::service::{Actor, HALF_OPEN_MS, Seal, SignIn};
use crate::store::{StoreError, Tx};
use crate::tests::app::TestApp;
use crate::tests::desk::{Desk, PASSWORD, cookie_of};
use crate::tests::on_both;

/// What an authenticator app knows.
pub(super) struct Phone(String);

impl Phone {
    pub(super) fn secret(&self) -> &str {
        &self.0
    }

    fn code(&self, app: &TestApp) -> String {
        let secret = Secret::try_from_base32(&self.0).unwrap();
        let totp = Builder::new().with_secret(secret.as_bytes().to_vec()).build().unwrap();
        totp.generate(u64::try_from(app.clock.now().get() / 1000).unwrap()).to_string()
    }
}

fn between<'a>(body: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    body.split(from).skip(1).filter_map(|rest| rest.split(to).next()).collect()
}

/// Switches the second factor on; the app's clock moves on to a step that was not used.
pub(super) async fn switch_on(app: &TestApp, desk: &Desk<'_>) -> (Phone, Vec<String>) {
    let begun = desk.submit("/admin/account/factor/begin", &[("password", PASSWORD)]).await;
    assert_eq!(begun.location(), "/admin/account/factor", "{}", begun.body);
    let page = desk.get("/admin/account/factor").await.body;
    assert!(page.contains("<svg"), "a QR code is shown");
    let actor = Actor { staff: desk.staff.clone(), network: "::".into() };
    let setup = app.services.factor_setup(&actor).await.unwrap().unwrap();
    assert!(setup.url.starts_with("otpauth://totp/Madang:") && setup.url.contains(&setup.secret), "{}", setup.url);
    let grouped: Vec<char> = setup.secret.chars().collect();
    let grouped: Vec<String> = grouped.chunks(4).map(|four| four.iter().collect()).collect();
    assert!(page.contains(&grouped.join(" ")), "the secret is shown in text");
    let phone = Phone(setup.secret);
    let on = desk.submit("/admin/account/factor/confirm", &[("code", &phone.code(app))]).await;
    assert_eq!(on.status, StatusCode::OK);
    let codes: Vec<String> = between(&on.body, "data-recovery-code", "</code>")
        .iter()
        .map(|rest| rest.rsplit('>').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 10);
    app.clock.advance(30_000);
    (phone, codes)
}

/// The half-open session that a right password gives.
async fn half<'a>(app: &'a TestApp, staff: &Staff) -> Desk<'a> {
    let answer = app.submit("/admin/login", &[("email", staff.email.as_str()), ("password", PASSWORD)]).await;
    assert_eq!(answer.location(), "/admin/login/code");
    Desk::new(app, staff.clone(), cookie_of(&answer).unwrap())
}

on_both! {
    async fn a_login_asks_for_the_code_and_takes_each_once(app: TestApp) {
        let desk = app.desk(Role::Owner).await;
        let (phone, _) = switch_on(&app, &desk).await;
        let half_open = half(&app, &desk.staff).await;
        for path in ["/admin", "/admin/account", "/admin/settings/staff"] {
            assert!(half_open.get(path).await.location().starts_with("/admin/login"), "half a login opens {path}");
        }
        assert_eq!(half_open.call("/api/admin/anything", &[]).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(half_open.get("/admin/login/code").await.status, StatusCode::OK);
        assert_eq!(app.services.own_sessions(&Actor { staff: desk.staff.clone(), network: String::new() }).await.unwrap().len(), 1);

        let code = phone.code(&app);
        let entered = half_open.submit("/admin/login/code", &[("code", &code)]).await;
        assert_eq!(entered.location(), "/admin");
        let cookie = cookie_of(&entered).unwrap();
        assert_ne!(cookie, half_open.cookie, "a whole session has a secret of its own");
        assert_eq!(half_open.get("/admin/login/code").await.location(), "/admin/login", "the half one is used up");
        let whole = Desk::new(&app, desk.staff.clone(), cookie);
        assert_eq!(whole.get("/admin").await.status, StatusCode::OK);

        let again = half(&app, &desk.staff).await;
        let replayed = again.submit("/admin/login/code", &[("code", &code)]).await;
        assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY, "a code works once");
        app.clock.advance(30_000);
        assert_eq!(again.submit("/admin/login/code", &[("code", &phone.code(&app))]).await.location(), "/admin");
        let before = half(&app, &desk.staff).await;
        assert_eq!(before.submit("/admin/login/code", &[("code", &code)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

on_both! {
    async fn one_code_sent_by_many_at_once_lets_one_in(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let (phone, recovery) = switch_on(&app, &desk).await;
        for code in [phone.code(&app), recovery[0].clone()] {
            let mut halves = Vec::new();
            for _ in 0..3 {
                halves.push(half(&app, &desk.staff).await);
            }
            let typed = [("code", code.as_str())];
            let sent = futures::future::join_all(halves.iter().map(|half| half.submit("/admin/login/code", &typed))).await;
            assert_eq!(sent.iter().filter(|answer| answer.location() == "/admin").count(), 1);
            app.clock.advance(60 * 60 * 1000);
        }
    }
}

on_both! {
    async fn a_recovery_code_works_once_and_new_ones_replace_all(app: TestApp) {
        let desk = app.desk(Role::Clerk).await;
        let (_, codes) = switch_on(&app, &desk).await;
        let one = half(&app, &desk.staff).await;
        let copied = codes[3].to_uppercase().replace('-', " ");
        assert_eq!(one.submit("/admin/login/code", &[("code", &copied)]).await.location(), "/admin");
        let two = half(&app, &desk.staff).await;
        assert_eq!(two.submit("/admin/login/code", &[("code", &codes[3])]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let actor = Actor { staff: desk.staff.clone(), network: String::new() };
        assert_eq!(app.services.recovery_codes_left(&actor).await.unwrap(), 9);

        let wrong = desk.submit("/admin/account/factor/codes", &[("codes-password", "wrong password")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let renewed = desk.submit("/admin/account/factor/codes", &[("codes-password", PASSWORD)]).await;
        assert_eq!(renewed.body.matches("data-recovery-code").count(), 10);
        assert_eq!(two.submit("/admin/login/code", &[("code", &codes[4])]).await.status, StatusCode::UNPROCESSABLE_ENTITY);

        let off = desk.submit("/admin/account/factor/off", &[("off-password", PASSWORD)]).await;
        assert_eq!(off.location(), "/admin/account");
        app.log_in(&desk.staff, PASSWORD).await;
    }
}

on_both! {
    async fn wrong_codes_count_like_wrong_passwords(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let (phone, _) = switch_on(&app, &desk).await;
        let half_open = half(&app, &desk.staff).await;
        for wrong in ["000000", "", "１２３４５６", "abcd-efgh-jkmn-pqrs", "<script>alert(1)</script>"] {
            let answer = half_open.submit("/admin/login/code", &[("code", wrong)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(!answer.body.contains("<script>alert"));
        }
        let right = half_open.submit("/admin/login/code", &[("code", &phone.code(&app))]).await;
        assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
        let login = app.submit("/admin/login", &[("email", desk.staff.email.as_str()), ("password", PASSWORD)]).await;
        assert_eq!(login.status, StatusCode::TOO_MANY_REQUESTS, "and so does the password");
        app.clock.advance(30_000);
        assert_eq!(half_open.submit("/admin/login/code", &[("code", &phone.code(&app))]).await.location(), "/admin");
    }
}

on_both! {
    async fn a_half_open_session_is_short_and_ends_with_the_others(app: TestApp) {
        let desk = app.desk(Role::Manager).await;
        let (phone, _) = switch_on(&app, &desk).await;
        let late = half(&app, &desk.staff).await;
        app.clock.advance(HALF_OPEN_MS);
        let answer = late.submit("/admin/login/code", &[("code", &phone.code(&app))]).await;
        assert_eq!(answer.location(), "/admin/login");
        let ended = half(&app, &desk.staff).await;
        desk.submit("/admin/account/sessions/others", &[]).await;
        assert_eq!(ended.get("/admin/login/code").await.location(), "/admin/login");
        let none = app.submit("/admin/login/code", &[("code", "123456")]).await;
        assert_eq!(none.location(), "/admin/login", "without a password no code is judged");
    }
}

on_both! {
    async fn setting_up_needs_the_password_and_a_code(app: TestApp) {
        let desk = app.desk(Role::Viewer).await;
        for password in ["", "wrong password"] {
            let answer = desk.submit("/admin/account/factor/begin", &[("password", password)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let early = desk.submit("/admin/account/factor/confirm", &[("code", "123456")]).await;
        assert_eq!(early.location(), "/admin/account/factor", "nothing is being set up");
        desk.submit("/admin/account/factor/begin", &[("password", PASSWORD)]).await;
        let wrong = desk.submit("/admin/account/factor/confirm", &[("code", "000000")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        app.log_in(&desk.staff, PASSWORD).await;
    }
}

async fn stored_secret(app: &TestApp) -> String {
    const SQL: &str = "SELECT totp_pending FROM staff WHERE totp_pending IS NOT NULL";
    let row: Result<(String,), StoreError> = app
        .db
        .read(|tx| {
            Box::pin(async move {
                let row = match tx {
                    Tx::Sqlite(conn) => sqlx::query_as(SQL).fetch_one(&mut **conn).await,
                    Tx::Postgres(conn) => sqlx::query_as(SQL).fetch_one(&mut **conn).await,
                };
                row.map_err(StoreError::from)
            })
        })
        .await;
    row.unwrap().0
}

on_both! {
    async fn a_copied_database_makes_no_codes(app: TestApp) {
        let staff = app.hire(Role::Owner).await;
        let actor = Actor { staff: staff.clone(), network: "::".into() };
        let sealing = app.services.clone().with_seal(Seal::new("0123456789abcdef0123456789abcdef"));
        sealing.begin_factor(&actor, PASSWORD).await.unwrap();
        assert!(stored_secret(&app).await.starts_with("sealed:"));
        assert!(app.services.factor_setup(&actor).await.is_err(), "without the server's secret it opens nothing");
        let phone = Phone(sealing.factor_setup(&actor).await.unwrap().unwrap().secret);
        let codes = sealing.confirm_factor(&actor, &phone.code(&app)).await.unwrap().unwrap();
        app.clock.advance(30_000);
        let code = phone.code(&app);
        assert!(app.services.second_factor(&staff.id, &code, "::").await.is_err(), "nor is a code judged");
        let welcome = sealing.second_factor(&staff.id, &code, "::").await.unwrap();
        assert!(matches!(welcome, SignIn::Welcome(_)));
        let recovered = app.services.second_factor(&staff.id, &codes[0].grouped(), "::").await.unwrap();
        assert!(matches!(recovered, SignIn::Welcome(_)), "recovery codes need no secret");
    }
}
