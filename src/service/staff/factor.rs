//! The second factor: codes by time (RFC 6238) from somebody's phone, and recovery codes for when it is gone.
//! A code works once. Neither codes nor secrets are ever logged.

use totp_rs::{Builder, Totp};

use super::super::{Actor, Error, Services, digest};
use super::Proven;
use super::sign_in::{SignIn, forgive};
use crate::domain::audit::Act;
use crate::domain::customer::Email;
use crate::domain::id::{RecoveryCode, StaffId};
use crate::domain::time::UnixMs;
use crate::store::{StoreError, factors, staff};

/// How many recovery codes somebody gets.
const RECOVERY_CODES: usize = 10;

/// What somebody's phone needs to make codes.
#[derive(Clone, PartialEq, Eq)]
pub struct FactorSetup {
    /// `otpauth://…`, for the QR code.
    pub url: String,
    /// The secret, to be typed by hand.
    pub secret: String,
}

impl std::fmt::Debug for FactorSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactorSetup")
    }
}

fn totp(secret: Vec<u8>, email: &Email) -> Result<Totp, Error> {
    // SHA-1, six digits, thirty seconds, one step to either side: what every authenticator understands.
    let built =
        Builder::new().with_secret(secret).with_account_name(email.as_str()).with_issuer(Some("Madang")).build();
    // The reason is not told on: it could hold the secret.
    built.map_err(|_| Error::Store(StoreError::Corrupt("a second factor".to_owned())))
}

/// The step whose code this is, if it is one of about now.
fn step_of(totp: &Totp, typed: &str, now: UnixMs) -> Option<i64> {
    let seconds = u64::try_from(now.get() / 1000).ok()?;
    totp.check(typed, seconds).and_then(|step| i64::try_from(step).ok())
}

/// The six digits, if that is what was typed.
fn digits(typed: &str) -> Option<String> {
    let bare: String = typed.chars().filter(|c| *c != ' ').take(7).collect();
    (bare.len() == 6 && bare.bytes().all(|byte| byte.is_ascii_digit())).then_some(bare)
}

fn code_hash(staff: &StaffId, code: &RecoveryCode) -> String {
    digest::of(&format!("{staff}:{code}"))
}

impl Services {
    fn new_recovery_codes(&self) -> Vec<RecoveryCode> {
        (0..RECOVERY_CODES).map(|_| RecoveryCode::from_random(self.random())).collect()
    }

    /// Makes a secret that counts once a code of it was seen. [`Error::NotFound`] when there is a second
    /// factor already.
    pub async fn begin_factor(&self, actor: &Actor, password: &str) -> Result<Proven<()>, Error> {
        match self.prove(actor, password).await? {
            Proven::Done(account) if account.totp_secret.is_some() => return Err(Error::NotFound),
            Proven::Done(_) => {}
            Proven::Wrong => return Ok(Proven::Wrong),
            Proven::Wait { seconds } => return Ok(Proven::Wait { seconds }),
        }
        let secret: [u8; 20] = self.random();
        let sealed = self.seal.close(&actor.staff.id, &secret)?;
        let (now, actor) = (self.clock.now(), actor.clone());
        self.db
            .write(move |tx| {
                let (actor, sealed) = (actor.clone(), sealed.clone());
                Box::pin(async move {
                    factors::set_pending(tx, &actor.staff.id, &sealed).await?;
                    actor.log(tx, now, Act::FactorBegun, actor.staff.email.as_str(), "").await?;
                    Ok::<_, Error>(Proven::Done(()))
                })
            })
            .await
    }

    async fn pending(&self, actor: &Actor) -> Result<Option<(String, Totp)>, Error> {
        let id = actor.staff.id.clone();
        let found = self.db.read(move |tx| Box::pin(async move { staff::find(tx, &id).await })).await;
        let Some(sealed) = found.map_err(Error::Store)?.and_then(|account| account.totp_pending) else {
            return Ok(None);
        };
        let secret = self.seal.open(&actor.staff.id, &sealed)?;
        Ok(Some((sealed, totp(secret, &actor.staff.email)?)))
    }

    /// What is being set up. `None` when nothing is.
    pub async fn factor_setup(&self, actor: &Actor) -> Result<Option<FactorSetup>, Error> {
        let Some((_, totp)) = self.pending(actor).await? else { return Ok(None) };
        let url = totp.to_url().map_err(|_| Error::Store(StoreError::Corrupt("a second factor".to_owned())))?;
        Ok(Some(FactorSetup { url, secret: totp.secret().to_base32() }))
    }

