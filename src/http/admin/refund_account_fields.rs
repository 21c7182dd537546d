//! The fields of the customer's account, on the forms that give money back. They leave the form when they are read, so
//! that no page can show them again.

use super::submission::Form;
use crate::domain::refund_account::RefundAccount;
use crate::page::Problem;

/// The account, where the form has its fields.
pub(super) fn take_refund_account(form: &mut Form) -> Result<Option<RefundAccount>, Vec<(&'static str, Problem)>> {
    let was_asked = form.has("account_number");
    let (number, holder) = (form.take("account_number"), form.take("account_holder"));
    if !was_asked {
        return Ok(None);
    }
    RefundAccount::parse(form.text("account_bank"), &number, &holder).map(Some).map_err(|wrong| {
        [("account_bank", wrong.bank), ("account_number", wrong.number), ("account_holder", wrong.holder)]
            .into_iter()
            .filter_map(|(field, refusal)| refusal.map(|refusal| (field, Problem::from(refusal))))
            .collect()
    })
}
