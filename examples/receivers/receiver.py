# pip install wechatpayv3
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from wechatpayv3 import WeChatPay, WeChatPayType

wxpay = WeChatPay(
    wechatpay_type=WeChatPayType.JSAPI,
    mchid=os.environ["WECHATPAY_MCHID"],
    cert_serial_no=os.environ["WECHATPAY_MERCHANT_SERIAL_NO"],
    private_key=os.environ["WECHATPAY_MERCHANT_PRIVATE_KEY"],
    apiv3_key=os.environ["WECHATPAY_API_V3_KEY"],
    appid="wx1234567889999",
    public_key_id=os.environ["WECHATPAY_PUBLIC_KEY_ID"],
    public_key=os.environ["WECHATPAY_PUBLIC_KEY"],
)


def status_for(headers, body):
    # The SDK leaves the age of a callback to the receiver, and looks for keys that it does not know at the real host.
    if headers.get("Wechatpay-Serial") != os.environ["WECHATPAY_PUBLIC_KEY_ID"]:
        return 401
    if abs(time.time() - int(headers.get("Wechatpay-Timestamp", 0))) >= 300:
        return 401
    try:
        callback = wxpay.callback(headers, body)
    except Exception as refused:
        print("refused:", repr(refused))
        return 401
    if not callback:
        return 401
    order = callback["resource"]
    # The same callback may come again: do once what follows from it.
    print(f"{order.get('out_trade_no')}: {order.get('trade_state')}", flush=True)
    return 204


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(status_for(dict(self.headers), body))
        self.end_headers()


HTTPServer(("127.0.0.1", 3000), Receiver).serve_forever()
