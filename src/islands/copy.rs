//! A button that copies an address. Without script there is no button, and the field beside it can be selected.

use leptos::prelude::*;

/// `target` is the id of the input that holds the text; `done` is said after it was copied.
#[island]
pub fn CopyButton(target: String, label: String, done: String) -> impl IntoView {
    let is_alive = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    let copy = {
        Effect::new(move |_| is_alive.set(true));
        move |_: leptos::ev::MouseEvent| alive::copy(target.clone(), done.clone(), said)
    };
    #[cfg(not(feature = "hydrate"))]
    let copy = {
        let _ = (target, done);
        move |_: leptos::ev::MouseEvent| ()
    };
    view! {
        <button class="button button-quiet" type="button" data-copy="" hidden=move || !is_alive.get() on:click=copy>{label}</button>
        <span role="status">{move || said.get()}</span>
    }
}

#[cfg(feature = "hydrate")]
mod alive {
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::JsFuture;

    use crate::islands::dom;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = ["navigator", "clipboard"], js_name = writeText, catch)]
        fn write_text(text: &str) -> Result<js_sys::Promise, JsValue>;
    }

    pub fn copy(target: String, done: String, said: RwSignal<String>) {
        let Some(input) = dom::element(&target).and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok())
        else {
            return;
        };
        // Selected as well, for browsers that give pages no clipboard.
        input.select();
        spawn_local(async move {
            if let Ok(writing) = write_text(&input.value())
                && JsFuture::from(writing).await.is_ok()
            {
                said.set(done);
            }
        });
    }
}
