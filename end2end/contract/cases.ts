/* eslint-disable @typescript-eslint/no-explicit-any */
import type { Vendor } from './vendor';

/** Everything that the vendor's client can do of what our client does, in an order in which one thing needs the other. */
export type Case = [name: string, drive: (vendor: Vendor) => Promise<unknown>];

const BUYER = { name: '홍길동', phone: '01012345678', email: 'hong@example.com', membership_type: 'guest' };
const BACK = 'http://127.0.0.1:3000/orders/contract/return';
export const CARD = { card_no: '5570420000001074', card_pw: '12', card_identity_no: '900101', card_expire_year: '49', card_expire_month: '12' };
export const ACCOUNT = { username: '홍길동', bank_name: '국민', bank_account: '11012345678901', identity_no: '900101', phone: '01012345678' };
/** A group of members that nobody has made. */
export const GROUP = '6a1f000000000000000000a1';
export const MONTH = '2026-11';
/** A plan of the emulator's own catalogue. */
export const MONTHLY = '6700000000000000000000b1';
/** Days between which everything is made. */
export const SINCE = '2026-01-01';
export const UNTIL = '2049-12-31';
export const LATER = '2049-06-01T10:00:00+09:00';

export const invoice = (more: object) => ({
  name: '프로 월간', price: 29_900, tax_free_price: 0, redirect_url: BACK, use_redirect: true, use_notification: false, user: BUYER, sdk: false, ...more,
});
const card = (more: object = {}) => ({ pg: 'nicepay', order_name: '프로 월간', subscription_id: 'S-1', ...CARD, ...more });

/** A plan's order, as a merchant follows it from the invoice to the money that goes back. */
const ORDER: Case[] = [
  ['token', async ({ commerce }) => commerce.getAccessToken()],
  ['invoice create', async ({ commerce, kept }) => {
    const full = { original_price: 32_900, request_id: 'contract-1', memo: '계약', expired_at: '2049-12-31T23:59:59+09:00', metadata: { order_id: 'contract-1' } };
    const made: any = await commerce.invoice.create(invoice({ ...full, products: [{ product_id: MONTHLY, quantity: 1, duration: 1 }] }) as any);
    kept.invoice = made.invoice_id;
    return made;
  }],
  ['order detail', async ({ commerce, kept, people }) => {
    kept.order = await people.choose(kept.invoice, 'paid');
    const order: any = await commerce.order.detail(kept.order);
    kept.receipt = order.receipt_id;
    return order;
  }],
  ['receipt', ({ pg, kept }) => pg.receiptPayment(kept.receipt)],
  ['cancel a part', ({ pg, kept }) => pg.cancelPayment({ receipt_id: kept.receipt, cancel_id: 'c-1', cancel_username: 'Madang', cancel_message: '단순 변심', cancel_price: 9_900, cancel_tax_free: 0 })],
  ['cancel more than is left', ({ pg, kept, refused }) => refused(pg.cancelPayment({ receipt_id: kept.receipt, cancel_id: 'c-2', cancel_username: 'Madang', cancel_message: '단순 변심', cancel_price: 29_900, cancel_tax_free: 0 }), 'RC_CANCEL_SERVER_ERROR')],
  ['cancel the rest', ({ pg, kept }) => pg.cancelPayment({ receipt_id: kept.receipt, cancel_id: 'c-3', cancel_username: 'Madang', cancel_message: '단순 변심' })],
  ['cancel again', ({ pg, kept, refused }) => refused(pg.cancelPayment({ receipt_id: kept.receipt, cancel_id: 'c-4', cancel_username: 'Madang', cancel_message: '단순 변심' }), 'RC_ALREADY_CANCELLED')],
  ['order list', ({ commerce }) => commerce.order.list({ page: 1, limit: 50, cs_type: 'c_at' } as any)],
  ['order of a lean list', async ({ commerce, people }) => {
    await people.control('settings', { list_items: 'lean' });
    const { list }: any = await commerce.order.list({ page: 1, limit: 50, cs_type: 'c_at', css_at: SINCE, cse_at: UNTIL } as any);
    if (list.some((one: any) => 'request_id' in one || 'metadata' in one || 'receipt_id' in one)) throw new Error(`a lean list bears ids: ${JSON.stringify(list)}`);
    const order: any = await commerce.order.detail(list[0].order_id);
    await people.control('settings', { list_items: 'whole' });
    if (order.request_id !== 'contract-1') throw new Error(`the record of a listed order is not the merchant's: ${JSON.stringify(order)}`);
    return order;
  }],
  ['order month', ({ commerce }) => commerce.order.month(GROUP, MONTH)],
  ['order unknown', ({ commerce, refused }) => refused(commerce.order.detail('6a1f00000000000000000099'), 'ORDER_NOT_FOUND')],
];

