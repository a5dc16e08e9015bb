import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.wechat.pay.java.core.Config;
import com.wechat.pay.java.core.RSAAutoCertificateConfig;
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.cipher.PrivacyDecryptor;
import com.wechat.pay.java.core.cipher.PrivacyEncryptor;
import com.wechat.pay.java.core.exception.ServiceException;
import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;
import com.wechat.pay.java.core.http.HttpClient;
import com.wechat.pay.java.core.http.HttpHeaders;
import com.wechat.pay.java.core.http.HttpMethod;
import com.wechat.pay.java.core.http.HttpRequest;
import com.wechat.pay.java.core.http.JsonRequestBody;
import com.wechat.pay.java.core.notification.NotificationConfig;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RequestParam;
import com.wechat.pay.java.core.util.GsonUtil;
import com.wechat.pay.java.service.certificate.CertificateService;
import com.wechat.pay.java.service.merchantexclusivecoupon.MerchantExclusiveCouponService;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.AssociateTradeInfoRequest;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.DisassociateTradeInfoRequest;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.ModifyStockInfoRequest;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.QueryCouponRequest;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.QueryStockRequest;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.UseCouponRequest;
import com.wechat.pay.java.service.payments.model.Transaction;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;
import com.wechat.pay.java.service.payments.nativepay.model.CloseOrderRequest;
import com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByOutTradeNoRequest;
import com.wechat.pay.java.service.refund.RefundService;
import com.wechat.pay.java.service.refund.model.CreateRequest;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** A shop with wechatpay-java. */
public class Shop implements Steps.Shop {
  private static final Gson GSON = GsonUtil.getGson();
  private static final String API_V3_KEY = System.getenv("WECHATPAY_API_V3_KEY");
  private static final String API = "https://api.mch.weixin.qq.com";
  private static final String TRANSFERS = API + "/v3/fund-app/mch-transfer";

  private final MerchantExclusiveCouponService coupons;
  private final NativePayService payments;
  private final RefundService refunds;
  private final CertificateService certificates;
  private final NotificationParser notifications;
  private final HttpClient client;
  private final PrivacyEncryptor encryptor;
  private final PrivacyDecryptor decryptor;
  private final Methods methods;

  Shop() throws Exception {
    DefaultHttpClientBuilder builder = new DefaultHttpClientBuilder();
    String baseUrl = System.getenv("WECHATPAY_BASE_URL");
    if (baseUrl != null) builder.okHttpClient(clientOf(HttpUrl.get(baseUrl)));
    Config config = configWith(builder);
    client = builder.config(config).build();
    encryptor = config.createEncryptor();
    decryptor = config.createDecryptor();
    coupons = new MerchantExclusiveCouponService.Builder().httpClient(client).build();
    payments = new NativePayService.Builder().httpClient(client).build();
    refunds = new RefundService.Builder().httpClient(client).build();
    certificates = new CertificateService.Builder().httpClient(client).build();
    notifications = new NotificationParser((NotificationConfig) config);
    methods =
        new Methods(
            API_V3_KEY.getBytes(StandardCharsets.UTF_8), config, client, encryptor, decryptor);
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

  @Override
  public JsonElement take(String step, JsonObject fields) throws Exception {
    try {
      Object answer = call(step, fields);
      return answer == null ? Steps.nothing() : GSON.toJsonTree(answer);
    } catch (ServiceException refusal) {
      throw new Steps.Refusal(
          refusal.getHttpStatusCode(), refusal.getErrorCode(), refusal.getErrorMessage());
    }
  }

  private Object call(String step, JsonObject fields) throws Exception {
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
      case "stock":
        return coupons.queryStock(GSON.fromJson(fields, QueryStockRequest.class));
      case "patch":
        coupons.modifyStockInfo(GSON.fromJson(fields, ModifyStockInfoRequest.class));
        return null;
      case "order":
        return payments.queryOrderByOutTradeNo(
            GSON.fromJson(fields, QueryOrderByOutTradeNoRequest.class));
      case "close":
        payments.closeOrder(GSON.fromJson(fields, CloseOrderRequest.class));
        return null;
      case "refund":
        return refunds.create(GSON.fromJson(fields, CreateRequest.class));
      case "certificates":
        return Steps.certificates(
            certificates.downloadCertificate(API_V3_KEY.getBytes(StandardCharsets.UTF_8)));
      case "callback":
      case "told":
        return notifications.parse(requestOf(fields), JsonObject.class);
      case "paid":
        return notifications.parse(requestOf(fields), Transaction.class);
      case "methods":
        return methods.described();
      case "call":
        String method = fields.get("method").getAsString();
        JsonArray given = fields.getAsJsonArray("arguments");
        return method.contains(" /") ? request(method, given) : methods.call(method, given);
      default:
        return transfer(step, fields);
    }
  }

