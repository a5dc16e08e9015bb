import json
import os
from urllib.request import Request, urlopen

from pact import Pact, match
from test_shop import wxpay

FRONT = os.environ["WECHATPAY_BASE_URL"]


def callback(event, contents):
    """The contents of a message as they arrive at the shop: header fields and the sealed body."""
    asked = {"Wechatpay-Serial": os.environ["WECHATPAY_PUBLIC_KEY_ID"]}
    with urlopen(Request(f"{FRONT}/_pact/callbacks/{event}", contents.encode(), asked)) as sent:
        return dict(sent.headers), sent.read().decode()


def test_hears_of_a_coupon(wxpay):
    pact = Pact("python-shop", "wechatpay").with_specification("V4")
    (
        pact.upon_receiving("the plaintext of COUPON.SEND", "Async")
        .given("a user holds a usable coupon", coupon_code="sxxe34343434")
        .with_body(
            {
                "coupon_code": "sxxe34343434",
                "send_time": match.regex("2026-01-05T10:20:30+08:00", regex=r"^.+\+08:00$"),
            },
            content_type="application/json",
        )
    )

    def shop(contents, _metadata):
        told = wxpay.callback(*callback("COUPON.SEND", contents))
        assert told["event_type"] == "COUPON.SEND"
        assert told["resource"] == json.loads(contents)

    pact.verify(shop, "Async")
    pact.write_file("pacts")
