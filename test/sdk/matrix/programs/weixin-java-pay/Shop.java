import com.github.binarywang.wxpay.bean.marketing.BusiFavorCouponsAssociateRequest;
import com.github.binarywang.wxpay.bean.marketing.BusiFavorCouponsUseRequest;
import com.github.binarywang.wxpay.bean.marketing.BusiFavorQueryOneUserCouponsRequest;
import com.github.binarywang.wxpay.bean.marketing.BusiFavorStocksCreateRequest;
import com.github.binarywang.wxpay.bean.notify.OriginNotifyResponse;
import com.github.binarywang.wxpay.bean.notify.SignatureHeader;
import com.github.binarywang.wxpay.bean.notify.WxPayBaseNotifyV3Result;
import com.github.binarywang.wxpay.bean.request.WxPayRefundV3Request;
import com.github.binarywang.wxpay.config.WxPayConfig;
import com.github.binarywang.wxpay.exception.WxPayException;
import com.github.binarywang.wxpay.service.MarketingBusiFavorService;
import com.github.binarywang.wxpay.service.WxPayService;
import com.github.binarywang.wxpay.service.impl.WxPayServiceImpl;
import com.github.binarywang.wxpay.v3.WxPayV3HttpClientBuilder;
import com.github.binarywang.wxpay.v3.auth.CertificatesVerifier;
import com.github.binarywang.wxpay.v3.auth.PublicCertificateVerifier;
import com.github.binarywang.wxpay.v3.auth.Verifier;
import com.github.binarywang.wxpay.v3.auth.WxPayValidator;
import com.github.binarywang.wxpay.v3.util.AesUtils;
import com.github.binarywang.wxpay.v3.util.PemUtils;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.apache.http.HttpHost;
import org.apache.http.conn.routing.HttpRoute;

/** A shop with WxJava. */
public class Shop implements Steps.Shop {
  static final Gson GSON = new Gson();
  private static final String API_V3_KEY = System.getenv("WECHATPAY_API_V3_KEY");

  final WxPayService pay = new WxPayServiceImpl();
  private final MarketingBusiFavorService coupons = pay.getMarketingBusiFavorService();

  Shop() throws Exception {
    WxPayConfig config = new WxPayConfig();
    config.setAppId("wx1234567889999");
    config.setMchId(System.getenv("WECHATPAY_MCHID"));
    config.setServiceId("500001");
    config.setPayScoreNotifyUrl("https://shop.example/payscore");
    config.setCertSerialNo(System.getenv("WECHATPAY_MERCHANT_SERIAL_NO"));
    config.setPrivateKeyContent(bytes("WECHATPAY_MERCHANT_PRIVATE_KEY"));
    config.setApiV3Key(API_V3_KEY);
    config.setPublicKeyId(System.getenv("WECHATPAY_PUBLIC_KEY_ID"));
    config.setPublicKeyContent(bytes("WECHATPAY_PUBLIC_KEY"));
    // The JVM's own settings, which the SDK does not look at.
    config.setHttpProxyHost(System.getProperty("https.proxyHost"));
    config.setHttpProxyPort(Integer.getInteger("https.proxyPort"));
    String baseUrl = System.getenv("WECHATPAY_BASE_URL");
    if (baseUrl != null) connectTo(baseUrl, config);
    pay.setConfig(config);
  }

  /** With a payBaseUrl the SDK would sign nothing: it does so for WeChat Pay's own hosts only. */
  private static void connectTo(String baseUrl, WxPayConfig config) throws Exception {
    Verifier verifier = verifier(config.getPublicKeyId());
    HttpRoute route = new HttpRoute(HttpHost.create(baseUrl));
    config.setVerifier(verifier);
    config.setApiV3HttpClient(
        WxPayV3HttpClientBuilder.create()
            .withMerchant(
                config.getMchId(),
                config.getCertSerialNo(),
                PemUtils.loadPrivateKey(stream("WECHATPAY_MERCHANT_PRIVATE_KEY")))
            .withValidator(new WxPayValidator(verifier))
            .setRoutePlanner((target, request, context) -> route)
            .build());
  }

  private static Verifier verifier(String publicKeyId) {
    if (publicKeyId == null) {
      return new CertificatesVerifier(
          List.of(PemUtils.loadCertificate(stream("WECHATPAY_PLATFORM_CERTIFICATE"))));
    }
    return new PublicCertificateVerifier(
        PemUtils.loadPublicKey(stream("WECHATPAY_PUBLIC_KEY")), publicKeyId);
  }

  private static byte[] bytes(String name) {
    String value = System.getenv(name);
    return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
  }

  static ByteArrayInputStream stream(String name) {
    return new ByteArrayInputStream(bytes(name));
  }

  @Override
  public JsonElement take(String step, JsonObject fields) throws Exception {
    try {
      Object answer = call(step, fields);
      return answer == null ? Steps.nothing() : GSON.toJsonTree(answer);
    } catch (WxPayException error) {
      if (error.getErrCode() == null) throw error;
      throw new Steps.Refusal(null, error.getErrCode(), error.getErrCodeDes());
    }
  }

