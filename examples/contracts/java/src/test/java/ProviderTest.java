import static java.nio.charset.StandardCharsets.UTF_8;

import au.com.dius.pact.core.model.ProviderState;
import au.com.dius.pact.provider.MessageAndMetadata;
import au.com.dius.pact.provider.PactVerifyProvider;
import au.com.dius.pact.provider.junit5.HttpTestTarget;
import au.com.dius.pact.provider.junit5.MessageTestTarget;
import au.com.dius.pact.provider.junit5.PactVerificationContext;
import au.com.dius.pact.provider.junit5.PactVerificationInvocationContextProvider;
import au.com.dius.pact.provider.junitsupport.IgnoreMissingStateChange;
import au.com.dius.pact.provider.junitsupport.Provider;
import au.com.dius.pact.provider.junitsupport.loader.PactFolder;
import com.google.gson.Gson;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

@Provider("wechatpay")
@PactFolder("pacts")
@IgnoreMissingStateChange
class ProviderTest {
  private static final String FRONT = System.getenv("WECHATPAY_BASE_URL");
  private static final Gson GSON = new Gson();

  @BeforeEach
  void askTheFront(PactVerificationContext context) throws Exception {
    context.setTarget(HttpTestTarget.fromUrl(URI.create(FRONT).toURL()));
    context.addAdditionalTarget(new MessageTestTarget());
    // In place of a method for each state: the front knows them all, and answers with their values.
    context.getInteraction().getProviderStates().replaceAll(ProviderTest::setUp);
  }

  @TestTemplate
  @ExtendWith(PactVerificationInvocationContextProvider.class)
  void keepsTheContract(PactVerificationContext context) {
    context.verifyInteraction();
  }

  private static ProviderState setUp(ProviderState state) {
    var change = Map.of("action", "setup", "state", state.getName(), "params", state.getParams());
    return new ProviderState(state.getName(), jsonOf(post("/_pact/states", change).body()));
  }

  @PactVerifyProvider("a COUPON.SEND callback")
  MessageAndMetadata couponSent() {
    return message("a COUPON.SEND callback");
  }

  @PactVerifyProvider("the plaintext of COUPON.SEND")
  MessageAndMetadata plaintextOfCouponSent() {
    return message("the plaintext of COUPON.SEND");
  }

  private static MessageAndMetadata message(String description) {
    var answer = post("/_pact/messages", Map.of("description", description));
    var metadata = Base64.getDecoder().decode(answer.headers().firstValue("Pact-Message-Metadata").orElseThrow());
    return new MessageAndMetadata(answer.body(), jsonOf(metadata));
  }

  private static HttpResponse<byte[]> post(String path, Object body) {
    var request = HttpRequest.newBuilder(URI.create(FRONT + path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(GSON.toJson(body)))
        .build();
    return HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofByteArray()).join();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> jsonOf(byte[] body) {
    return GSON.fromJson(new String(body, UTF_8), Map.class);
  }
}
