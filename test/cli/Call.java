import java.net.HttpURLConnection;
import java.net.URI;

/** Calls addresses with what the JVM was told from outside. Prints each status. */
public class Call {
    public static void main(String[] addresses) throws Exception {
        for (String address : addresses) {
            System.out.println(((HttpURLConnection) URI.create(address).toURL().openConnection()).getResponseCode());
        }
    }
}
