# pip install wechatpayv3
import os

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

code, answer = wxpay.marketing_busifavor_coupon_associate(
    stock_id="100088",
    coupon_code="sxxe34343434",
    out_trade_no="MCH_102233445",
    out_request_no="1002600620019090123143254435",
)
print(code, answer)
