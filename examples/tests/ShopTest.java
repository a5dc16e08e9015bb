// Maven: com.github.wechatpay-apiv3:wechatpay-java:0.2.17, org.junit.jupiter:junit-jupiter
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.exception.ServiceException;
import com.wechat.pay.java.core.exception.ValidationException;
import com.wechat.pay.java.core.notification.NotificationConfig;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RSAPublicKeyNotificationConfig;
import com.wechat.pay.java.core.notification.RequestParam;
import com.wechat.pay.java.service.merchantexclusivecoupon.MerchantExclusiveCouponService;
import com.wechat.pay.java.service.merchantexclusivecoupon.model.UseCouponRequest;
import com.wechat.pay.java.service.payments.model.Transaction;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;
import com.wechat.pay.java.service.payments.nativepay.model.Amount;
import com.wechat.pay.java.service.payments.nativepay.model.PrepayRequest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShopTest {
  private final RSAPublicKeyConfig config = new RSAPublicKeyConfig.Builder()
      .merchantId(System.getenv("WECHATPAY_MCHID"))
      .merchantSerialNumber(System.getenv("WECHATPAY_MERCHANT_SERIAL_NO"))
      .privateKey(System.getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))
      .publicKeyId(System.getenv("WECHATPAY_PUBLIC_KEY_ID"))
      .publicKey(System.getenv("WECHATPAY_PUBLIC_KEY"))
      .apiV3Key(System.getenv("WECHATPAY_API_V3_KEY"))
      .build();

  /** Orders that callbacks reported. */
  private final List<Transaction> told = new CopyOnWriteArrayList<>();
  private HttpServer receiver;

  /** Starts the shop's receiver of callbacks, before a mock as it was at its start. */
  @BeforeEach
  void start() throws Exception {
    control("/reset", "{}");
    NotificationConfig keys = new RSAPublicKeyNotificationConfig.Builder()
        .publicKeyId(System.getenv("WECHATPAY_PUBLIC_KEY_ID"))
        .publicKey(System.getenv("WECHATPAY_PUBLIC_KEY"))
        .apiV3Key(System.getenv("WECHATPAY_API_V3_KEY"))
        .build();
    receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    receiver.createContext("/notify", exchange -> {
      var headers = exchange.getRequestHeaders();
      var callback = new RequestParam.Builder()
          .serialNumber(headers.getFirst("Wechatpay-Serial"))
          .nonce(headers.getFirst("Wechatpay-Nonce"))
          .timestamp(headers.getFirst("Wechatpay-Timestamp"))
          .signature(headers.getFirst("Wechatpay-Signature"))
          .body(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
          .build();
      int status = 204;
      try {
        told.add(new NotificationParser(keys).parse(callback, Transaction.class));
      } catch (ValidationException wrong) {
        status = 401;
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    });
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  @Test
  void theShopIsToldThatItsOrderIsPaid() throws Exception {
    var order = new PrepayRequest();
    order.setAppid("wx1234567889999");
    order.setMchid(System.getenv("WECHATPAY_MCHID"));
    order.setDescription("Tea");
    order.setOutTradeNo("ORDER_1");
    order.setNotifyUrl("http://127.0.0.1:" + receiver.getAddress().getPort() + "/notify");
    var amount = new Amount();
    amount.setTotal(100);
    order.setAmount(amount);
    new NativePayService.Builder().config(config).build().prepay(order);

    control("/orders/ORDER_1/pay", "{}");
    control("/notifications/deliver", "{}");

    assertEquals(1, told.size());
    assertEquals("ORDER_1", told.get(0).getOutTradeNo());
    assertEquals(Transaction.TradeStateEnum.SUCCESS, told.get(0).getTradeState());
  }

  @Test
  void aCouponThatWasUsedCannotBeUsedAgain() throws Exception {
    control("/coupons", "{\"stock_id\":\"100088\",\"coupon_code\":\"USED\",\"state\":\"USED\"}");
    var use = new UseCouponRequest();
    use.setAppid("wx1234567889999");
    use.setStockId("100088");
    use.setCouponCode("USED");
    use.setUseTime("2026-11-25T12:00:00+08:00");
    use.setUseRequestNo("USE_1");
    var coupons = new MerchantExclusiveCouponService.Builder().config(config).build();

    var refusal = assertThrows(ServiceException.class, () -> coupons.useCoupon(use));
    assertEquals("RESOURCE_ALREADY_EXISTS", refusal.getErrorCode());
  }

  /** Asks the control API of the mock to do something. */
  private static void control(String path, String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(System.getenv("WECHATPAY_MOCK_URL") + "/_mock" + path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
    var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertEquals(2, answer.statusCode() / 100, answer.body());
  }
}
