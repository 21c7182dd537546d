#!/usr/bin/env python3
"""A small shop against a running Bootpay emulator: shop.py http://127.0.0.1:4000"""

import base64
import json
import sys
import urllib.error
import urllib.request
import uuid

KEYS = base64.b64encode(b"emulator-client-key:emulator-secret-key").decode()
TRANSFER = "/v2/request/subscribe/automatic-transfer"


class Refused(Exception):
    pass


class Emulator:
    def __init__(self, base):
        self.base = base.rstrip("/")
        self.http = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method, path, body=None, role=None):
        headers = {"Authorization": f"Basic {KEYS}", "Content-Type": "application/json"}
        if role:
            headers["BOOTPAY-ROLE"] = role
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with self.http.open(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error)["error_code"]) from None

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body, **more):
        return self.call("POST", path, body, **more)

    def buyer_pays(self, payment_url):
        self.http.open(payment_url, b"outcome=paid", timeout=20).close()


def expect(what, found, wanted):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r} instead of {wanted!r}")


def expect_refusal(what, error_code, call):
    try:
        answer = call()
    except Refused as refusal:
        expect(what, str(refusal), error_code)
    else:
        raise AssertionError(f"{what}: not refused, but {answer!r}")


def buy(emulator, price):
    request_id = f"R-{uuid.uuid4()}"
    invoice = emulator.post("/v1/invoices", {"name": "Shop test", "price": price, "request_id": request_id})
    emulator.buyer_pays(invoice["payment_url"])

    order_id = emulator.get(f"/v1/invoices/{invoice['invoice_id']}")["order_id"]
    order = emulator.get(f"/v1/orders/{order_id}")
    expect("order's invoice", order["invoice_id"], invoice["invoice_id"])
    expect("order's price", order["price"], price)
    expect("order's status", order["status"], "payment_completed")

    receipt = emulator.get(f"/v2/receipt/{order['receipt_id']}")
    expect("receipt's order", receipt["order_id"], request_id)
    expect("receipt's price", receipt["price"], price)
    expect("receipt's status", receipt["status"], 1)
    print(f"bought: order {order['order_number']}, {price} won, paid")
    return order


def refund(emulator, order, part):
    price, receipt_id, number = order["price"], order["receipt_id"], order["order_number"]

    def cancelled():
        return emulator.get(f"/v2/receipt/{receipt_id}")["cancelled_price"]

    def give_back(**amount):
        body = {"receipt_id": receipt_id, "cancel_id": f"C-{uuid.uuid4()}", "cancel_message": "test", **amount}
        return emulator.post("/v2/cancel", body)

    give_back(cancel_price=part, cancel_tax_free=0)
    expect("cancelled after a part", cancelled(), part)
    print(f"refunded a part: {part} won")

    expect_refusal("more than is left", "RC_CANCEL_SERVER_ERROR", lambda: give_back(cancel_price=price))
    give_back()
    expect("cancelled after the rest", cancelled(), price)
    expect("order's status", emulator.get(f"/v1/orders/{number}")["status"], "cancelled")
    print(f"refunded the rest: {price - part} won")

    expect_refusal("a further refund", "RC_ALREADY_CANCELLED", lambda: give_back(cancel_price=part))
    expect("cancelled after refusals", cancelled(), price)
    print("further refunds: refused")


def register_account(emulator):
    wish = emulator.post(TRANSFER, {
        "pg": "nicepay", "order_name": "Plan", "subscription_id": f"S-{uuid.uuid4()}",
        "username": "홍길동", "bank_name": "국민", "bank_account": "11012345678901",
        "identity_no": "900101", "phone": "01012345678"})
    receipt = {"receipt_id": wish["receipt_id"]}
    expect("status before consent", wish["status"], 41)
    expect("key before consent", wish.get("billing_key"), None)
    expect_refusal("publish before consent", "SUBSCRIBE_REQUEST_FAILED",
                   lambda: emulator.post(f"{TRANSFER}/publish", receipt))
    print("account registered: no key, publishing refused")

    emulator.post("/_emulator/ars", {**receipt, "outcome": "done"})
    published = emulator.post(f"{TRANSFER}/publish", receipt)
    expect("published status", published["status"], 1)
    key = published["billing_key"]
    expect("key's status", emulator.get(f"/v2/billing_key/{key}")["status"], 11)
    print(f"customer consented: key {key}")
    return key


def charge(emulator, key, price):
    order_id = f"S-{uuid.uuid4()}"
    receipt_id = emulator.post("/v2/subscribe/payment", {
        "billing_key": key, "order_name": "Plan", "price": price, "order_id": order_id})["receipt_id"]
    receipt = emulator.get(f"/v2/receipt/{receipt_id}")
    expect("charge's order", receipt["order_id"], order_id)
    expect("charge's price", receipt["price"], price)
    expect("charge's status", receipt["status"], 1)
    print(f"charged: receipt {receipt_id}, {price} won, paid")


def main(base):
    emulator = Emulator(base)
    refund(emulator, buy(emulator, 29900), 9900)
    charge(emulator, register_account(emulator), 9900)


if __name__ == "__main__":
    main(*sys.argv[1:])