    /// Switches the second factor on when the code is right, and answers with the recovery codes, which are
    /// told this once. `None` when the code is wrong; [`Error::NotFound`] when nothing is being set up.
    pub async fn confirm_factor(&self, actor: &Actor, typed: &str) -> Result<Option<Vec<RecoveryCode>>, Error> {
        let now = self.clock.now();
        let (pending, totp) = self.pending(actor).await?.ok_or(Error::NotFound)?;
        let Some(step) = digits(typed).and_then(|typed| step_of(&totp, &typed, now)) else { return Ok(None) };
        let codes = self.new_recovery_codes();
        let hashes: Vec<String> = codes.iter().map(|code| code_hash(&actor.staff.id, code)).collect();
        let actor = actor.clone();
        self.db
            .write(move |tx| {
                let (actor, pending, hashes) = (actor.clone(), pending.clone(), hashes.clone());
                Box::pin(async move {
                    let id = &actor.staff.id;
                    if !factors::confirm(tx, id, &pending, step).await? {
                        return Err(Error::NotFound);
                    }
                    factors::set_recovery_codes(tx, id, &hashes).await?;
                    actor.log(tx, now, Act::FactorOn, actor.staff.email.as_str(), "").await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(Some(codes))
    }

    /// Replaces the recovery codes. [`Error::NotFound`] without a second factor.
    pub async fn renew_recovery_codes(
        &self,
        actor: &Actor,
        password: &str,
    ) -> Result<Proven<Vec<RecoveryCode>>, Error> {
        match self.prove(actor, password).await? {
            Proven::Done(account) if account.totp_secret.is_none() => return Err(Error::NotFound),
            Proven::Done(_) => {}
            Proven::Wrong => return Ok(Proven::Wrong),
            Proven::Wait { seconds } => return Ok(Proven::Wait { seconds }),
        }
        let codes = self.new_recovery_codes();
        let hashes: Vec<String> = codes.iter().map(|code| code_hash(&actor.staff.id, code)).collect();
        let (now, actor) = (self.clock.now(), actor.clone());
        self.db
            .write(move |tx| {
                let (actor, hashes) = (actor.clone(), hashes.clone());
                Box::pin(async move {
                    factors::set_recovery_codes(tx, &actor.staff.id, &hashes).await?;
                    actor.log(tx, now, Act::RecoveryCodesMade, actor.staff.email.as_str(), "").await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(Proven::Done(codes))
    }

    /// Switches one's own second factor off. [`Error::NotFound`] without one.
    pub async fn end_own_factor(&self, actor: &Actor, password: &str) -> Result<Proven<()>, Error> {
        match self.prove(actor, password).await? {
            Proven::Done(_) => {}
            Proven::Wrong => return Ok(Proven::Wrong),
            Proven::Wait { seconds } => return Ok(Proven::Wait { seconds }),
        }
        let (now, actor) = (self.clock.now(), actor.clone());
        self.db
            .write(move |tx| {
                let actor = actor.clone();
                Box::pin(async move {
                    if !factors::remove(tx, &actor.staff.id).await? {
                        return Err(Error::NotFound);
                    }
                    actor.log(tx, now, Act::FactorOff, actor.staff.email.as_str(), "").await?;
                    Ok(Proven::Done(()))
                })
            })
            .await
    }

    /// How many recovery codes somebody has left.
    pub async fn recovery_codes_left(&self, actor: &Actor) -> Result<i64, Error> {
        let id = actor.staff.id.clone();
        let left = self.db.read(move |tx| Box::pin(async move { factors::recovery_codes_left(tx, &id).await })).await;
        left.map_err(Error::Store)
    }

    /// Judges the code that is asked for after the right password: one from the phone, or a recovery code.
    /// Attempts count for the account and the network like passwords, and are forgiven with a right one.
    pub async fn second_factor(&self, id: &StaffId, typed: &str, network: &str) -> Result<SignIn, Error> {
        let asked = id.clone();
        let found = self.db.read(move |tx| Box::pin(async move { staff::find(tx, &asked).await })).await;
        let Some(account) = found.map_err(Error::Store)? else { return Ok(SignIn::Wrong) };
        if let Some(seconds) = self.count_attempt(&account.staff.email, network).await? {
            return Ok(SignIn::Wait { seconds });
        }
        let actor = Actor { staff: account.staff.clone(), network: network.to_owned() };
        let now = self.clock.now();
        let Some(secret) = account.totp_secret else { return Ok(SignIn::Wrong) };
        let key = match digits(typed) {
            Some(typed) => {
                let totp = totp(self.seal.open(id, &secret)?, &account.staff.email)?;
                step_of(&totp, &typed, now).map(Key::Step)
            }
            None => RecoveryCode::parse_typed(typed).ok().map(|code| Key::Recovery(code_hash(id, &code))),
        };
        let fits = match key {
            None => false,
            Some(key) => {
                let actor = actor.clone();
                self.db
                    .write(move |tx| {
                        let (key, secret, actor) = (key.clone(), secret.clone(), actor.clone());
                        Box::pin(async move {
                            let (id, email) = (&actor.staff.id, &actor.staff.email);
                            let fits = match &key {
                                Key::Step(step) => factors::use_step(tx, id, &secret, *step).await?,
                                Key::Recovery(hash) => factors::use_recovery_code(tx, id, hash, now).await?,
                            };
                            if fits {
                                forgive(tx, email, &actor.network).await?;
                            }
                            if fits && matches!(key, Key::Recovery(_)) {
                                actor.log(tx, now, Act::RecoveryCodeUsed, email.as_str(), "").await?;
                            }
                            Ok::<_, Error>(fits)
                        })
                    })
                    .await?
            }
        };
        if !fits {
            self.log(&actor, Act::CodeRefused, actor.staff.email.as_str(), "").await?;
            return Ok(SignIn::Wrong);
        }
        Ok(SignIn::Welcome(account.staff))
    }
}

/// What a typed code may be.
#[derive(Clone)]
enum Key {
    Step(i64),
    /// The hash of a recovery code.
    Recovery(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_digits_are_a_code() {
        assert_eq!(digits("123 456").as_deref(), Some("123456"));
        for other in ["", "12345", "1234567", "12345x", "１２３４５６", "-12345", "      "] {
            assert_eq!(digits(other), None, "{other}");
        }
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, cut to six digits.
        let totp = totp(b"12345678901234567890".to_vec(), &Email::parse("kim@example.com").unwrap()).unwrap();
        assert_eq!(step_of(&totp, "287082", UnixMs::new(59_000)), Some(1));
        assert_eq!(step_of(&totp, "005924", UnixMs::new(1_234_567_890_000)), Some(41_152_263));
        assert_eq!(step_of(&totp, "005924", UnixMs::new(1_234_567_890_000 + 61_000)), None);
    }
}
