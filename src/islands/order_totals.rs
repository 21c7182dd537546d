//! Count and sum of a list of orders, asked for when the list is already there to read.

use leptos::prelude::*;

/// The words for what may come of it, in the reader's language. `{count}` and `{sum}` stand for the numbers.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct TotalsWords {
    /// The link for browsers without script.
    pub ask: String,
    pub busy: String,
    pub exact: String,
    pub capped: String,
    pub failed: String,
}

/// `filter` is the query of the list's address, `href` the page that shows the totals without script.
#[island]
pub fn OrderTotals(filter: String, href: String, words: TotalsWords) -> impl IntoView {
    let ask = words.ask.clone();
    let told = RwSignal::new(None::<(&'static str, String)>);
    #[cfg(feature = "hydrate")]
    alive::ask(filter, words, told);
    #[cfg(not(feature = "hydrate"))]
    let _ = (filter, words);
    let state = move || told.get().map_or("unasked", |(state, _)| state);
    let is_told = move || told.get().is_some();
    view! {
        <p class="totals" role="status" data-totals=state>
            <a href=href hidden=is_told>{ask}</a>
            {move || told.get().map(|(_, words)| words)}
        </p>
    }
}

#[cfg(feature = "hydrate")]
mod alive {
    use leptos::prelude::*;
    use leptos::task::spawn_local;

    use super::TotalsWords;
    use crate::api::order_totals::{TotalsAnswer, order_totals};
    use crate::domain::money::Krw;

    pub fn ask(filter: String, words: TotalsWords, told: RwSignal<Option<(&'static str, String)>>) {
        // Only when it has come alive: until then it must look as the server made it.
        Effect::new(move || {
            let (filter, words) = (filter.clone(), words.clone());
            told.set(Some(("busy", words.busy.clone())));
            spawn_local(async move {
                let answer = match order_totals(filter).await {
                    Ok(TotalsAnswer::Exact { count, won }) => {
                        let count = Krw::new(count.into()).unwrap_or(Krw::ZERO).grouped();
                        ("exact", words.exact.replace("{count}", &count).replace("{sum}", &won.grouped()))
                    }
                    Ok(TotalsAnswer::Capped) => ("capped", words.capped),
                    Err(_) => ("failed", words.failed),
                };
                told.set(Some(answer));
            });
        });
    }
}
