// Maven: com.github.wechatpay-apiv3:wechatpay-apache-httpclient:0.6.0
import com.wechat.pay.contrib.apache.httpclient.WechatPayHttpClientBuilder;
import com.wechat.pay.contrib.apache.httpclient.util.PemUtil;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.util.EntityUtils;

public class Associate {
  public static void main(String[] args) throws Exception {
    HttpClientBuilder builder = WechatPayHttpClientBuilder.create()
        .withMerchant(
            System.getenv("WECHATPAY_MCHID"),
            System.getenv("WECHATPAY_MERCHANT_SERIAL_NO"),
            PemUtil.loadPrivateKey(System.getenv("WECHATPAY_MERCHANT_PRIVATE_KEY")))
        .withWechatPay(
            System.getenv("WECHATPAY_PUBLIC_KEY_ID"),
            PemUtil.loadPublicKey(System.getenv("WECHATPAY_PUBLIC_KEY")))
        .useSystemProperties(); // such as the JVM's proxy

    HttpPost post = new HttpPost("https://api.mch.weixin.qq.com/v3/marketing/busifavor/coupons/associate");
    post.addHeader("Accept", "application/json");
    post.setEntity(new StringEntity(
        "{\"stock_id\":\"100088\",\"coupon_code\":\"sxxe34343434\",\"out_trade_no\":\"MCH_102233445\","
            + "\"out_request_no\":\"1002600620019090123143254435\"}",
        ContentType.APPLICATION_JSON));
    try (var client = builder.build(); var response = client.execute(post)) {
      System.out.println(EntityUtils.toString(response.getEntity()));
    }
  }
}
