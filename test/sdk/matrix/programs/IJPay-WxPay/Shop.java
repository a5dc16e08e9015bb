import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.ijpay.core.IJPayHttpResponse;
import com.ijpay.core.enums.AuthTypeEnum;
import com.ijpay.core.enums.RequestMethodEnum;
import com.ijpay.core.kit.AesUtil;
import com.ijpay.core.kit.PayKit;
import com.ijpay.core.kit.RsaKit;
import com.ijpay.core.kit.WxPayKit;
import com.ijpay.wxpay.WxPayApi;
import com.ijpay.wxpay.enums.WxDomainEnum;
import com.ijpay.wxpay.enums.v3.BasePayApiEnum;
import com.ijpay.wxpay.enums.v3.CertAlgorithmTypeEnum;
import com.ijpay.wxpay.enums.v3.CouponApiEnum;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** A shop with IJPay. */
public class Shop implements Steps.Shop {
  private static final String API_V3_KEY = System.getenv("WECHATPAY_API_V3_KEY");
  private static final String PUBLIC_KEY_ID = System.getenv("WECHATPAY_PUBLIC_KEY_ID");

  private final String host =
      System.getenv().getOrDefault("WECHATPAY_BASE_URL", WxDomainEnum.CHINA.getDomain());
  private final PrivateKey privateKey;
  private final String platformSerial;
  private final PublicKey platformKey;

