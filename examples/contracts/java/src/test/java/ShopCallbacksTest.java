import static org.junit.jupiter.api.Assertions.assertEquals;

import au.com.dius.pact.consumer.MessagePactBuilder;
import au.com.dius.pact.consumer.dsl.PactDslJsonBody;
import au.com.dius.pact.consumer.junit5.PactConsumerTestExt;
import au.com.dius.pact.consumer.junit5.PactTestFor;
import au.com.dius.pact.consumer.junit5.ProviderType;
import au.com.dius.pact.core.model.V4Interaction.AsynchronousMessage;
import au.com.dius.pact.core.model.V4Pact;
import au.com.dius.pact.core.model.annotations.Pact;
import au.com.dius.pact.core.model.annotations.PactDirectory;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RSAPublicKeyNotificationConfig;
import com.wechat.pay.java.core.notification.RequestParam;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PactConsumerTestExt.class)
@PactTestFor(providerName = "wechatpay", providerType = ProviderType.ASYNCH)
@PactDirectory("pacts")
class ShopCallbacksTest {
  @Pact(consumer = "java-shop")
  V4Pact hearsOfACoupon(MessagePactBuilder wechatpay) {
    return wechatpay
        .given("a user holds a usable coupon", Map.of("coupon_code", "sxxe34343434"))
        .expectsToReceive("the plaintext of COUPON.SEND")
        .withContent(new PactDslJsonBody()
            .stringValue("coupon_code", "sxxe34343434")
            .stringMatcher("send_time", "^.+\\+08:00$", "2026-01-05T10:20:30+08:00"))
        .toPact(V4Pact.class);
  }

  @Test
  void hearsOfACoupon(AsynchronousMessage message) throws Exception {
    var config = new RSAPublicKeyNotificationConfig.Builder()
        .publicKeyId(System.getenv("WECHATPAY_PUBLIC_KEY_ID"))
        .publicKey(System.getenv("WECHATPAY_PUBLIC_KEY"))
        .apiV3Key(System.getenv("WECHATPAY_API_V3_KEY"))
        .build();
    var callback = callback("COUPON.SEND", message.contentsAsBytes());

    var told = new NotificationParser(config).parse(callback, Map.class);

    assertEquals(Map.of("coupon_code", "sxxe34343434", "send_time", "2026-01-05T10:20:30+08:00"), told);
  }

  /** The request that the contents of a message arrive with at the shop. */
  private static RequestParam callback(String event, byte[] contents) throws Exception {
    var front = URI.create(System.getenv("WECHATPAY_BASE_URL") + "/_pact/callbacks/" + event);
    var asking = HttpRequest.newBuilder(front)
        .header("Wechatpay-Serial", System.getenv("WECHATPAY_PUBLIC_KEY_ID"))
        .POST(BodyPublishers.ofByteArray(contents))
        .build();
    var sent = HttpClient.newHttpClient().send(asking, BodyHandlers.ofString());
    return new RequestParam.Builder()
        .serialNumber(header(sent, "Wechatpay-Serial"))
        .nonce(header(sent, "Wechatpay-Nonce"))
        .timestamp(header(sent, "Wechatpay-Timestamp"))
        .signature(header(sent, "Wechatpay-Signature"))
        .signType(header(sent, "Wechatpay-Signature-Type"))
        .body(sent.body())
        .build();
  }

  private static String header(HttpResponse<?> sent, String name) {
    return sent.headers().firstValue(name).orElseThrow();
  }
}
