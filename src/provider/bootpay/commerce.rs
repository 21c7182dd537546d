//! Commerce: what is sold and what became of it. One file per kind of record; addresses and roles are in the table of
//! endpoints.

mod adjustment;
mod bill;
mod invoice;
mod invoice_form;
mod order;
mod order_cancel;
mod order_detail;
mod product;
mod subscription;
mod subscription_act;
mod subscription_charge;
mod subscription_request;
mod webhook_test;

pub use adjustment::{Adjustment, AdjustmentKind, Instalments, NewAdjustment};
pub use bill::{Bill, BillQuery, NewBillCancel};
pub use invoice::{InvoiceDetail, InvoiceNotice, InvoiceQuery, NewInvoice};
pub use invoice_form::{Expiry, Extra, InvoiceForm, InvoiceItem, InvoiceProduct, InvoiceUser, Webhook, WebhookBody};
pub use order::{DayOf, OrderList, OrderQuery, OrderSearch};
pub use order_cancel::{NewCancel, NewCancelRequest};
pub use order_detail::{ContractBrief, OrderDetail};
pub use product::{NewProduct, Product, ProductChange, ProductQuery, ProductSort, ProductStatus};
pub use subscription::{Subscription, SubscriptionList, SubscriptionQuery};
pub use subscription_act::{Pause, SubscriptionChange, Termination};
pub use subscription_charge::{ChargeKeyRevoked, Charged, NewSubscriptionCharge};
pub use subscription_request::{
    Contract, Decision, NewOwner, RequestQuery, SubscriptionRequest, TerminationFee, TerminationRequest,
};
