//! The few touches of the document that islands need. Everything may be missing; nothing panics.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlFormElement, HtmlInputElement};

pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

pub fn element(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

pub fn go_to(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(path);
    }
}

pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// What a field of the form holds.
pub fn value(form: &HtmlFormElement, name: &str) -> String {
    let input = form.elements().named_item(name).and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
    input.map(|input| input.value()).unwrap_or_default()
}

/// Shows or clears the error of a field.
pub fn show_error(name: &str, message: Option<&str>) {
    if let Some(error) = element(&format!("{name}-error")) {
        error.set_text_content(Some(message.unwrap_or_default()));
    }
    if let Some(input) = element(name) {
        let _ = match message {
            Some(_) => input.set_attribute("aria-invalid", "true"),
            None => input.remove_attribute("aria-invalid"),
        };
    }
}

pub fn focus(id: &str) {
    if let Some(input) = element(id).and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = input.focus();
    }
}
