import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

@Testcontainers
class ShopTest {
  @Container
  static final GenericContainer<?> mock = new GenericContainer<>("wechatpay-mock")
      .withEnv("WECHATPAY_MOCK_CONTROL_TOKEN", "test")
      .withExposedPorts(8089)
      .waitingFor(Wait.forHttp("/_mock/health").withHeader("Authorization", "Bearer test"));

  @Test
  void theMockHasAMerchantForTheShop() throws Exception {
    var url = "http://" + mock.getHost() + ":" + mock.getMappedPort(8089);
    var request = HttpRequest.newBuilder(URI.create(url + "/_mock/credentials"))
        .header("Authorization", "Bearer test").build();
    var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertEquals(200, answer.statusCode());
  }
}