/** A payment link, and a payment by virtual account. */
const LINK: Case[] = [
  ['link create', async ({ commerce, kept }) => {
    const made: any = await commerce.invoice.create(invoice({ name: '단체 주문', price: 412_000, request_id: 'contract-2' }) as any);
    kept.link = made.invoice_id;
    return made;
  }],
  ['invoice notify', ({ commerce, kept }) => commerce.invoice.notify(kept.link, [1, 3])],
  ['invoice detail', ({ commerce, kept }) => commerce.invoice.detail(kept.link)],
  ['invoice list', ({ commerce }) => commerce.invoice.list({ page: 1, limit: 24 })],
  ['invoice unknown', ({ commerce, refused }) => refused(commerce.invoice.detail('6a1f00000000000000000099'), 'INVOICE_NOT_FOUND')],
  ['virtual account', async ({ pg, commerce, kept, people }) => {
    const number = await people.choose(kept.link, 'deposit');
    const order: any = await commerce.order.detail(number);
    kept.deposit = order.receipt_id;
    await people.control('deposit', { order_number: number });
    return pg.receiptPayment(kept.deposit);
  }],
  ['refund to an account', ({ pg, kept }) => pg.cancelPayment({ receipt_id: kept.deposit, cancel_id: 'c-5', cancel_username: 'Madang', cancel_message: '단순 변심', refund: { bank_account: '11012345678901', bank_username: '홍길동', bank_code: '004' } } as any)],
  ['separate approval', async ({ pg, commerce, kept, people }) => {
    const made: any = await commerce.invoice.create(invoice({ request_id: 'contract-3', extra: { separately_confirmed: true } }) as any);
    const order: any = await commerce.order.detail(await people.choose(made.invoice_id, 'paid'));
    kept.confirmed = order.receipt_id;
    return pg.confirmPayment(order.receipt_id);
  }],
  ['confirm again', ({ pg, kept, refused }) => refused(pg.confirmPayment(kept.confirmed), 'RC_NOT_CONFIRM_READY')],
];

const CANCELS: Case[] = [
  ['buyer asks for a cancel', async ({ commerce, kept, people }) => {
    const made: any = await commerce.invoice.create(invoice({ request_id: 'contract-4' }) as any);
    kept.cancelled = await people.choose(made.invoice_id, 'paid');
    await people.control('cancel-request', { order_number: kept.cancelled, request_cancel_parameters: { cancel_price: 1_000, cancel_message: '변심' } });
    const listed: any = await commerce.orderCancel.list({ order_number: kept.cancelled });
    kept.request = listed.list[0].order_cancellation_request_id;
    return listed;
  }],
  ['cancel by a user', ({ commerce, kept, refused }) => refused(commerce.orderCancel.request({ order_number: kept.cancelled, request_cancel_parameters: { cancel_id: 'c-7', cancel_price: 500, cancel_tax_free_price: 0, cancel_requester: '홍길동', cancel_message: '변심', cancel_immediately: false } } as any), 'API_ROLE_NOT_SUPPORT')],
  ['cancel reject', ({ commerce, kept }) => commerce.orderCancel.reject({ order_cancellation_request_id: kept.request, message: '기한이 지났어요' } as any)],
  ['cancel approve', async ({ commerce, kept, people }) => {
    await people.control('cancel-request', { order_number: kept.cancelled, request_cancel_parameters: { cancel_price: 1_000 } });
    const listed: any = await commerce.orderCancel.list({ order_number: kept.cancelled });
    const open = listed.list.find((one: any) => one.order_cancellation_request_id !== kept.request);
    return commerce.orderCancel.approve({ order_cancellation_request_id: open.order_cancellation_request_id, message: '처리했어요' } as any);
  }],
  ['cancel withdraw', async ({ commerce, kept, people }) => {
    await people.control('cancel-request', { order_number: kept.cancelled, request_cancel_parameters: { cancel_price: 2_000 } });
    const listed: any = await commerce.orderCancel.list({ order_number: kept.cancelled });
    const open = listed.list.find((one: any) => Number(one.cancel_price) === 2_000);
    return commerce.orderCancel.withdraw(open.order_cancellation_request_id);
  }],
  ['cancel at once', ({ commerce, kept }) => commerce.asSupervisor().orderCancel.request({ order_number: kept.cancelled, request_cancel_parameters: { cancel_id: 'c-6', cancel_price: 3_000, cancel_tax_free_price: 0, cancel_requester: 'Madang', cancel_message: '변심', cancel_immediately: true } } as any).finally(() => commerce.clearRole())],
];

