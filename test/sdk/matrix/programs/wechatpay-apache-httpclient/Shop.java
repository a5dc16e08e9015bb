import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.wechat.pay.contrib.apache.httpclient.WechatPayHttpClientBuilder;
import com.wechat.pay.contrib.apache.httpclient.auth.CertificatesVerifier;
import com.wechat.pay.contrib.apache.httpclient.auth.PrivateKeySigner;
import com.wechat.pay.contrib.apache.httpclient.auth.PublicKeyVerifier;
import com.wechat.pay.contrib.apache.httpclient.auth.Verifier;
import com.wechat.pay.contrib.apache.httpclient.auth.WechatPay2Credentials;
import com.wechat.pay.contrib.apache.httpclient.auth.WechatPay2Validator;
import com.wechat.pay.contrib.apache.httpclient.cert.CertificatesManager;
import com.wechat.pay.contrib.apache.httpclient.notification.NotificationHandler;
import com.wechat.pay.contrib.apache.httpclient.notification.NotificationRequest;
import com.wechat.pay.contrib.apache.httpclient.util.CertSerializeUtil;
import com.wechat.pay.contrib.apache.httpclient.util.PemUtil;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.http.HttpHost;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpEntityEnclosingRequestBase;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPatch;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.conn.routing.HttpRoute;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.util.EntityUtils;

/** A shop with wechatpay-apache-httpclient. */
public class Shop implements Steps.Shop {
  private static final String HOST = "https://api.mch.weixin.qq.com";
  private static final String COUPONS = HOST + "/v3/marketing/busifavor/coupons/";
  private static final String STOCKS = HOST + "/v3/marketing/busifavor/stocks/";
  private static final String ORDERS = HOST + "/v3/pay/transactions/out-trade-no/";
  private static final byte[] API_V3_KEY =
      System.getenv("WECHATPAY_API_V3_KEY").getBytes(StandardCharsets.UTF_8);
  private static final String BASE_URL = System.getenv("WECHATPAY_BASE_URL");

  private final CloseableHttpClient client;
  private final NotificationHandler notifications;

  Shop() throws Exception {
    WechatPay2Credentials credentials =
        new WechatPay2Credentials(
            System.getenv("WECHATPAY_MCHID"),
            new PrivateKeySigner(
                System.getenv("WECHATPAY_MERCHANT_SERIAL_NO"),
                PemUtil.loadPrivateKey(System.getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))));
    Verifier verifier = verifierWith(credentials);
    WechatPayHttpClientBuilder builder =
        WechatPayHttpClientBuilder.create()
            .withCredentials(credentials)
            .withValidator(new WechatPay2Validator(verifier))
            .withProxy(proxy());
    if (BASE_URL != null) {
      HttpRoute route = new HttpRoute(HttpHost.create(BASE_URL));
      builder.setRoutePlanner((target, request, context) -> route);
    }
    client = builder.build();
    notifications = new NotificationHandler(verifier, API_V3_KEY);
  }

  private static Verifier verifierWith(WechatPay2Credentials credentials) throws Exception {
    String publicKeyId = System.getenv("WECHATPAY_PUBLIC_KEY_ID");
    if (publicKeyId != null) {
      return new PublicKeyVerifier(
          publicKeyId, PemUtil.loadPublicKey(System.getenv("WECHATPAY_PUBLIC_KEY")));
    }
    if (BASE_URL != null) {
      // CertificatesManager downloads from the host that is fixed in it.
      byte[] pem = System.getenv("WECHATPAY_PLATFORM_CERTIFICATE").getBytes(StandardCharsets.UTF_8);
      return new CertificatesVerifier(
          List.of(PemUtil.loadCertificate(new ByteArrayInputStream(pem))));
    }
    CertificatesManager manager = CertificatesManager.getInstance();
    manager.setProxy(proxy());
    String mchid = System.getenv("WECHATPAY_MCHID");
    manager.putMerchant(mchid, credentials, API_V3_KEY);
    return manager.getVerifier(mchid);
  }

  /** The JVM's own settings, which the SDK does not look at. */
  private static HttpHost proxy() {
    String host = System.getProperty("https.proxyHost");
    return host == null ? null : new HttpHost(host, Integer.getInteger("https.proxyPort", 443));
  }

  @Override
  public JsonElement take(String step, JsonObject fields) throws Exception {
    switch (step) {
      case "associate":
      case "disassociate":
      case "use":
        return call(new HttpPost(COUPONS + step), fields);
      case "query":
        return call(
            new HttpGet(
                String.format(
                    HOST + "/v3/marketing/busifavor/users/%s/coupons/%s/appids/%s",
                    text(fields, "openid"),
                    text(fields, "coupon_code"),
                    text(fields, "appid"))));
      case "stock":
        return call(new HttpGet(STOCKS + text(fields, "stock_id")));
      case "patch":
        return call(new HttpPatch(STOCKS + fields.remove("stock_id").getAsString()), fields);
      case "order":
        return call(
            new HttpGet(ORDERS + text(fields, "out_trade_no") + "?mchid=" + text(fields, "mchid")));
      case "close":
        String order = fields.remove("out_trade_no").getAsString();
        return call(new HttpPost(ORDERS + order + "/close"), fields);
      case "refund":
        return call(new HttpPost(HOST + "/v3/refund/domestic/refunds"), fields);
      case "certificates":
        String body = call(new HttpGet(HOST + "/v3/certificates")).toString();
        return Steps.certificates(CertSerializeUtil.deserializeToCerts(API_V3_KEY, body).values());
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

  private JsonObject call(HttpEntityEnclosingRequestBase request, JsonObject fields)
      throws Exception {
    request.setEntity(new StringEntity(fields.toString(), ContentType.APPLICATION_JSON));
    return call(request);
  }

  private JsonObject call(HttpRequestBase request) throws Exception {
    request.addHeader("Accept", "application/json");
    try (CloseableHttpResponse response = client.execute(request)) {
      int status = response.getStatusLine().getStatusCode();
      if (response.getEntity() == null) return Steps.nothing();
      String text = EntityUtils.toString(response.getEntity(), StandardCharsets.UTF_8);
      JsonObject body = JsonParser.parseString(text).getAsJsonObject();
      if (status >= 200 && status < 300) return body;
      throw new Steps.Refusal(status, text(body, "code"), text(body, "message"));
    }
  }

  private JsonElement callback(JsonObject received) throws Exception {
    JsonObject headers = received.getAsJsonObject("headers");
    NotificationRequest request =
        new NotificationRequest.Builder()
            .withSerialNumber(text(headers, "Wechatpay-Serial"))
            .withNonce(text(headers, "Wechatpay-Nonce"))
            .withTimestamp(text(headers, "Wechatpay-Timestamp"))
            .withSignature(text(headers, "Wechatpay-Signature"))
            .withBody(text(received, "body"))
            .build();
    return JsonParser.parseString(notifications.parse(request).getDecryptData());
  }

  public static void main(String[] args) throws Exception {
    Steps.play(Shop::new);
  }
}
