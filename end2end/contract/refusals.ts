/* eslint-disable @typescript-eslint/no-explicit-any */
import { ACCOUNT, CARD, type Case, GROUP, LATER, MONTH, invoice } from './cases';
import type { Vendor } from './vendor';

/** An id that nobody has given. */
const NOBODY = '6a1f00000000000000000099';

const refusal = (name: string, code: string, call: (vendor: Vendor) => Promise<unknown>): Case => [name, (vendor) => vendor.refused(call(vendor), code)];

const CANCEL = { cancel_price: 1_000_000, cancel_tax_free_price: 0, cancel_requester: 'Madang', cancel_message: '변심', cancel_immediately: true };

const COMMERCE: Case[] = [
  refusal('stranger token', 'TOKEN_KEY_INVALID', ({ stranger }) => stranger.commerce.getAccessToken()),
  refusal('stranger invoices', 'TOKEN_KEY_INVALID', ({ stranger }) => stranger.commerce.invoice.list({ page: 1, limit: 24 })),
  refusal('invoice of no product', 'ORDER_PRODUCT_NOT_FOUND', ({ commerce }) => commerce.invoice.create(invoice({ request_id: 'contract-7', products: [{ product_id: NOBODY, quantity: 1, duration: 1 }] }) as any)),
  refusal('notify about none', 'INVOICE_NOT_FOUND', ({ commerce }) => commerce.invoice.notify(NOBODY, [1])),
  refusal('stranger products', 'TOKEN_KEY_INVALID', ({ stranger }) => stranger.commerce.product.list({ page: 1, limit: 20 })),
  refusal('no such product', 'PRODUCT_NOT_FOUND', ({ commerce }) => commerce.product.detail(NOBODY)),
  refusal('stranger makes a product', 'TOKEN_KEY_INVALID', ({ stranger }) => stranger.commerce.product.create({ name: '시험 상품', display_price: 9_900, tax_free_price: 0 } as any)),
  refusal('change of no product', 'PRODUCT_NOT_FOUND', ({ commerce }) => commerce.product.update({ product_id: NOBODY, name: '시험 상품 2' } as any)),
  refusal('status of no product', 'PRODUCT_NOT_FOUND', ({ commerce }) => commerce.product.status({ product_id: NOBODY, status_sale: true } as any)),
  refusal('delete of no product', 'PRODUCT_NOT_FOUND', ({ commerce }) => commerce.product.delete(NOBODY)),
  refusal('stranger orders', 'TOKEN_KEY_INVALID', ({ stranger }) => stranger.commerce.order.list({ page: 1, limit: 50, cs_type: 'c_at' } as any)),
  refusal('stranger month', 'TOKEN_KEY_INVALID', ({ stranger }) => stranger.commerce.order.month(GROUP, MONTH)),
  refusal('stranger cancels', 'TOKEN_KEY_INVALID', ({ stranger, kept }) => stranger.commerce.orderCancel.list({ order_number: kept.cancelled })),
  refusal('cancel of too much', 'CANCEL_PRICE_OVER', ({ commerce, kept }) => commerce.asSupervisor().orderCancel.request({ order_number: kept.cancelled, request_cancel_parameters: { cancel_id: 'c-8', ...CANCEL } } as any).finally(() => commerce.clearRole())),
  refusal('withdraw nothing', 'ORDER_NOT_FOUND', ({ commerce }) => commerce.orderCancel.withdraw(NOBODY)),
  refusal('approve again', 'CANCEL_ALREADY_DONE', ({ commerce, kept }) => commerce.orderCancel.approve({ order_cancellation_request_id: kept.request, message: '처리했어요' } as any)),
  refusal('reject again', 'CANCEL_ALREADY_DONE', ({ commerce, kept }) => commerce.orderCancel.reject({ order_cancellation_request_id: kept.request, message: '기한이 지났어요' } as any)),
  refusal('stranger tests a webhook', 'TOKEN_KEY_INVALID', ({ stranger }) => stranger.commerce.webhook.sendTest({})),
];

