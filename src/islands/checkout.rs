//! The checkout form and a pay link's button, alive: errors without a round trip through a page, and the order
//! form opened over this page. Whenever that can't be had, the plain form is sent with the same key and pays instead.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::api::FieldError;
use crate::domain::order::OrderKind;

/// Ready words for everything that the island may have to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutWords {
    pub busy: String,
    pub leaving: String,
    pub checking: String,
    pub cancelled: String,
    pub too_many: String,
    pub errors: String,
    /// One sentence for every way in which a field can be refused.
    pub refusals: Vec<(FieldError, String)>,
}

/// Wraps the fields (`children`, made on the server) in the form that sends them.
#[island]
pub fn CheckoutIsland(
    /// What is paid: a plan by its form, or a link.
    kind: OrderKind,
    /// Where the vendor's script is fetched from.
    sdk_url: String,
    /// The provider's environment where it is not production.
    environment: Option<String>,
    words: CheckoutWords,
    children: Children,
) -> impl IntoView {
    let status = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    let submit = {
        let checkout = alive::Checkout::new(kind, sdk_url, environment, words, status, is_busy);
        move |event: leptos::ev::SubmitEvent| checkout.submit(&event)
    };
    #[cfg(not(feature = "hydrate"))]
    let submit = {
        let _ = (sdk_url, environment, words);
        move |_: leptos::ev::SubmitEvent| ()
    };
    let action = match kind {
        OrderKind::Plan => "/api/checkout/start",
        OrderKind::Link => "/api/pay/start",
    };
    view! {
        <form id="checkout" class="form" method="post" action=action novalidate on:submit=submit
            aria-busy=move || is_busy.get().then_some("true")>
            {children()}
            <p class="form-status" role="status">{move || status.get()}</p>
        </form>
    }
}

#[cfg(feature = "hydrate")]
mod alive {
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use wasm_bindgen::JsCast;
    use web_sys::HtmlFormElement;

    use super::CheckoutWords;
    use crate::api::ApiError;
    use crate::api::Field;
    use crate::api::checkout::{CheckoutAnswer, CheckoutCall, start_checkout};
    use crate::api::orders::verify_order;
    use crate::api::pay::{PayAnswer, start_pay};
    use crate::domain::id::OrderToken;
    use crate::domain::order::OrderKind;
    use crate::islands::bootpay::{self, Outcome};
    use crate::islands::dom;