const CATALOGUE: Case[] = [
  ['product create', async ({ commerce, kept }) => {
    const made: any = await commerce.product.create({ name: '시험 상품', display_price: 9_900, tax_free_price: 0 } as any);
    kept.product = made.product_id;
    return made;
  }],
  ['product list', ({ commerce }) => commerce.product.list({ page: 1, limit: 20 })],
  ['product detail', ({ commerce, kept }) => commerce.product.detail(kept.product)],
  ['product update', ({ commerce, kept }) => commerce.product.update({ product_id: kept.product, name: '시험 상품 2' } as any)],
  ['product status', ({ commerce, kept }) => commerce.product.status({ product_id: kept.product, status_sale: true } as any)],
  ['product delete', ({ commerce, kept }) => commerce.product.delete(kept.product)],
  ['webhook test', async ({ commerce, people }) => {
    await people.control('webhooks', { commerce: 'http://127.0.0.1:9/nobody' });
    return commerce.webhook.sendTest({});
  }],
];

const CONTRACTS: Case[] = [
  ['contract begins', async ({ commerce, kept, people }) => {
    const made: any = await commerce.invoice.create(invoice({ request_id: 'contract-5', products: [{ product_id: MONTHLY, quantity: 1, duration: 12 }] }) as any);
    await people.choose(made.invoice_id, 'paid');
    const listed: any = await commerce.orderSubscription.list({ page: 1, limit: 20 } as any);
    kept.contract = listed.list[0].order_subscription_id;
    kept.charge = listed.list[0].charge_key;
    return listed;
  }],
  ['contract detail', ({ commerce, kept }) => commerce.orderSubscription.detail(kept.contract)],
  ['contract update', ({ commerce, kept }) => commerce.orderSubscription.update({ order_subscription_id: kept.contract, memo: '메모' } as any)],
  ['contract pause', ({ commerce, kept }) => commerce.orderSubscription.supervisorPause(kept.contract, { paused_at: LATER, reason: '휴가' } as any)],
  ['contract resume', ({ commerce, kept }) => commerce.orderSubscription.supervisorResume(kept.contract, { reason: '돌아옴' } as any)],
  ['contract charge', ({ commerce, kept }) => commerce.orderSubscription.supervisorCharge({ charge_key: kept.charge, price: 5_000, tax_free_price: 0 } as any)],
  ['bill list', async ({ commerce, kept }) => {
    const listed: any = await commerce.orderSubscriptionBill.list({ order_subscription_id: kept.contract } as any);
    kept.bill = listed.list[0].order_subscription_bill_id;
    return listed;
  }],
  ['bill detail', ({ commerce, kept }) => commerce.orderSubscriptionBill.detail(kept.bill)],
  ['adjust', async ({ commerce, kept }) => {
    const made: any = await commerce.orderSubscriptionAdjustment.create(kept.contract, { name: '할인', price: -1_000, duration: 3 } as any);
    kept.adjustment = made.order_subscription_adjustments[0].order_subscription_adjustment_id;
    return made;
  }],
  ['adjustment delete', ({ commerce, kept }) => commerce.orderSubscriptionAdjustment.delete(kept.contract, kept.adjustment)],
  ['adjustments replace', ({ commerce, kept }) => commerce.orderSubscriptionAdjustment.update({ order_subscription_id: kept.contract, duration: 4, adjustments: [{ name: '할인', price: -500, tax_free_price: 0 }] } as any)],
  ['fee', ({ commerce, kept }) => commerce.orderSubscription.requestIng.calculateTerminationFee(kept.contract)],
  ['ask to pause', ({ commerce, kept }) => commerce.orderSubscription.requestIng.pause({ order_subscription_id: kept.contract, reason: '휴가', paused_at: LATER } as any)],
  ['requests', async ({ commerce, kept }) => {
    const listed: any = await commerce.orderSubscriptionRequest.list({ order_subscription_id: kept.contract } as any);
    const [first] = listed.list;
    kept.wish = first.order_subscription_request_history_id ?? first.id;
    return listed;
  }],
  ['request detail', ({ commerce, kept }) => commerce.orderSubscriptionRequest.detail(kept.wish)],
  ['request decide', ({ commerce, kept }) => commerce.orderSubscriptionRequest.update({ order_subscription_request_history_id: kept.wish, approval: 'approve' } as any)],
  ['ask to resume', ({ commerce, kept }) => commerce.orderSubscription.requestIng.resume({ order_subscription_id: kept.contract, reason: '돌아옴' } as any)],
  ['ask to transfer', ({ commerce, kept }) => commerce.orderSubscription.requestIng.transfer({ order_subscription_id: kept.contract, new_user_id: 'u-2', new_username: '김철수', reason: '이직' } as any)],
  ['contract reject', ({ commerce, kept }) => commerce.orderSubscription.supervisorReject(kept.contract, { reason: '약관' } as any)],
  ['ask to buy out', ({ commerce, kept }) => commerce.orderSubscription.requestIng.purchase({ order_subscription_id: kept.contract, price: 100_000, tax_free_price: 0, reason: '인수' } as any)],
  ['contract reject again', ({ commerce, kept }) => commerce.orderSubscription.supervisorReject(kept.contract, { reason: '약관' } as any)],
  ['ask to end', ({ commerce, kept }) => commerce.orderSubscription.requestIng.termination({ order_subscription_id: kept.contract, reason: '이사' } as any)],
  ['contract approve', ({ commerce, kept }) => commerce.orderSubscription.supervisorApprove(kept.contract, { reason: '확인' } as any)],
  ['contract terminate', async ({ commerce, kept, people }) => {
    const made: any = await commerce.invoice.create(invoice({ request_id: 'contract-6', products: [{ product_id: MONTHLY, quantity: 1, duration: -1 }] }) as any);
    await people.choose(made.invoice_id, 'paid');
    const listed: any = await commerce.orderSubscription.list({ page: 1, limit: 20 } as any);
    const second = listed.list.find((one: any) => one.order_subscription_id !== kept.contract);
    kept.charge = second.charge_key;
    return commerce.orderSubscription.supervisorTerminate(second.order_subscription_id, { reason: '끝' } as any);
  }],
  ['revoke the charge key', ({ commerce, kept }) => commerce.orderSubscription.supervisorChargeRevoke({ charge_key: kept.charge } as any)],
];

