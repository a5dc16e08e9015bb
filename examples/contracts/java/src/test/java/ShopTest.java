import static org.junit.jupiter.api.Assertions.assertEquals;

import au.com.dius.pact.consumer.dsl.PactDslJsonBody;
import au.com.dius.pact.consumer.dsl.PactDslWithProvider;
import au.com.dius.pact.consumer.junit5.PactConsumerTestExt;
import au.com.dius.pact.consumer.junit5.PactTestFor;
import au.com.dius.pact.core.model.V4Pact;
import au.com.dius.pact.core.model.annotations.Pact;
import au.com.dius.pact.core.model.annotations.PactDirectory;
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;
import com.wechat.pay.java.service.merchantexclusivecoupon.MerchantExclusiveCouponService;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.AssociateTradeInfoRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PactConsumerTestExt.class)
@PactTestFor(providerName = "wechatpay", port = "1234")
@PactDirectory("pacts")
class ShopTest {
  /** Pact looks at each part of a header field between commas by itself. */
  private static final String SIGNED = "^(WECHATPAY2-SHA256-RSA2048 )?\\w+=\".+\"$";

  @Pact(consumer = "java-shop")
  V4Pact linksACoupon(PactDslWithProvider wechatpay) {
    return wechatpay
        .given("a user holds a usable coupon", "coupon_code", "sxxe34343434")
        .uponReceiving("a request to link a coupon")
        .method("POST")
        .path("/v3/marketing/busifavor/coupons/associate")
        .matchHeader("Authorization", SIGNED, "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\"")
        .body(new PactDslJsonBody()
            .stringValue("stock_id", "100088")
            .stringValue("coupon_code", "sxxe34343434")
            .stringValue("out_trade_no", "MCH_102233445")
            .stringValue("out_request_no", "1002600620019090123143254435"))
        .willRespondWith()
        .status(200)
        .body(new PactDslJsonBody()
            .stringMatcher("wechatpay_associate_time", "^.+\\+08:00$", "2026-01-05T10:20:30+08:00"))
        .toPact(V4Pact.class);
  }

  @Test
  void linksACoupon() {
    var config = new RSAPublicKeyConfig.Builder()
        .merchantId(System.getenv("WECHATPAY_MCHID"))
        .merchantSerialNumber(System.getenv("WECHATPAY_MERCHANT_SERIAL_NO"))
        .privateKey(System.getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))
        .publicKeyId(System.getenv("WECHATPAY_PUBLIC_KEY_ID"))
        .publicKey(System.getenv("WECHATPAY_PUBLIC_KEY"))
        .apiV3Key(System.getenv("WECHATPAY_API_V3_KEY"))
        .build();
    var client = new DefaultHttpClientBuilder().config(config).build();
    var coupons = new MerchantExclusiveCouponService.Builder().httpClient(client).build();

    var request = new AssociateTradeInfoRequest();
    request.setStockId("100088");
    request.setCouponCode("sxxe34343434");
    request.setOutTradeNo("MCH_102233445");
    request.setOutRequestNo("1002600620019090123143254435");
    assertEquals("2026-01-05T10:20:30+08:00", coupons.associateTradeInfo(request).getWechatpayAssociateTime());
  }
}
