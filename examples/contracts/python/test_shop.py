import os

import pytest
from pact import Pact, generate, match
from wechatpayv3 import WeChatPay, WeChatPayType

LINK = {
    "stock_id": "100088",
    "coupon_code": "sxxe34343434",
    "out_trade_no": "MCH_102233445",
    "out_request_no": "1002600620019090123143254435",
}
TRANSACTION = "4200000000202601010000000000"
# Pact looks at each part of a header field between commas by itself.
SIGNED = match.regex('WECHATPAY2-SHA256-RSA2048 mchid="1900000001"', regex=r'^(WECHATPAY2-SHA256-RSA2048 )?\w+=".+"$')


@pytest.fixture
def pact():
    return Pact("python-shop", "wechatpay").with_specification("V4")


@pytest.fixture
def wxpay():
    return WeChatPay(
        wechatpay_type=WeChatPayType.JSAPI,
        mchid=os.environ["WECHATPAY_MCHID"],
        cert_serial_no=os.environ["WECHATPAY_MERCHANT_SERIAL_NO"],
        private_key=os.environ["WECHATPAY_MERCHANT_PRIVATE_KEY"],
        apiv3_key=os.environ["WECHATPAY_API_V3_KEY"],
        appid="wx1234567889999",
        public_key_id=os.environ["WECHATPAY_PUBLIC_KEY_ID"],
        public_key=os.environ["WECHATPAY_PUBLIC_KEY"],
    )


def test_links_a_coupon(pact, wxpay):
    (
        pact.upon_receiving("a request to link a coupon")
        .given("a user holds a usable coupon", coupon_code=LINK["coupon_code"])
        .with_request("POST", "/v3/marketing/busifavor/coupons/associate")
        .with_header("Authorization", SIGNED)
        .with_body(LINK, content_type="application/json")
        .will_respond_with(200)
        .with_body({"wechatpay_associate_time": match.regex("2026-01-05T10:20:30+08:00", regex=r"^.+\+08:00$")})
    )
    with pact.serve(port=1234):
        code, answer = wxpay.marketing_busifavor_coupon_associate(**LINK)
    assert (code, "wechatpay_associate_time" in answer) == (200, True)
    pact.write_file("pacts")


def test_looks_up_a_paid_order(pact, wxpay):
    path = "/v3/pay/transactions/id/"
    (
        pact.upon_receiving("a query of a paid order")
        .given("an order is paid", out_trade_no="MCH_102233446")
        .with_request(
            "GET",
            # The example here; when it is verified, the number of the order that the state has made.
            match.type(path + TRANSACTION, generator=generate.provider_state(path + "${transaction_id}")),
        )
        .with_header("Authorization", SIGNED)
        .with_query_parameter("mchid", os.environ["WECHATPAY_MCHID"])
        .will_respond_with(200)
        .with_body({"out_trade_no": "MCH_102233446", "trade_state": "SUCCESS"}, content_type="application/json")
    )
    with pact.serve(port=1234):
        code, answer = wxpay.query(transaction_id=TRANSACTION)
    assert (code, "SUCCESS" in answer) == (200, True)
    pact.write_file("pacts")
