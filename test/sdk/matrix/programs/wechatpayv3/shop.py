"""A shop with wechatpayv3: a step as a line of JSON on standard input, what came of it as a line on standard output."""
import base64
import gzip
import hashlib
import json
import os
import sys
import tempfile
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.type import RequestType
from wechatpayv3.utils import aes_decrypt, load_certificate

API_V3_KEY = os.environ["WECHATPAY_API_V3_KEY"]
BASE_URL = os.environ.get("WECHATPAY_BASE_URL")


class Refused(Exception):
    pass


def connect(cert_dir):
    # What the constructor downloads goes there; what is there already is not downloaded.
    if BASE_URL and "WECHATPAY_PLATFORM_CERTIFICATE" in os.environ:
        with open(os.path.join(cert_dir, os.environ["WECHATPAY_PLATFORM_SERIAL_NO"] + ".pem"), "w") as file:
            file.write(os.environ["WECHATPAY_PLATFORM_CERTIFICATE"])
    wxpay = WeChatPay(
        wechatpay_type=WeChatPayType.JSAPI,
        mchid=os.environ["WECHATPAY_MCHID"],
        cert_serial_no=os.environ["WECHATPAY_MERCHANT_SERIAL_NO"],
        private_key=os.environ["WECHATPAY_MERCHANT_PRIVATE_KEY"],
        apiv3_key=API_V3_KEY,
        appid="wx1234567889999",
        cert_dir=cert_dir,
        public_key_id=os.environ.get("WECHATPAY_PUBLIC_KEY_ID"),
        public_key=os.environ.get("WECHATPAY_PUBLIC_KEY"),
    )
    if BASE_URL:
        wxpay._core._gate_way = BASE_URL
    return wxpay


def answer_of(response):
    code, text = response
    answer = json.loads(text) if text else {}
    if code not in range(200, 300):
        raise Refused({"status": code, "code": answer["code"], "message": answer["message"]})
    return answer


def associate(wxpay, fields):
    return answer_of(wxpay.marketing_busifavor_coupon_associate(**fields))


def disassociate(wxpay, fields):
    return answer_of(wxpay.marketing_busifavor_coupon_disassociate(**fields))


def use(wxpay, fields):
    return answer_of(wxpay.marketing_busifavor_coupon_use(**fields))


def query(wxpay, fields):
    return answer_of(wxpay.marketing_busifavor_coupon_detail(fields["coupon_code"], fields["openid"]))


def stock(wxpay, fields):
    return answer_of(wxpay.marketing_busifavor_stock_query(**fields))


def patch(wxpay, fields):
    return answer_of(wxpay.marketing_busifavor_stock_modify(**fields))


def order(wxpay, fields):
    return answer_of(wxpay.query(**fields))


def close(wxpay, fields):
    return answer_of(wxpay.close(**fields))


def refund(wxpay, fields):
    return answer_of(wxpay.refund(**fields))


def transfer(wxpay, fields):
    return answer_of(wxpay.mch_transfer_bills(**fields))


def bill(wxpay, fields):
    answer = answer_of(wxpay.mch_transfer_bills_query(**fields))
    return {**answer, "user_name": wxpay.decrypt(answer["user_name"])}


def cancel(wxpay, fields):
    return answer_of(wxpay.mch_transfer_bills_cancel(**fields))


def receipt_apply(wxpay, fields):
    return answer_of(wxpay.mch_transfer_elecsign(**fields))


def receipt(wxpay, fields):
    answer = answer_of(wxpay.mch_transfer_elecsign_query(**fields))
    address = urlsplit(answer["download_url"])
    # It has no call for this, nor for authorizations: the core makes any.
    code, file = wxpay._core.request(f"{address.path}?{address.query}", skip_verify=True)
    if code != 200:
        raise Exception(f"no file: {code}")
    return {**answer, "downloaded": hashlib.sha256(file).hexdigest()}


def trade_bill(wxpay, fields):
    # It asks for a packed one if it is not told otherwise.
    answer = answer_of(wxpay.trade_bill(**fields))
    address = urlsplit(answer["download_url"])
    code, file = wxpay.download_bill(f"{address.path}?{address.query}")
    if code != 200:
        raise Exception(f"no file: {code}")
    return {**answer, "downloaded": hashlib.sha1(gzip.decompress(file)).hexdigest()}


AUTHORIZATIONS = "/v3/fund-app/mch-transfer/user-confirm-authorization"


def authorize(wxpay, fields):
    return answer_of(wxpay._core.request(AUTHORIZATIONS, method=RequestType.POST, data=fields))


def authorization_path(fields):
    return f"{AUTHORIZATIONS}/out-authorization-no/{fields['out_authorization_no']}"


def authorization(wxpay, fields):
    return answer_of(wxpay._core.request(authorization_path(fields)))


def authorized(wxpay, fields):
    named = {**fields, "user_name": wxpay._core.encrypt(fields["user_name"])}
    path = "/v3/fund-app/mch-transfer/transfer-bills/transfer"
    return answer_of(wxpay._core.request(path, method=RequestType.POST, data=named, cipher_data=True))


def revoke(wxpay, fields):
    return answer_of(wxpay._core.request(authorization_path(fields) + "/close", method=RequestType.POST))


def call(wxpay, fields):
    (named,) = fields["arguments"]
    return answer_of(getattr(wxpay, fields["method"])(**named))


def certificates(wxpay, fields):
    listed = []
    for one in answer_of(wxpay._core.request("/v3/certificates"))["data"]:
        sealed = one["encrypt_certificate"]
        pem = aes_decrypt(
            nonce=sealed["nonce"],
            ciphertext=sealed["ciphertext"],
            associated_data=sealed["associated_data"],
            apiv3_key=API_V3_KEY,
        )
        key = load_certificate(pem).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        listed.append({"serial_no": one["serial_no"], "public_key": base64.b64encode(key).decode()})
    return {"certificates": listed}


def callback(wxpay, fields):
    content = wxpay.callback(fields["headers"], fields["body"])
    if content is None:
        raise Exception("the callback does not verify")
    return content["resource"]


CALLS = (
    associate,
    disassociate,
    use,
    query,
    stock,
    patch,
    order,
    close,
    refund,
    transfer,
    bill,
    cancel,
    receipt_apply,
    receipt,
    trade_bill,
    authorize,
    authorization,
    authorized,
    revoke,
    call,
    certificates,
    callback,
)
STEPS = {"paid": callback, "told": callback, "opened": callback, **{call.__name__: call for call in CALLS}}


def main():
    with tempfile.TemporaryDirectory() as cert_dir:
        wxpay = connect(cert_dir)
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                outcome = {"answer": STEPS[asked["step"]](wxpay, asked["fields"])}
            except Refused as refused:
                outcome = {"refused": refused.args[0]}
            except Exception as error:
                outcome = {"failed": f"{type(error).__name__}: {error}"}
            print(json.dumps({"step": asked["step"], **outcome}), flush=True)


main()
