// Maven: com.github.wechatpay-apiv3:wechatpay-java:0.2.17
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RSAPublicKeyNotificationConfig;
import com.wechat.pay.java.core.notification.RequestParam;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

public class Receiver {
  private static final NotificationParser parser = new NotificationParser(
      new RSAPublicKeyNotificationConfig.Builder()
          .publicKeyId(System.getenv("WECHATPAY_PUBLIC_KEY_ID"))
          .publicKey(System.getenv("WECHATPAY_PUBLIC_KEY"))
          .apiV3Key(System.getenv("WECHATPAY_API_V3_KEY"))
          .build());

  public static void main(String[] args) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 3000), 0);
    server.createContext("/notify", exchange -> {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(statusFor(exchange.getRequestHeaders(), body), -1);
      exchange.close();
    });
    server.start();
  }

  private static int statusFor(Headers headers, String body) {
    try {
      // The SDK leaves the age of a callback to the receiver.
      Instant signedAt = Instant.ofEpochSecond(Long.parseLong(headers.getFirst("Wechatpay-Timestamp")));
      if (Duration.between(signedAt, Instant.now()).abs().toMinutes() >= 5) return 401;
      RequestParam callback = new RequestParam.Builder()
          .serialNumber(headers.getFirst("Wechatpay-Serial"))
          .timestamp(headers.getFirst("Wechatpay-Timestamp"))
          .nonce(headers.getFirst("Wechatpay-Nonce"))
          .signType(headers.getFirst("Wechatpay-Signature-Type"))
          .signature(headers.getFirst("Wechatpay-Signature"))
          .body(body)
          .build();
      Map<?, ?> order = parser.parse(callback, Map.class);
      // The same callback may come again: do once what follows from it.
      System.out.println(order.get("out_trade_no") + ": " + order.get("trade_state"));
      return 204;
    } catch (RuntimeException refused) {
      return 401;
    }
  }
}