const KEYS: Case[] = [
  ['card key', async ({ pg, kept }) => {
    const made: any = await pg.requestSubscribeBillingKey(card() as any);
    Object.assign(kept, { cardReceipt: made.receipt_id, key: made.billing_key });
    return made;
  }],
  ['key of a receipt', ({ pg, kept }) => pg.lookupSubscribeBillingKey(kept.cardReceipt)],
  ['key', ({ pg, kept }) => pg.lookupBillingKey(kept.key)],
  ['charge', ({ pg, kept }) => pg.requestSubscribeCardPayment({ billing_key: kept.key, order_name: '프로 월간', price: 29_900, tax_free: 0, card_quota: '00', order_id: 'S-1-1' } as any)],
  ['reserve', async ({ pg, kept }) => {
    const made: any = await pg.subscribePaymentReserve({ billing_key: kept.key, order_name: '프로 월간', price: 29_900, tax_free: 0, card_quota: '00', order_id: 'S-1-2', reserve_execute_at: LATER } as any);
    kept.reserve = made.reserve_id;
    return made;
  }],
  ['reservation', ({ pg, kept }) => pg.subscribePaymentReserveLookup(kept.reserve)],
  ['reservation cancel', ({ pg, kept }) => pg.cancelSubscribeReserve(kept.reserve)],
  ['key destroy', ({ pg, kept }) => pg.destroyBillingKey(kept.key)],
  ['charge a dead key', ({ pg, kept, refused }) => refused(pg.requestSubscribeCardPayment({ billing_key: kept.key, order_name: 'x', price: 1_000, tax_free: 0, card_quota: '00', order_id: 'S-1-3' } as any), 'SUBSCRIBE_BK_EXPIRED')],
  ['transfer', async ({ pg, kept }) => {
    const made: any = await pg.requestSubscribeAutomaticTransferBillingKey({ pg: 'nicepay', order_name: '프로', subscription_id: 'T-1', auth_type: 'ARS', ...ACCOUNT } as any);
    kept.transfer = made.receipt_id;
    if (made.status !== 41 || made.billing_key) throw new Error(`a key before the customer's consent: ${JSON.stringify(made)}`);
    return made;
  }],
  ['publish too early', ({ pg, kept, refused }) => refused(pg.publishAutomaticTransferBillingKey(kept.transfer), 'SUBSCRIBE_REQUEST_FAILED')],
  ['publish', async ({ pg, kept, people }) => {
    await people.control('ars', { receipt_id: kept.transfer, outcome: 'done' });
    const made: any = await pg.publishAutomaticTransferBillingKey(kept.transfer);
    kept.account = made.billing_key;
    return made;
  }],
  ['charge an account', ({ pg, kept }) => pg.requestSubscribePayment({ billing_key: kept.account, order_name: '프로', price: 9_900, tax_free: 0, card_quota: '00', order_id: 'T-1-1' } as any)],
  ['user token with Basic', ({ pg, refused }) => refused(pg.requestUserToken({ user_id: 'u-1' } as any), 'TOKEN_KEY_INVALID')],
  ['user token', async ({ legacy }) => {
    await legacy.getAccessToken();
    return legacy.requestUserToken({ user_id: 'u-1' } as any);
  }],
];

/** What works, flow by flow. */
export const FLOWS: Case[] = [...ORDER, ...LINK, ...CANCELS, ...CATALOGUE, ...CONTRACTS, ...KEYS];