const CONTRACTS: Case[] = [
  refusal('stranger contracts', 'TOKEN_KEY_INVALID', ({ stranger }) => stranger.commerce.orderSubscription.list({ page: 1, limit: 20 } as any)),
  refusal('no such contract', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.detail(NOBODY)),
  refusal('change of no contract', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.update({ order_subscription_id: NOBODY, memo: '메모' } as any)),
  refusal('pause of none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.supervisorPause(NOBODY, { paused_at: LATER, reason: '휴가' } as any)),
  refusal('resume what runs', 'ORDER_SUBSCRIPTION_RESUME_UNABLE', ({ commerce, kept }) => commerce.orderSubscription.supervisorResume(kept.contract, { reason: '돌아옴' } as any)),
  refusal('end of none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.supervisorTerminate(NOBODY, { reason: '끝' } as any)),
  refusal('approve no wish', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.supervisorApprove(NOBODY, { reason: '확인' } as any)),
  refusal('reject no wish', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.supervisorReject(NOBODY, { reason: '약관' } as any)),
  refusal('charge with a dead key', 'SUBSCRIBE_BK_EXPIRED', ({ commerce, kept }) => commerce.orderSubscription.supervisorCharge({ charge_key: kept.charge, price: 5_000, tax_free_price: 0 } as any)),
  refusal('revoke again', 'PROCESS_DUPLICATED', ({ commerce, kept }) => commerce.orderSubscription.supervisorChargeRevoke({ charge_key: kept.charge } as any)),
  refusal('ask to pause none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.requestIng.pause({ order_subscription_id: NOBODY, reason: '휴가', paused_at: LATER } as any)),
  refusal('ask to resume none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.requestIng.resume({ order_subscription_id: NOBODY, reason: '돌아옴' } as any)),
  refusal('ask to buy out none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.requestIng.purchase({ order_subscription_id: NOBODY, price: 100_000, tax_free_price: 0, reason: '인수' } as any)),
  refusal('ask to transfer none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.requestIng.transfer({ order_subscription_id: NOBODY, new_user_id: 'u-2', new_username: '김철수', reason: '이직' } as any)),
  refusal('ask to end none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.requestIng.termination({ order_subscription_id: NOBODY, reason: '이사' } as any)),
  refusal('fee of none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscription.requestIng.calculateTerminationFee(NOBODY)),
  refusal('stranger bills', 'TOKEN_KEY_INVALID', ({ stranger, kept }) => stranger.commerce.orderSubscriptionBill.list({ order_subscription_id: kept.contract } as any)),
  refusal('no such bill', 'ORDER_SUBSCRIPTION_BILL_NOT_FOUND', ({ commerce }) => commerce.orderSubscriptionBill.detail(NOBODY)),
  refusal('adjust none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscriptionAdjustment.create(NOBODY, { name: '할인', price: -1_000, duration: 3 } as any)),
  refusal('adjustment of none', 'ORDER_SUBSCRIPTION_ADJUSTMENT_NOT_FOUND', ({ commerce, kept }) => commerce.orderSubscriptionAdjustment.delete(kept.contract, NOBODY)),
  refusal('replace of none', 'ORDER_SUBSCRIPTION_NOT_FOUND', ({ commerce }) => commerce.orderSubscriptionAdjustment.update({ order_subscription_id: NOBODY, duration: 4, adjustments: [{ name: '할인', price: -500, tax_free_price: 0 }] } as any)),
  refusal('stranger requests', 'TOKEN_KEY_INVALID', ({ stranger, kept }) => stranger.commerce.orderSubscriptionRequest.list({ order_subscription_id: kept.contract } as any)),
  refusal('no such request', 'ORDER_SUBSCRIPTION_REQUEST_NOT_FOUND', ({ commerce }) => commerce.orderSubscriptionRequest.detail(NOBODY)),
  refusal('decide again', 'PROCESS_DUPLICATED', ({ commerce, kept }) => commerce.orderSubscriptionRequest.update({ order_subscription_request_history_id: kept.wish, approval: 'approve' } as any)),
];

const PG: Case[] = [
  refusal('stranger PG token', 'APP_SK_NOT_MATCHED', ({ stranger }) => stranger.legacy.getAccessToken()),
  refusal('no such receipt', 'RC_NOT_FOUND', ({ pg }) => pg.receiptPayment(NOBODY)),
  refusal('card out of date', 'API_PARAM_INVALID', ({ pg }) => pg.requestSubscribeBillingKey({ pg: 'nicepay', order_name: '프로 월간', subscription_id: 'S-2', ...CARD, card_expire_year: '20' } as any)),
  refusal('key of no receipt', 'RC_NOT_FOUND', ({ pg }) => pg.lookupSubscribeBillingKey(NOBODY)),
  refusal('no such key', 'RC_NOT_FOUND', ({ pg }) => pg.lookupBillingKey(NOBODY)),
  refusal('destroy again', 'SUBSCRIBE_BK_EXPIRED', ({ pg, kept }) => pg.destroyBillingKey(kept.key)),
  refusal('reserve with a dead key', 'SUBSCRIBE_BK_EXPIRED', ({ pg, kept }) => pg.subscribePaymentReserve({ billing_key: kept.key, order_name: '프로 월간', price: 29_900, tax_free: 0, card_quota: '00', order_id: 'S-1-4', reserve_execute_at: LATER } as any)),
  refusal('no such reservation', 'RC_NOT_FOUND', ({ pg }) => pg.subscribePaymentReserveLookup(NOBODY)),
  refusal('cancel no reservation', 'RC_NOT_FOUND', ({ pg }) => pg.cancelSubscribeReserve(NOBODY)),
  refusal('transfer of no bank', 'SUBSCRIBE_AT_BLANK_NOT_FOUND', ({ pg }) => pg.requestSubscribeAutomaticTransferBillingKey({ pg: 'nicepay', order_name: '프로', subscription_id: 'T-2', auth_type: 'ARS', ...ACCOUNT, bank_name: '없는은행' } as any)),
  refusal('publish nothing', 'RC_NOT_FOUND', ({ pg }) => pg.publishAutomaticTransferBillingKey(NOBODY)),
];

/** For each call, at least one way in which it is refused. Played last, with what the cases have left. */
export const REFUSALS: Case[] = [...COMMERCE, ...CONTRACTS, ...PG];
