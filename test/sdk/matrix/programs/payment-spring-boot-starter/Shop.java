import cn.felord.payment.PayException;
import cn.felord.payment.wechat.WechatPayProperties;
import cn.felord.payment.wechat.v3.SignatureProvider;
import cn.felord.payment.wechat.v3.WechatApiProvider;
import cn.felord.payment.wechat.v3.WechatDirectPayApi;
import cn.felord.payment.wechat.v3.WechatMarketingBusiFavorApi;
import cn.felord.payment.wechat.v3.WechatMetaBean;
import cn.felord.payment.wechat.v3.WechatMetaContainer;
import cn.felord.payment.wechat.v3.WechatPayClient;
import cn.felord.payment.wechat.v3.WechatResponseEntity;
import cn.felord.payment.wechat.v3.model.RefundParams;
import cn.felord.payment.wechat.v3.model.ResponseSignVerifyParams;
import cn.felord.payment.wechat.v3.model.TransactionQueryParams;
import cn.felord.payment.wechat.v3.model.busifavor.BusiFavorAssociateInfo;
import cn.felord.payment.wechat.v3.model.busifavor.BusiFavorUpdateParams;
import cn.felord.payment.wechat.v3.model.busifavor.BusiFavorUseParams;
import cn.felord.payment.wechat.v3.model.busifavor.UserBusiCouponQueryParams;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.ResponseEntity;

/** A shop with payment-spring-boot, which makes its own beans of it. */
public class Shop implements Steps.Shop {
  private static final String TENANT = "mobile";

  private final SignatureProvider signatures;
  private final WechatMarketingBusiFavorApi coupons;
  private final WechatDirectPayApi payments;
  private final WechatApiProvider provider;
  private final ObjectMapper json;

  Shop() throws Exception {
    WechatMetaBean merchant = merchant();
    signatures = new SignatureProvider(new WechatMetaContainer(() -> Set.of(merchant)));
    provider = new WechatApiProvider(new WechatPayClient(signatures));
    coupons = provider.busiFavorApi(TENANT);
    payments = provider.directPayApi(TENANT);
    json = coupons.getMapper();
  }

  private static WechatMetaBean merchant() throws Exception {
    String pem = System.getenv("WECHATPAY_MERCHANT_PRIVATE_KEY");
    byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    WechatPayProperties.V3 properties = new WechatPayProperties.V3();
    properties.setAppId("wx1234567889999");
    properties.setMchId(System.getenv("WECHATPAY_MCHID"));
    properties.setAppV3Secret(System.getenv("WECHATPAY_API_V3_KEY"));
    WechatMetaBean merchant = new WechatMetaBean();
    merchant.setTenantId(TENANT);
    merchant.setV3(properties);
    merchant.setSerialNumber(System.getenv("WECHATPAY_MERCHANT_SERIAL_NO"));
    merchant.setKeyPair(
        new KeyPair(
            null, KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key))));
    return merchant;
  }

  @Override
  public JsonElement take(String step, JsonObject fields) throws Exception {
    try {
      return call(step, fields);
    } catch (PayException error) {
      ResponseEntity<?> response = error.getResponse();
      if (response == null || response.getStatusCode().is2xxSuccessful()) throw error;
      JsonObject body = written(response.getBody()).getAsJsonObject();
      throw new Steps.Refusal(
          response.getStatusCodeValue(),
          body.get("code").getAsString(),
          body.get("message").getAsString());
    }
  }

  private JsonElement call(String step, JsonObject fields) throws Exception {
    switch (step) {
      case "associate":
        return answerOf(coupons.associate(read(fields, BusiFavorAssociateInfo.class)));
      case "disassociate":
        return answerOf(coupons.disassociate(read(fields, BusiFavorAssociateInfo.class)));
      case "use":
        return answerOf(coupons.use(read(fields, BusiFavorUseParams.class)));
      case "query":
        return answerOf(coupons.queryUserCoupon(read(fields, UserBusiCouponQueryParams.class)));
      case "stock":
        return answerOf(coupons.queryStockDetail(fields.get("stock_id").getAsString()));
      case "patch":
        return answerOf(coupons.updateStock(read(fields, BusiFavorUpdateParams.class)));
      case "order":
        TransactionQueryParams query = new TransactionQueryParams();
        query.setTransactionIdOrOutTradeNo(fields.get("out_trade_no").getAsString());
        return answerOf(payments.queryTransactionByOutTradeNo(query));
      case "close":
        return answerOf(payments.close(fields.get("out_trade_no").getAsString()));
      case "refund":
        return answerOf(payments.refund(read(fields, RefundParams.class)));
      case "certificates":
        return Steps.certificates(List.of(signatures.getCertificate(TENANT).getX509Certificate()));
      case "callback":
        AtomicReference<Object> sent = new AtomicReference<>();
        provider.callback(TENANT).busiFavorReceiveCallback(signedBy(fields), sent::set);
        return written(sent.get());
      case "paid":
        AtomicReference<Object> paid = new AtomicReference<>();
        provider.callback(TENANT).transactionCallback(signedBy(fields), paid::set);
        return written(paid.get());
      default:
        throw new IllegalArgumentException("no step " + step);
    }
  }

  private <T> T read(JsonObject fields, Class<T> type) throws Exception {
    return json.readValue(fields.toString(), type);
  }

  private JsonElement written(Object value) throws Exception {
    return JsonParser.parseString(json.writeValueAsString(value));
  }

  private JsonElement answerOf(WechatResponseEntity<ObjectNode> response) throws Exception {
    return response.getBody() == null ? Steps.nothing() : written(response.getBody());
  }

  private static ResponseSignVerifyParams signedBy(JsonObject received) {
    JsonObject headers = received.getAsJsonObject("headers");
    ResponseSignVerifyParams params = new ResponseSignVerifyParams();
    params.setWechatpaySerial(headers.get("Wechatpay-Serial").getAsString());
    params.setWechatpaySignature(headers.get("Wechatpay-Signature").getAsString());
    params.setWechatpayTimestamp(headers.get("Wechatpay-Timestamp").getAsString());
    params.setWechatpayNonce(headers.get("Wechatpay-Nonce").getAsString());
    params.setBody(received.get("body").getAsString());
    return params;
  }

  public static void main(String[] args) throws Exception {
    Steps.play(Shop::new);
  }
}
