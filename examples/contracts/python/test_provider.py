import os
from urllib.parse import urlsplit

from pact import Verifier

FRONT = os.environ["WECHATPAY_BASE_URL"]


def test_wechatpay_keeps_the_contract():
    (
        Verifier("wechatpay", host="127.0.0.1")
        .add_transport(url=FRONT)
        .add_transport(protocol="message", port=urlsplit(FRONT).port, path="/_pact/messages")
        .state_handler(f"{FRONT}/_pact/states", teardown=True, body=True)
        .add_source("pacts")
        .verify()
    )