  Shop() throws Exception {
    privateKey =
        PayKit.getPrivateKeyByKeyContent(
            System.getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"), AuthTypeEnum.RSA.getCode());
    if (PUBLIC_KEY_ID == null) {
      X509Certificate certificate = certificate(System.getenv("WECHATPAY_PLATFORM_CERTIFICATE"));
      platformSerial = System.getenv("WECHATPAY_PLATFORM_SERIAL_NO");
      platformKey = certificate.getPublicKey();
    } else {
      String content = PayKit.getPublicKeyByContent(System.getenv("WECHATPAY_PUBLIC_KEY"));
      platformSerial = PUBLIC_KEY_ID;
      platformKey = RsaKit.loadPublicKey(content);
    }
  }

  private static X509Certificate certificate(String pem) {
    InputStream stream = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
    return PayKit.getCertificate(stream);
  }

  @Override
  public JsonElement take(String step, JsonObject fields) throws Exception {
    switch (step) {
      case "associate":
        return post(CouponApiEnum.BUSINESS_COUPON_ASSOCIATE.getUrl(), fields);
      case "disassociate":
        return post(CouponApiEnum.BUSINESS_COUPON_DISASSOCIATE.getUrl(), fields);
      case "use":
        return post(CouponApiEnum.USE_BUSINESS_COUPON.getUrl(), fields);
      case "query":
        return get(
            String.format(
                CouponApiEnum.QUERY_BUSINESS_USER_COUPON_INFO.getUrl(),
                text(fields, "openid"),
                text(fields, "coupon_code"),
                text(fields, "appid")));
      case "stock":
        return get(
            String.format(
                CouponApiEnum.QUERY_BUSINESS_COUPON_STOCKS_INFO.getUrl(),
                text(fields, "stock_id")));
      case "patch":
        String stock = fields.remove("stock_id").getAsString();
        String path = String.format(CouponApiEnum.MODIFY_BUSINESS_COUPON_INFO.getUrl(), stock);
        return call(RequestMethodEnum.PATCH, path, fields.toString());
      case "order":
        return get(
            String.format(
                    BasePayApiEnum.ORDER_QUERY_BY_OUT_TRADE_NO.getUrl(),
                    text(fields, "out_trade_no"))
                + "?mchid="
                + text(fields, "mchid"));
      case "close":
        String order = fields.remove("out_trade_no").getAsString();
        return post(
            String.format(BasePayApiEnum.CLOSE_ORDER_BY_OUT_TRADE_NO.getUrl(), order), fields);
      case "refund":
        return post(BasePayApiEnum.REFUND.getUrl(), fields);
      case "certificates":
        return Steps.certificates(certificates());
      case "callback":
      case "paid":
        return callback(fields);
      default:
        throw new IllegalArgumentException("no step " + step);
    }
  }

  private static String text(JsonObject fields, String name) {
    return fields.get(name).getAsString();
  }

  private JsonObject get(String path) throws Exception {
    return call(RequestMethodEnum.GET, path, "");
  }

  private JsonObject post(String path, JsonObject fields) throws Exception {
    return call(RequestMethodEnum.POST, path, fields.toString());
  }

  private JsonObject call(RequestMethodEnum method, String path, String body) throws Exception {
    IJPayHttpResponse response =
        WxPayApi.v3(
            method,
            host,
            path,
            System.getenv("WECHATPAY_MCHID"),
            System.getenv("WECHATPAY_MERCHANT_SERIAL_NO"),
            platformSerial,
            privateKey,
            body);
    int status = response.getStatus();
    if (status < 200 || status >= 300) {
      JsonObject error = JsonParser.parseString(response.getBody()).getAsJsonObject();
      throw new Steps.Refusal(status, text(error, "code"), text(error, "message"));
    }
    boolean genuine =
        WxPayKit.verifySignature(
            response.getHeader("Wechatpay-Signature"),
            response.getBody(),
            response.getHeader("Wechatpay-Nonce"),
            response.getHeader("Wechatpay-Timestamp"),
            platformKey);
    if (!genuine) throw new Exception("the signature of the answer does not verify");
    if (status == 204) return Steps.nothing();
    return JsonParser.parseString(response.getBody()).getAsJsonObject();
  }

  private List<X509Certificate> certificates() throws Exception {
    String path = CertAlgorithmTypeEnum.getCertSuffixUrl(CertAlgorithmTypeEnum.RSA);
    List<X509Certificate> listed = new ArrayList<>();
    for (JsonElement one : get(path).getAsJsonArray("data")) {
      JsonObject sealed = one.getAsJsonObject().getAsJsonObject("encrypt_certificate");
      listed.add(certificate(decrypted(sealed)));
    }
    return listed;
  }

  private static String decrypted(JsonObject sealed) throws Exception {
    return new AesUtil(API_V3_KEY.getBytes(StandardCharsets.UTF_8))
        .decryptToString(
            text(sealed, "associated_data").getBytes(StandardCharsets.UTF_8),
            text(sealed, "nonce").getBytes(StandardCharsets.UTF_8),
            text(sealed, "ciphertext"));
  }

  private JsonElement callback(JsonObject received) throws Exception {
    JsonObject headers = received.getAsJsonObject("headers");
    String serial = text(headers, "Wechatpay-Serial");
    String signature = text(headers, "Wechatpay-Signature");
    String nonce = text(headers, "Wechatpay-Nonce");
    String timestamp = text(headers, "Wechatpay-Timestamp");
    String body = text(received, "body");
    if (PUBLIC_KEY_ID == null) {
      byte[] pem = System.getenv("WECHATPAY_PLATFORM_CERTIFICATE").getBytes(StandardCharsets.UTF_8);
      InputStream stream = new ByteArrayInputStream(pem);
      return JsonParser.parseString(
          WxPayKit.verifyNotify(serial, body, signature, nonce, timestamp, API_V3_KEY, stream));
    }
    // verifyNotify takes certificates only.
    if (!WxPayKit.verifySignature(signature, body, nonce, timestamp, platformKey)) {
      throw new Exception("the signature of the callback does not verify");
    }
    JsonObject callback = JsonParser.parseString(body).getAsJsonObject();
    return JsonParser.parseString(decrypted(callback.getAsJsonObject("resource")));
  }

  public static void main(String[] args) throws Exception {
    Steps.play(Shop::new);
  }
}
