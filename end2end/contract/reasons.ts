/** Differences between what the vendor's client and ours send: where, and why it is right. */
export const REASONS: [RegExp, string][] = [
  [/headers\.content-type: "application\/json", ours not sent$/, 'the vendor names a content type where there is no body'],
  [/headers\.idempotency-key: "yes", ours not sent$/, 'readings need no key'],
  [/headers\.idempotency-key: not sent, ours "yes"$/, 'an invoice or a cancel that is sent twice must be one'],
  [/headers\.bootpay-role: not sent, ours "user"$/, 'PG does not read roles'],
  [/query\.lookup_user_data: "false", ours not sent$/, 'it is the default'],
  [/cancel_id: "c-\d", ours "[0-9a-z]{32}"$/, 'each makes ids of its own'],
  [/^(product update|change of no product): body\.product_id: "<id>", ours not sent$/, 'the path names the product'],
  [/^user token with Basic: requests: /, 'ours goes on by itself; see the next'],
  [/^user token: requests: /, 'ours tries Basic first, which costs one request until the provider takes it (Bootpay K.13)'],
];