  /** The SDK has no calls of transfers: its client makes them, and it encrypts and decrypts the name. */
  private JsonObject transfer(String step, JsonObject fields) throws Exception {
    switch (step) {
      case "transfer":
        return post("/transfer-bills", named(fields));
      case "authorized":
        return post("/transfer-bills/transfer", named(fields));
      case "bill":
        JsonObject bill = get("/transfer-bills/" + numberOf(fields));
        bill.addProperty("user_name", decryptor.decrypt(bill.get("user_name").getAsString()));
        return bill;
      case "cancel":
        return post("/transfer-bills/" + numberOf(fields) + "/cancel", new JsonObject());
      case "receipt_apply":
        return post("/elecsign/out-bill-no", fields);
      case "receipt":
        JsonObject receipt = get("/elecsign/" + numberOf(fields));
        try (InputStream file = client.download(receipt.get("download_url").getAsString())) {
          receipt.addProperty("downloaded", Steps.sha256(file.readAllBytes()));
        }
        return receipt;
      case "authorize":
        return post("/user-confirm-authorization", fields);
      case "authorization":
        return get("/user-confirm-authorization/" + numberOf(fields));
      case "revoke":
        return post(
            "/user-confirm-authorization/" + numberOf(fields) + "/close", new JsonObject());
      default:
        throw new IllegalArgumentException("no step " + step);
    }
  }

  private JsonObject named(JsonObject fields) {
    String name = fields.get("user_name").getAsString();
    fields.addProperty("user_name", encryptor.encrypt(name));
    return fields;
  }

  /** A number as it stands in a path: out-bill-no/…, say. */
  private static String numberOf(JsonObject fields) {
    String name = fields.keySet().iterator().next();
    return name.replace('_', '-') + "/" + fields.get(name).getAsString();
  }

  private JsonObject get(String path) {
    return client.get(headers(), TRANSFERS + path, JsonObject.class).getServiceResponse();
  }

  private JsonObject post(String path, JsonObject fields) {
    JsonRequestBody body = new JsonRequestBody.Builder().body(fields.toString()).build();
    return client.post(headers(), TRANSFERS + path, body, JsonObject.class).getServiceResponse();
  }

  /** Makes a call that the SDK has no method for, by method and address. */
  private JsonObject request(String way, JsonArray given) {
    String[] named = way.split(" ", 2);
    HttpRequest.Builder request =
        new HttpRequest.Builder()
            .httpMethod(HttpMethod.valueOf(named[0]))
            .url(API + named[1])
            .headers(headers());
    if (!given.isEmpty()) {
      request.body(new JsonRequestBody.Builder().body(given.get(0).toString()).build());
    }
    return client.execute(request.build(), JsonObject.class).getServiceResponse();
  }

  private HttpHeaders headers() {
    HttpHeaders headers = new HttpHeaders();
    headers.addHeader("Accept", "application/json");
    headers.addHeader("Content-Type", "application/json");
    headers.addHeader("Wechatpay-Serial", encryptor.getWechatpaySerial());
    return headers;
  }

  private static RequestParam requestOf(JsonObject received) {
    JsonObject headers = received.getAsJsonObject("headers");
    return new RequestParam.Builder()
        .serialNumber(headers.get("Wechatpay-Serial").getAsString())
        .nonce(headers.get("Wechatpay-Nonce").getAsString())
        .signature(headers.get("Wechatpay-Signature").getAsString())
        .timestamp(headers.get("Wechatpay-Timestamp").getAsString())
        .signType(headers.get("Wechatpay-Signature-Type").getAsString())
        .body(received.get("body").getAsString())
        .build();
  }

  public static void main(String[] args) throws Exception {
    Steps.play(Shop::new);
  }
}
