//! A shop with wechat-pay-rust-sdk: a step as a line of JSON on standard input, what came of it as a line on standard output.

use serde::Deserialize;
use serde_json::{Value, json};
use std::env::var;
use std::error::Error;
use std::io::{BufRead, stdin};
use wechat_pay_rust_sdk::model::{ParamsTrait, RefundsParams, WechatPayNotify};
use wechat_pay_rust_sdk::pay::{PayNotifyTrait, WechatPay};
use wechat_pay_rust_sdk::request::HttpMethod;
use wechat_pay_rust_sdk::response::{ResponseTrait, WeChatResponse};
use wechat_pay_rust_sdk::util::x509_to_pem;

/// The body of a call, or its answer, for which the SDK has no model.
#[derive(Deserialize)]
struct Json(Value);

impl ParamsTrait for Json {
    fn to_json(&self) -> String {
        self.0.to_string()
    }
}

impl ResponseTrait for Json {}

enum Outcome {
    Answer(Value),
    Refused(Value),
}

type Taken = Result<Outcome, Box<dyn Error>>;

/// The SDK gives error answers to its caller as it gives any other.
fn outcome_of(Json(body): Json) -> Taken {
    Ok(if body.get("code").is_some() {
        Outcome::Refused(body)
    } else {
        Outcome::Answer(body)
    })
}

struct Shop {
    pay: WechatPay,
    /// That of the platform certificate, or the one that the merchant chose instead of it.
    platform_key: String,
}

impl Shop {
    fn open() -> Result<Self, Box<dyn Error>> {
        let mut pay = WechatPay::new(
            "wx1234567889999",
            &var("WECHATPAY_MCHID")?,
            &var("WECHATPAY_MERCHANT_PRIVATE_KEY")?,
            &var("WECHATPAY_MERCHANT_SERIAL_NO")?,
            &var("WECHATPAY_API_V3_KEY")?,
            "https://shop.example/notify",
        );
        if let Ok(base_url) = var("WECHATPAY_BASE_URL") {
            pay.base_url = base_url;
        }
        let platform_key = match var("WECHATPAY_PUBLIC_KEY") {
            Ok(key) => key,
            Err(_) => x509_to_pem(var("WECHATPAY_PLATFORM_CERTIFICATE")?.as_bytes())?,
        };
        Ok(Self { pay, platform_key })
    }

    fn take(&self, step: &str, fields: &Value) -> Taken {
        let text = |name: &str| fields[name].as_str().unwrap_or_default();
        let coupons = "/v3/marketing/busifavor";
        match step {
            "associate" | "disassociate" | "use" => self.send(
                HttpMethod::POST,
                &format!("{coupons}/coupons/{step}"),
                fields,
            ),
            "query" => self.get(&format!(
                "{coupons}/users/{}/coupons/{}/appids/{}",
                text("openid"),
                text("coupon_code"),
                text("appid")
            )),
            "stock" => self.get(&format!("{coupons}/stocks/{}", text("stock_id"))),
            "patch" => self.send(
                HttpMethod::PATCH,
                &format!("{coupons}/stocks/{}", text("stock_id")),
                &json!({ "out_request_no": text("out_request_no"), "comment": text("comment") }),
            ),
            "order" => self.get(&format!(
                "/v3/pay/transactions/out-trade-no/{}?mchid={}",
                text("out_trade_no"),
                text("mchid")
            )),
            "close" => self.send(
                HttpMethod::POST,
                &format!(
                    "/v3/pay/transactions/out-trade-no/{}/close",
                    text("out_trade_no")
                ),
                &json!({}),
            ),
            "refund" => self.refund(fields),
            "certificates" => self.certificates(),
            "callback" | "paid" => self.callback(step, fields),
            _ => Err(format!("no step {step}").into()),
        }
    }

    fn get(&self, path: &str) -> Taken {
        outcome_of(self.pay.get_pay(path)?)
    }

    fn send(&self, method: HttpMethod, path: &str, fields: &Value) -> Taken {
        outcome_of(self.pay.pay(method, path, Json(fields.clone()))?)
    }

    fn refund(&self, fields: &Value) -> Taken {
        let text = |name: &str| fields[name].as_str().unwrap_or_default();
        let fen = |name: &str| fields["amount"][name].as_i64().unwrap_or_default() as i32;
        let params = RefundsParams::new(
            text("out_refund_no"),
            fen("total"),
            fen("refund"),
            None,
            Some(text("out_trade_no")),
        );
        Ok(match self.pay.refunds(params)? {
            WeChatResponse::Ok(refund) => Outcome::Answer(json!({
                "refund_id": refund.refund_id,
                "out_refund_no": refund.out_refund_no,
                "status": refund.status,
            })),
            WeChatResponse::Err(error) => {
                Outcome::Refused(json!({ "code": error.code, "message": error.message }))
            }
        })
    }

    fn certificates(&self) -> Taken {
        let mut listed = Vec::new();
        for one in self.pay.certificates()?.data.unwrap_or_default() {
            let sealed = one.encrypt_certificate;
            let certificate =
                self.pay
                    .decrypt_bytes(sealed.ciphertext, sealed.nonce, sealed.associated_data)?;
            let key: String = x509_to_pem(&certificate)?
                .lines()
                .filter(|line| !line.starts_with('-'))
                .collect();
            listed.push(json!({ "serial_no": one.serial_no, "public_key": key }));
        }
        Ok(Outcome::Answer(json!({ "certificates": listed })))
    }

    fn callback(&self, step: &str, received: &Value) -> Taken {
        let header = |name: &str| received["headers"][name].as_str().unwrap_or_default();
        let body = received["body"].as_str().unwrap_or_default();
        self.pay.verify_signature(
            &self.platform_key,
            header("Wechatpay-Timestamp"),
            header("Wechatpay-Nonce"),
            header("Wechatpay-Signature"),
            body,
        )?;
        let sealed = serde_json::from_str::<WechatPayNotify>(body)?.resource;
        let associated_data = sealed.associated_data.unwrap_or_default();
        if step == "callback" {
            let content =
                self.pay
                    .decrypt_bytes(sealed.ciphertext, sealed.nonce, associated_data)?;
            return Ok(Outcome::Answer(serde_json::from_slice(&content)?));
        }
        let paid = self
            .pay
            .decrypt_paydata(sealed.ciphertext, sealed.nonce, associated_data)?;
        Ok(Outcome::Answer(serde_json::to_value(paid)?))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let shop = Shop::open()?;
    for line in stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let step = asked["step"].as_str().unwrap_or_default();
        let mut said = json!({ "step": step });
        match shop.take(step, &asked["fields"]) {
            Ok(Outcome::Answer(answer)) => said["answer"] = answer,
            Ok(Outcome::Refused(error)) => said["refused"] = error,
            Err(error) => said["failed"] = json!(error.to_string()),
        }
        println!("{said}");
    }
    Ok(())
}