  Object call(String step, JsonObject fields) throws Exception {
    switch (step) {
      case "associate":
        return coupons.queryBusiFavorCouponsAssociate(
            GSON.fromJson(fields, BusiFavorCouponsAssociateRequest.class));
      case "disassociate":
        return coupons.queryBusiFavorCouponsDisAssociate(
            GSON.fromJson(fields, BusiFavorCouponsAssociateRequest.class));
      case "use":
        return coupons.verifyBusiFavorCouponsUseV3(
            GSON.fromJson(fields, BusiFavorCouponsUseRequest.class));
      case "query":
        return coupons.queryOneBusiFavorUsersCoupons(
            GSON.fromJson(fields, BusiFavorQueryOneUserCouponsRequest.class));
      case "stock":
        return coupons.getBusiFavorStocksV3(fields.get("stock_id").getAsString());
      case "patch":
        coupons.updateBusiFavorStocksV3(
            fields.get("stock_id").getAsString(),
            GSON.fromJson(fields, BusiFavorStocksCreateRequest.class));
        return null;
      case "order":
        return pay.queryOrderV3(null, fields.get("out_trade_no").getAsString());
      case "close":
        pay.closeOrderV3(fields.get("out_trade_no").getAsString());
        return null;
      case "refund":
        return pay.refundV3(GSON.fromJson(fields, WxPayRefundV3Request.class));
      case "certificates":
        return Steps.certificates(certificates());
      case "callback":
        return pay.baseParseOrderNotifyV3Result(
                fields.get("body").getAsString(), signatureOf(fields), Sent.class, JsonObject.class)
            .getResult();
      case "paid":
        return pay.parseOrderNotifyV3Result(fields.get("body").getAsString(), signatureOf(fields))
            .getResult();
      case "call":
        return invoke(fields.get("method").getAsString(), fields.getAsJsonArray("arguments"));
      case "opened":
        return opened(fields);
      default:
        throw new IllegalArgumentException("no step " + step);
    }
  }

  /** Calls a method of one of the services, such as payScoreService.createServiceOrder. */
  private Object invoke(String name, JsonArray given) throws Exception {
    String[] names = name.split("\\.");
    String getter = "get" + names[0].substring(0, 1).toUpperCase() + names[0].substring(1);
    Object service = WxPayService.class.getMethod(getter).invoke(pay);
    for (Method method : service.getClass().getMethods()) {
      if (!method.getName().equals(names[1]) || method.getParameterCount() != given.size()) continue;
      Object[] arguments = new Object[given.size()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = GSON.fromJson(given.get(i), method.getGenericParameterTypes()[i]);
      }
      try {
        return method.invoke(service, arguments);
      } catch (InvocationTargetException thrown) {
        throw (Exception) thrown.getCause();
      }
    }
    throw new IllegalArgumentException("no method " + name);
  }

  /** Some services verify and decrypt with one method, some with two; the others have none. */
  private Object opened(JsonObject fields) throws Exception {
    if (!fields.has("opens")) return call("callback", fields);
    SignatureHeader signature = signatureOf(fields);
    JsonObject header = GSON.toJsonTree(signature).getAsJsonObject();
    // Of which there are two classes.
    header.addProperty("signed", signature.getSignature());
    header.addProperty("serialNo", signature.getSerial());
    JsonArray arguments = new JsonArray();
    arguments.add(fields.get("body"));
    arguments.add(header);
    Object answer = null;
    for (JsonElement method : fields.getAsJsonArray("opens")) {
      answer = invoke(method.getAsString(), arguments);
      arguments = new JsonArray();
      arguments.add(GSON.toJsonTree(answer));
    }
    JsonObject described = GSON.toJsonTree(answer).getAsJsonObject();
    return described.has("result") ? described.get("result") : described;
  }

  /** The SDK keeps those that it downloads to itself. */
  private List<X509Certificate> certificates() throws Exception {
    String answer = pay.getV3(pay.getPayBaseUrl() + "/v3/certificates");
    List<X509Certificate> listed = new ArrayList<>();
    for (JsonElement one :
        JsonParser.parseString(answer).getAsJsonObject().getAsJsonArray("data")) {
      JsonObject sealed = one.getAsJsonObject().getAsJsonObject("encrypt_certificate");
      String pem =
          AesUtils.decryptToString(
              sealed.get("associated_data").getAsString(),
              sealed.get("nonce").getAsString(),
              sealed.get("ciphertext").getAsString(),
              API_V3_KEY);
      byte[] content = pem.getBytes(StandardCharsets.UTF_8);
      listed.add(PemUtils.loadCertificate(new ByteArrayInputStream(content)));
    }
    return listed;
  }

  static SignatureHeader signatureOf(JsonObject received) {
    JsonObject headers = received.getAsJsonObject("headers");
    SignatureHeader signature = new SignatureHeader();
    signature.setSerial(headers.get("Wechatpay-Serial").getAsString());
    signature.setNonce(headers.get("Wechatpay-Nonce").getAsString());
    signature.setTimeStamp(headers.get("Wechatpay-Timestamp").getAsString());
    signature.setSignature(headers.get("Wechatpay-Signature").getAsString());
    return signature;
  }

  /** A callback for which the SDK has no model. */
  public static class Sent implements WxPayBaseNotifyV3Result<JsonObject> {
    private JsonObject result;

    @Override
    public void setRawData(OriginNotifyResponse raw) {}

    @Override
    public void setResult(JsonObject result) {
      this.result = result;
    }

    JsonObject getResult() {
      return result;
    }
  }

  public static void main(String[] args) throws Exception {
    Steps.play(Shop::new);
  }
}
