import static org.junit.jupiter.api.Assertions.assertEquals;

import au.com.dius.pact.core.model.ProviderState;
import au.com.dius.pact.provider.junit5.HttpTestTarget;
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
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

@Provider("wechatpay")
@PactFolder("pacts")
@IgnoreMissingStateChange
class ProviderTest {
  private static final String FRONT = System.getenv("WECHATPAY_BASE_URL");

  @BeforeEach
  void askTheFront(PactVerificationContext context) throws Exception {
    context.setTarget(HttpTestTarget.fromUrl(URI.create(FRONT).toURL()));
  }

  @TestTemplate
  @ExtendWith(PactVerificationInvocationContextProvider.class)
  void keepsTheContract(PactVerificationContext context) throws Exception {
    for (ProviderState state : context.getInteraction().getProviderStates()) setUp(state);
    context.verifyInteraction();
  }

  /** In place of a method for each state: the front knows them all. */
  private static void setUp(ProviderState state) throws Exception {
    var change = Map.of("action", "setup", "state", state.getName(), "params", state.getParams());
    var request = HttpRequest.newBuilder(URI.create(FRONT + "/_pact/states"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(new Gson().toJson(change)))
        .build();
    assertEquals(200, HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode());
  }
}
