import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.apache.http.HttpHost;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.conn.routing.HttpRoute;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.util.EntityUtils;

/**
 * A shop with wechatpay-apache-httpclient: a step as a line of JSON on standard input, what came of
 * it as a line on standard output.
 */
public class Shop {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HOST = "https://api.mch.weixin.qq.com";
  private static final String COUPONS = HOST + "/v3/marketing/busifavor/coupons/";
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

  private JsonNode take(String step, JsonNode fields) throws Exception {
    switch (step) {
      case "associate":
      case "disassociate":
      case "use":
        HttpPost post = new HttpPost(COUPONS + step);
        post.setEntity(new StringEntity(JSON.writeValueAsString(fields), ContentType.APPLICATION_JSON));
        return call(post);
      case "query":
        return call(
            new HttpGet(
                String.format(
                    HOST + "/v3/marketing/busifavor/users/%s/coupons/%s/appids/%s",
                    fields.get("openid").asText(),
                    fields.get("coupon_code").asText(),
                    fields.get("appid").asText())));
      case "certificates":
        return certificates();
      case "callback":
        return callback(fields);
      default:
        throw new IllegalArgumentException("no step " + step);
    }
  }

  private JsonNode call(HttpRequestBase request) throws Exception {
    request.addHeader("Accept", "application/json");
    try (CloseableHttpResponse response = client.execute(request)) {
      int status = response.getStatusLine().getStatusCode();
      JsonNode body = JSON.readTree(EntityUtils.toString(response.getEntity(), StandardCharsets.UTF_8));
      if (status >= 200 && status < 300) return body;
      throw new Refusal(((ObjectNode) body).put("status", status));
    }
  }

  private JsonNode certificates() throws Exception {
    String body = JSON.writeValueAsString(call(new HttpGet(HOST + "/v3/certificates")));
    ObjectNode answer = JSON.createObjectNode();
    for (X509Certificate one : CertSerializeUtil.deserializeToCerts(API_V3_KEY, body).values()) {
      answer
          .withArray("certificates")
          .addObject()
          .put("serial_no", one.getSerialNumber().toString(16).toUpperCase())
          .put("public_key", Base64.getEncoder().encodeToString(one.getPublicKey().getEncoded()));
    }
    return answer;
  }

  private JsonNode callback(JsonNode received) throws Exception {
    JsonNode headers = received.get("headers");
    NotificationRequest request =
        new NotificationRequest.Builder()
            .withSerialNumber(headers.get("Wechatpay-Serial").asText())
            .withNonce(headers.get("Wechatpay-Nonce").asText())
            .withTimestamp(headers.get("Wechatpay-Timestamp").asText())
            .withSignature(headers.get("Wechatpay-Signature").asText())
            .withBody(received.get("body").asText())
            .build();
    return JSON.readTree(notifications.parse(request).getDecryptData());
  }

  /** An error answer of WeChat Pay. */
  private static final class Refusal extends Exception {
    final transient JsonNode body;

    Refusal(JsonNode body) {
      this.body = body;
    }
  }

  public static void main(String[] args) throws Exception {
    Shop shop = new Shop();
    PrintStream output = new PrintStream(System.out, true, "UTF-8");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      JsonNode asked = JSON.readTree(line);
      String step = asked.get("step").asText();
      ObjectNode outcome = JSON.createObjectNode().put("step", step);
      try {
        outcome.set("answer", shop.take(step, asked.get("fields")));
      } catch (Refusal refusal) {
        outcome.set("refused", refusal.body);
      } catch (Exception error) {
        Throwable cause = error.getCause();
        outcome.put("failed", cause == null ? error.toString() : error + ": " + cause);
      }
      output.println(JSON.writeValueAsString(outcome));
    }
    // The SDK's own threads would keep it alive.
    System.exit(0);
  }
}
