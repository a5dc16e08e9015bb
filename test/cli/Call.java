import java.net.HttpURLConnection;
import java.net.URI;

/** Calls WeChat Pay by its own name, with what the JVM was told from outside. Prints the status. */
public class Call {
    public static void main(String[] args) throws Exception {
        URI uri = URI.create("https://api.mch.weixin.qq.com/v3/certificates");
        System.out.println(((HttpURLConnection) uri.toURL().openConnection()).getResponseCode());
    }
}
