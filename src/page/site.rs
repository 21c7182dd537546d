//! What the pages know of this installation: who sells, in which mode, where its files are.

use std::path::PathBuf;
use std::sync::Arc;

use leptos::config::LeptosOptions;

pub use crate::domain::business::Business;

/// Who sells, as the page that is being rendered shows it: what staff wrote above what is configured.
#[derive(Clone, Debug)]
pub struct Seller(pub Arc<Business>);

/// The vendor's browser script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sdk {
    pub url: String,
    /// What `setEnvironmentMode` is called with; none in production.
    pub environment: Option<&'static str>,
    /// Origins that the script is fetched from.
    pub script_origin: String,
    /// Hosts that the order form may be sent to and shown from.
    pub form_hosts: Vec<String>,
}

impl Sdk {
    /// Whether our pages' policy lets a form end up at this address.
    pub fn may_send_forms_to(&self, url: &str) -> bool {
        let Ok(uri) = url.parse::<http::Uri>() else { return false };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
        self.form_hosts.iter().any(|listed| match listed.split_once("://*.") {
            Some((listed_scheme, domain)) => {
                scheme == listed_scheme
                    && authority.as_str().strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
            }
            None => *listed == format!("{scheme}://{authority}"),
        })
    }
}

/// Everything about this installation that pages show or need.
#[derive(Clone, Debug)]
pub struct Site {
    /// Who sells, as the configuration alone gives it. What pages show is the [`Seller`].
    pub configured: Arc<Business>,
    pub sdk: Arc<Sdk>,
    /// The payment mode's word; `emulator` puts a banner on every page.
    pub mode: String,
    pub legal_folder: Option<Arc<PathBuf>>,
    pub leptos: LeptosOptions,
    /// File name of the stylesheet in `/pkg`, with its hash where files are hashed.
    pub stylesheet_file: Arc<str>,
    /// Where `cargo leptos watch` listens, while developing.
    pub reload_port: Option<u32>,
}

impl Site {
    pub fn is_emulated(&self) -> bool {
        self.mode == "emulator"
    }

    pub fn stylesheet(&self) -> String {
        format!("/pkg/{}", self.stylesheet_file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_go_only_to_listed_hosts() {
        let sdk = Sdk {
            url: String::new(),
            environment: None,
            script_origin: String::new(),
            form_hosts: vec![
                "https://api.bootapi.com".into(),
                "https://*.bootpay.co.kr".into(),
                "http://127.0.0.1:4000".into(),
            ],
        };
        for listed in
            ["https://api.bootapi.com/x", "https://pay.bootpay.co.kr/invoice/1", "http://127.0.0.1:4000/invoice/1"]
        {
            assert!(sdk.may_send_forms_to(listed), "{listed}");
        }
        for foreign in [
            "https://bootpay.co.kr.evil.example/",
            "https://evilbootpay.co.kr/",
            "http://pay.bootpay.co.kr/",
            "https://api.bootapi.com@evil.example/",
            "http://127.0.0.1:4001/",
            "javascript:alert(1)",
            "/relative",
        ] {
            assert!(!sdk.may_send_forms_to(foreign), "{foreign}");
        }
    }
}
