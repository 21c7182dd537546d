//! The shop's HTTP surface: routes, layers, machine endpoints. Handlers translate between HTTP and one
//! service or page; they decide nothing.

mod admin;
mod answer;
mod api;
mod assets;
mod checkout_form;
mod health;
mod language;
mod layers;
mod limits;
mod order_lookup;
mod pay_form;
mod peer;
mod plan_cache;
mod render;
mod returning;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::page::Site;
use crate::service::Services;

#[cfg(test)]
pub(crate) use admin::{Need, TABLE};
pub use limits::Limits;
pub use peer::Networks;
pub use plan_cache::PlanCache;

/// What handlers share.
#[derive(Clone)]
pub struct Shop {
    pub services: Services,
    pub site: Site,
    pub limits: Limits,
    /// Reverse proxies of ours in front, whose `X-Forwarded-For` entries are believed.
    trusted_proxies: usize,
    /// Where webhooks may come from.
    webhook_networks: Networks,
    /// The plan page as ready bytes; none where it is rendered afresh each time.
    plans: Option<Arc<PlanCache>>,
}

impl Shop {
    pub fn new(services: Services, site: Site, limits: Limits, trusted_proxies: usize) -> Self {
        // Pages are rendered on this runtime. A second call in one process fails, and that is fine.
        let _ = any_spawner::Executor::init_tokio();
        Self {
            services,
            site,
            limits,
            trusted_proxies,
            webhook_networks: Networks::default(),
            plans: Some(Arc::default()),
        }
    }

    /// The same shop, taking webhooks from these networks alone.
    #[must_use]
    pub fn with_webhooks_from(self, webhook_networks: Networks) -> Self {
        Self { webhook_networks, ..self }
    }

    /// The same shop, rendering the plan page for every request; for measuring what the cache is worth.
    pub fn without_plan_cache(&self) -> Self {
        Self { plans: None, ..self.clone() }
    }

    /// Everything that the shop serves.
    pub fn router(&self) -> Router {
        // Returns arrive by cross-site POST too, and change nothing by themselves: no CSRF check there.
        let returning = Router::new().route("/orders/{token}/return", get(returning::get).post(returning::post));
        let returning = self
            .limits
            .apply(layers::small_bodies(returning), self.trusted_proxies)
            .layer(from_fn(returning::to_order_when_limited));
        let api = Router::new()
            .route("/api/checkout/start", post(checkout_form::start))
            .route("/api/checkout/code", post(checkout_form::code))
            .route("/api/checkout/resume", post(checkout_form::resume))
            .route("/api/pay/start", post(pay_form::start))
            .route("/api/{*function}", any(api::call));
        Router::new()
            .merge(self.limits.apply(layers::guard_writes(api), self.trusted_proxies))
            .merge(returning)
            .route("/webhooks/bootpay/{source}", post(webhooks::receive))
            .merge(order_lookup::routes(self))
            .merge(admin::routes(self))
            .route("/", get(plan_cache::serve))
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            .merge(assets::routes(&self.site))
            .fallback(render::page)
            .with_state(self.clone())
            .layer(from_fn_with_state(self.clone(), layers::explain))
            .layer(from_fn(language::choose))
            .layer(from_fn(layers::headers))
            .layer(CatchPanicLayer::new())
            .layer(from_fn(layers::log))
    }
}
