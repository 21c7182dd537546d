//! The binding to the vendor's browser script, `BootpayCommerce`. Whatever it resolves, rejects or throws is
//! only a hint: the server looks for itself. Facts: Bootpay E.1–E.7.

/// How a call of the order form ended, as far as the browser knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The buyer says to have paid; with the provider's order number where the script told one.
    Done { order_number: Option<String> },
    /// The buyer has authenticated and the shop must approve.
    Confirm { order_number: Option<String> },
    /// The buyer closed the form.
    Cancelled,
    /// The form ended with an error of the provider.
    Failed { code: Option<String> },
    /// The call itself threw, for example for a missing key.
    Threw,
    /// The whole page is leaving for the order form (phones with a redirect address); the promise never
    /// settles. Also what remains when the buyer comes back with the back button.
    Left,
    /// The script is not there: it did not load, or was blocked.
    NoScript,
}

#[cfg(feature = "hydrate")]
pub use browser::{load, open, request_checkout};

#[cfg(feature = "hydrate")]
mod browser {
    use js_sys::{Array, JSON, Promise, Reflect};
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::JsFuture;

    use super::Outcome;
    use crate::api::checkout::CheckoutCall;
    use crate::islands::dom;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = BootpayCommerce, js_name = requestCheckout, catch)]
        fn sdk_request_checkout(options: &JsValue) -> Result<Promise, JsValue>;

        #[wasm_bindgen(js_namespace = BootpayCommerce, js_name = requestCheckoutUrl, catch)]
        fn sdk_request_checkout_url(url: &str) -> Result<Promise, JsValue>;

        #[wasm_bindgen(js_namespace = BootpayCommerce, js_name = setEnvironmentMode, catch)]
        fn sdk_set_environment_mode(mode: &str) -> Result<(), JsValue>;
    }

    /// How long the script may take; the plain form pays as well.
    const PATIENCE_MS: i32 = 5_000;

    /// Fetches the script, once per page. True when it is there and usable.
    pub async fn load(url: &str) -> bool {
        if is_there() {
            return true;
        }
        let Some(document) = dom::document() else { return false };
        let (Some(head), Ok(script)) = (document.head(), document.create_element("script")) else { return false };
        if script.set_attribute("src", url).is_err() {
            return false;
        }
        let loaded = Promise::new(&mut |resolve, _| {
            let _ = script.add_event_listener_with_callback("load", &resolve);
            let _ = script.add_event_listener_with_callback("error", &resolve);
            if let Some(window) = web_sys::window() {
                let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE_MS);
            }
        });
        if head.append_child(&script).is_err() {
            return false;
        }
        JsFuture::from(loaded).await.is_ok() && is_there()
    }

    fn is_there() -> bool {
        Reflect::get(&js_sys::global(), &"BootpayCommerce".into())
            .is_ok_and(|global| global.is_object() || global.is_function())
    }

    /// Opens the order form for an order that the server has made. `environment` names the provider's
    /// environment where it is not production.
    pub async fn request_checkout(call: &CheckoutCall, environment: Option<&str>) -> Outcome {
        let Some(options) = serde_json::to_string(call).ok().and_then(|json| JSON::parse(&json).ok()) else {
            return Outcome::Threw;
        };
        run(environment, || sdk_request_checkout(&options)).await
    }

    /// Opens a payment page that the server has made; any origin (Bootpay E.4). Plan orders are opened by
    /// `request_checkout`; this one is for invoices that exist before anybody pays, such as pay links.
    pub async fn open(payment_url: &str, environment: Option<&str>) -> Outcome {
        run(environment, || sdk_request_checkout_url(payment_url)).await
    }

    async fn run(environment: Option<&str>, call: impl FnOnce() -> Result<Promise, JsValue>) -> Outcome {
        if !is_there() {
            return Outcome::NoScript;
        }
        if let Some(mode) = environment
            && sdk_set_environment_mode(mode).is_err()
        {
            return Outcome::Threw;
        }
        let Ok(promise) = call() else { return Outcome::Threw };
        match JsFuture::from(Promise::race(&Array::of2(&promise, &page_leaves()))).await {
            Ok(value) if value.is_undefined() => Outcome::Left,
            Ok(value) => read(&value),
            Err(rejection) => read(&rejection),
        }
    }

    /// Resolves to `undefined` when the page is left, also into the browser's back-forward cache.
    fn page_leaves() -> Promise {
        Promise::new(&mut |resolve, _| {
            let on_leave = Closure::once_into_js(move |_: JsValue| {
                let _ = resolve.call1(&JsValue::UNDEFINED, &JsValue::UNDEFINED);
            });
            if let Some(window) = web_sys::window() {
                let _ = window.add_event_listener_with_callback("pagehide", on_leave.unchecked_ref());
            }
        })
    }

    /// Resolved values and plain rejections bear an `event`; anything else was thrown.
    fn read(value: &JsValue) -> Outcome {
        let order_number = || field(value, "payload").as_ref().and_then(|payload| text(payload, "order_number"));
        match text(value, "event").as_deref() {
            Some("done") => Outcome::Done { order_number: order_number() },
            Some("confirm") => Outcome::Confirm { order_number: order_number() },
            Some("cancel") => Outcome::Cancelled,
            Some("error") => Outcome::Failed { code: text(value, "error_code") },
            _ => Outcome::Threw,
        }
    }

    fn field(value: &JsValue, name: &str) -> Option<JsValue> {
        if !value.is_object() {
            return None;
        }
        Reflect::get(value, &name.into()).ok().filter(|found| !found.is_undefined() && !found.is_null())
    }

    fn text(value: &JsValue, name: &str) -> Option<String> {
        field(value, name)
            .and_then(|found| found.as_string().or_else(|| found.as_f64().map(|number| number.to_string())))
    }
}
