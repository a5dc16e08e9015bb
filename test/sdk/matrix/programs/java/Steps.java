import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.StringJoiner;

/**
 * Tells a shop its steps: a step as a line of JSON on standard input, what came of it as a line on
 * standard output.
 */
final class Steps {
  /** What a program does with its SDK. */
  interface Shop {
    JsonElement take(String step, JsonObject fields) throws Exception;
  }

  interface Opening {
    Shop open() throws Exception;
  }

  /** An error answer of WeChat Pay; without the status where the SDK does not tell it. */
  static final class Refusal extends Exception {
    private final transient JsonObject body = new JsonObject();

    Refusal(Integer status, String code, String message) {
      if (status != null) body.addProperty("status", status);
      body.addProperty("code", code);
      body.addProperty("message", message);
    }
  }

  private Steps() {}

  /** The answer of a call that has none. */
  static JsonObject nothing() {
    return new JsonObject();
  }

  static JsonObject certificates(Iterable<X509Certificate> certificates) {
    JsonArray listed = new JsonArray();
    for (X509Certificate one : certificates) {
      JsonObject described = new JsonObject();
      described.addProperty("serial_no", one.getSerialNumber().toString(16).toUpperCase());
      byte[] key = one.getPublicKey().getEncoded();
      described.addProperty("public_key", Base64.getEncoder().encodeToString(key));
      listed.add(described);
    }
    JsonObject answer = new JsonObject();
    answer.add("certificates", listed);
    return answer;
  }

  static String sha256(byte[] file) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
  }

  static void play(Opening opening) throws Exception {
    // What an SDK prints is no outcome.
    PrintStream output = new PrintStream(System.out, true, "UTF-8");
    System.setOut(System.err);
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Shop shop = null;
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      JsonObject asked = JsonParser.parseString(line).getAsJsonObject();
      String step = asked.get("step").getAsString();
      JsonObject outcome = new JsonObject();
      outcome.addProperty("step", step);
      try {
        if (shop == null) shop = opening.open();
        outcome.add("answer", shop.take(step, asked.getAsJsonObject("fields")));
      } catch (Refusal refusal) {
        outcome.add("refused", refusal.body);
      } catch (Exception error) {
        StringJoiner failed = new StringJoiner(": ");
        for (Throwable one = error; one != null; one = one.getCause()) failed.add(one.toString());
        outcome.addProperty("failed", failed.toString());
      }
      output.println(outcome);
    }
    // The threads of an SDK would keep it alive.
    System.exit(0);
  }
}
