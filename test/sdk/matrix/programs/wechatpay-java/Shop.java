import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.core.RSAAutoCertificateConfig;
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.exception.ServiceException;
import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;
import com.wechat.pay.java.core.http.HttpClient;
import com.wechat.pay.java.core.notification.NotificationConfig;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RequestParam;
import com.wechat.pay.java.core.util.GsonUtil;
import com.wechat.pay.java.service.certificate.CertificateService;
import com.wechat.pay.java.service.merchantexclusivecoupon.MerchantExclusiveCouponService;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.AssociateTradeInfoRequest;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.DisassociateTradeInfoRequest;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.QueryCouponRequest;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.UseCouponRequest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * A shop with wechatpay-java: a step as a line of JSON on standard input, what came of it as a line
 * on standard output.
 */
public class Shop {
  private static final Gson GSON = GsonUtil.getGson();
  private static final String API_V3_KEY = System.getenv("WECHATPAY_API_V3_KEY");

  private final MerchantExclusiveCouponService coupons;
  private final CertificateService certificates;
  private final NotificationParser notifications;

  Shop() {
    DefaultHttpClientBuilder builder = new DefaultHttpClientBuilder();
    String baseUrl = System.getenv("WECHATPAY_BASE_URL");
    if (baseUrl != null) builder.okHttpClient(clientOf(HttpUrl.get(baseUrl)));
    Config config = configWith(builder);
    HttpClient client = builder.config(config).build();
    coupons = new MerchantExclusiveCouponService.Builder().httpClient(client).build();
    certificates = new CertificateService.Builder().httpClient(client).build();
    notifications = new NotificationParser((NotificationConfig) config);
  }

  private static Config configWith(DefaultHttpClientBuilder builder) {
    String merchantId = System.getenv("WECHATPAY_MCHID");
    String serialNumber = System.getenv("WECHATPAY_MERCHANT_SERIAL_NO");
    String privateKey = System.getenv("WECHATPAY_MERCHANT_PRIVATE_KEY");
    String publicKeyId = System.getenv("WECHATPAY_PUBLIC_KEY_ID");
    if (publicKeyId == null) {
      return new RSAAutoCertificateConfig.Builder()
          .merchantId(merchantId)
          .merchantSerialNumber(serialNumber)
          .privateKey(privateKey)
          .apiV3Key(API_V3_KEY)
          .httpClientBuilder(builder)
          .build();
    }
    return new RSAPublicKeyConfig.Builder()
        .merchantId(merchantId)
        .merchantSerialNumber(serialNumber)
        .privateKey(privateKey)
        .apiV3Key(API_V3_KEY)
        .publicKeyId(publicKeyId)
        .publicKey(System.getenv("WECHATPAY_PUBLIC_KEY"))
        .build();
  }

  /** Sends requests to another server than the one in their URL. */
  private static OkHttpClient clientOf(HttpUrl base) {
    return new OkHttpClient.Builder()
        .addInterceptor(
            chain -> {
              HttpUrl url =
                  chain.request().url().newBuilder()
                      .scheme(base.scheme())
                      .host(base.host())
                      .port(base.port())
                      .build();
              return chain.proceed(chain.request().newBuilder().url(url).build());
            })
        .build();
  }

  private Object take(String step, JsonElement fields) {
    switch (step) {
      case "associate":
        return coupons.associateTradeInfo(GSON.fromJson(fields, AssociateTradeInfoRequest.class));
      case "disassociate":
        return coupons.disassociateTradeInfo(
            GSON.fromJson(fields, DisassociateTradeInfoRequest.class));
      case "use":
        return coupons.useCoupon(GSON.fromJson(fields, UseCouponRequest.class));
      case "query":
        return coupons.queryCoupon(GSON.fromJson(fields, QueryCouponRequest.class));
      case "certificates":
        return certificates();
      case "callback":
        return callback(fields.getAsJsonObject());
      default:
        throw new IllegalArgumentException("no step " + step);
    }
  }

  private Object certificates() {
    List<Map<String, String>> listed = new ArrayList<>();
    for (X509Certificate one :
        certificates.downloadCertificate(API_V3_KEY.getBytes(StandardCharsets.UTF_8))) {
      listed.add(
          Map.of(
              "serial_no", one.getSerialNumber().toString(16).toUpperCase(),
              "public_key", Base64.getEncoder().encodeToString(one.getPublicKey().getEncoded())));
    }
    return Map.of("certificates", listed);
  }

  private Object callback(JsonObject received) {
    JsonObject headers = received.getAsJsonObject("headers");
    RequestParam param =
        new RequestParam.Builder()
            .serialNumber(headers.get("Wechatpay-Serial").getAsString())
            .nonce(headers.get("Wechatpay-Nonce").getAsString())
            .signature(headers.get("Wechatpay-Signature").getAsString())
            .timestamp(headers.get("Wechatpay-Timestamp").getAsString())
            .signType(headers.get("Wechatpay-Signature-Type").getAsString())
            .body(received.get("body").getAsString())
            .build();
    return notifications.parse(param, JsonObject.class);
  }

  public static void main(String[] args) throws Exception {
    Shop shop = new Shop();
    PrintStream output = new PrintStream(System.out, true, "UTF-8");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      JsonObject asked = JsonParser.parseString(line).getAsJsonObject();
      String step = asked.get("step").getAsString();
      JsonObject outcome = new JsonObject();
      outcome.addProperty("step", step);
      try {
        outcome.add("answer", GSON.toJsonTree(shop.take(step, asked.get("fields"))));
      } catch (ServiceException refusal) {
        JsonObject refused = new JsonObject();
        refused.addProperty("status", refusal.getHttpStatusCode());
        refused.addProperty("code", refusal.getErrorCode());
        refused.addProperty("message", refusal.getErrorMessage());
        outcome.add("refused", refused);
      } catch (RuntimeException error) {
        outcome.addProperty("failed", error.toString());
      }
      output.println(GSON.toJson(outcome));
    }
    // The SDK's own threads would keep it alive.
    System.exit(0);
  }
}
