// Maven: com.github.wechatpay-apiv3:wechatpay-java:0.2.17
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;
import com.wechat.pay.java.core.http.HttpClient;
import com.wechat.pay.java.service.merchantexclusivecoupon.MerchantExclusiveCouponService;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.AssociateTradeInfoRequest;

public class Associate {
  public static void main(String[] args) {
    Config config = new RSAPublicKeyConfig.Builder()
        .merchantId(System.getenv("WECHATPAY_MCHID"))
        .merchantSerialNumber(System.getenv("WECHATPAY_MERCHANT_SERIAL_NO"))
        .privateKey(System.getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))
        .publicKeyId(System.getenv("WECHATPAY_PUBLIC_KEY_ID"))
        .publicKey(System.getenv("WECHATPAY_PUBLIC_KEY"))
        .apiV3Key(System.getenv("WECHATPAY_API_V3_KEY"))
        .build();
    HttpClient client = new DefaultHttpClientBuilder().config(config).build();

    AssociateTradeInfoRequest request = new AssociateTradeInfoRequest();
    request.setStockId("100088");
    request.setCouponCode("sxxe34343434");
    request.setOutTradeNo("MCH_102233445");
    request.setOutRequestNo("1002600620019090123143254435");
    var coupons = new MerchantExclusiveCouponService.Builder().httpClient(client).build();
    System.out.println(coupons.associateTradeInfo(request).getWechatpayAssociateTime());
  }
}