    /// What is opened over this page.
    enum Page<'a> {
        Form(&'a CheckoutCall),
        Url(&'a str),
    }

    #[derive(Clone, Copy)]
    pub struct Checkout {
        kind: OrderKind,
        set_up: StoredValue<(String, Option<String>, CheckoutWords)>,
        status: RwSignal<String>,
        is_busy: RwSignal<bool>,
    }

    impl Checkout {
        pub fn new(
            kind: OrderKind,
            sdk_url: String,
            environment: Option<String>,
            words: CheckoutWords,
            status: RwSignal<String>,
            is_busy: RwSignal<bool>,
        ) -> Self {
            let url = sdk_url.clone();
            // Fetched while the person types, so that a click opens the form at once.
            spawn_local(async move {
                bootpay::load(&url).await;
            });
            Self { kind, set_up: StoredValue::new((sdk_url, environment, words)), status, is_busy }
        }

        pub fn submit(self, event: &leptos::ev::SubmitEvent) {
            let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
            // The button that asks for the price with a code wants a page: the browser sends that by itself.
            let asks_price = event.submitter().is_some_and(|button| button.has_attribute("formaction"));
            if asks_price && !self.is_busy.get_untracked() {
                return;
            }
            event.prevent_default();
            if self.is_busy.get_untracked() {
                return;
            }
            self.is_busy.set(true);
            self.say(|words| &words.busy);
            spawn_local(async move {
                self.run(&form).await;
                self.is_busy.set(false);
            });
        }

        async fn run(self, form: &HtmlFormElement) {
            for field in Field::ALL {
                dom::show_error(field.as_str(), None);
            }
            let sdk_url = self.set_up.with_value(|(url, _, _)| url.clone());
            if !bootpay::load(&sdk_url).await {
                return send_plainly(form);
            }
            let refused = match self.kind {
                OrderKind::Plan => self.start_plan(form).await,
                OrderKind::Link => self.start_link(form).await,
            };
            match refused {
                Ok(()) => {}
                Err(ApiError::Invalid(refused)) => self.show(&refused),
                Err(ApiError::TooManyRequests) => self.say(|words| &words.too_many),
                // The server's own page tells these better than a line beside the button.
                Err(_) => send_plainly(form),
            }
        }

        async fn start_plan(self, form: &HtmlFormElement) -> Result<(), ApiError> {
            let of = |name| dom::value(form, name);
            let started = start_checkout(
                of("plan"),
                of("interval"),
                of("name"),
                of("phone"),
                of("email"),
                of("code"),
                of("shown"),
                of("key"),
            );
            match started.await? {
                CheckoutAnswer::Pay { order, call } => self.pay(form, &order, Page::Form(&call)).await,
                CheckoutAnswer::SeeOrder { order } => see(&order),
            }
            Ok(())
        }

        async fn start_link(self, form: &HtmlFormElement) -> Result<(), ApiError> {
            let of = |name| dom::value(form, name);
            match start_pay(of("token"), of("key")).await? {
                PayAnswer::Pay { order, payment_url } => self.pay(form, &order, Page::Url(&payment_url)).await,
                PayAnswer::SeeOrder { order } => see(&order),
                PayAnswer::SeeLink => dom::reload(),
            }
            Ok(())
        }

        async fn pay(self, form: &HtmlFormElement, order: &OrderToken, page: Page<'_>) {
            self.say(|words| &words.leaving);
            let environment = self.set_up.with_value(|(_, environment, _)| environment.clone());
            let outcome = match page {
                Page::Form(call) => bootpay::request_checkout(call, environment.as_deref()).await,
                Page::Url(url) => bootpay::open(url, environment.as_deref()).await,
            };
            match outcome {
                Outcome::Done { order_number } | Outcome::Confirm { order_number } => {
                    self.say(|words| &words.checking);
                    let number = order_number.unwrap_or_default();
                    let _ = verify_order(order.as_str().to_owned(), number).await;
                    // A link may want its customers somewhere else afterwards; the server knows where.
                    match self.kind {
                        OrderKind::Plan => see(order),
                        OrderKind::Link => dom::go_to(&format!("/orders/{order}/return")),
                    }
                }
                Outcome::Failed { .. } => see(order),
                Outcome::Cancelled => self.say(|words| &words.cancelled),
                Outcome::Left => self.status.set(String::new()),
                Outcome::Threw | Outcome::NoScript => send_plainly(form),
            }
        }

        fn show(self, refused: &[crate::api::FieldError]) {
            self.say(|words| &words.errors);
            self.set_up.with_value(|(_, _, words)| {
                for error in refused {
                    let words =
                        words.refusals.iter().find(|(known, _)| known == error).map(|(_, words)| words.as_str());
                    dom::show_error(error.field.as_str(), Some(words.unwrap_or("")));
                }
            });
            if let Some(first) = refused.first() {
                dom::focus(first.field.as_str());
            }
        }

        fn say(self, which: impl FnOnce(&CheckoutWords) -> &String) {
            self.status.set(self.set_up.with_value(|(_, _, words)| which(words).clone()));
        }
    }

    fn see(order: &OrderToken) {
        dom::go_to(&format!("/orders/{order}"));
    }

    /// Sends the form as a browser without script would; the key in it makes it the same purchase.
    fn send_plainly(form: &HtmlFormElement) {
        let _ = form.submit();
    }
}
