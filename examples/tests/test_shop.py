# pip install pytest wechatpayv3
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.request import Request, urlopen

import pytest
from wechatpayv3 import WeChatPay, WeChatPayType


def control(path, body=None):
    """Asks the control API of the mock to do something."""
    headers = {"Content-Type": "application/json"}
    url = os.environ["WECHATPAY_MOCK_URL"] + "/_mock" + path
    with urlopen(Request(url, json.dumps(body or {}).encode(), headers)) as answer:
        return answer.read()


@pytest.fixture
def wxpay():
    """The shop's SDK, before a mock as it was at its start."""
    control("/reset")
    return WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=os.environ["WECHATPAY_MCHID"],
        cert_serial_no=os.environ["WECHATPAY_MERCHANT_SERIAL_NO"],
        private_key=os.environ["WECHATPAY_MERCHANT_PRIVATE_KEY"],
        apiv3_key=os.environ["WECHATPAY_API_V3_KEY"],
        appid="wx1234567889999",
        public_key_id=os.environ["WECHATPAY_PUBLIC_KEY_ID"],
        public_key=os.environ["WECHATPAY_PUBLIC_KEY"],
    )


@pytest.fixture
def receiver(wxpay):
    """The shop's receiver of callbacks: its address, and the orders that callbacks reported."""
    told = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            callback = wxpay.callback(self.headers, body)
            if callback:
                told.append(callback["resource"])
            self.send_response(204 if callback else 401)
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/notify", told
    server.shutdown()


def test_the_shop_is_told_that_its_order_is_paid(wxpay, receiver):
    notify_url, told = receiver
    code, answer = wxpay.pay(
        description="Tea", out_trade_no="ORDER_1", amount={"total": 100}, notify_url=notify_url
    )
    assert code == 200, answer

    control("/orders/ORDER_1/pay")
    control("/notifications/deliver")
    assert [(order["out_trade_no"], order["trade_state"]) for order in told] == [("ORDER_1", "SUCCESS")]


def test_a_coupon_that_was_used_cannot_be_used_again(wxpay):
    control("/coupons", {"stock_id": "100088", "coupon_code": "USED", "state": "USED"})
    code, answer = wxpay.marketing_busifavor_coupon_use(
        coupon_code="USED",
        stock_id="100088",
        use_time="2026-11-25T12:00:00+08:00",
        use_request_no="USE_1",
    )
    assert (code, json.loads(answer)["code"]) == (400, "RESOURCE_ALREADY_EXISTS")
