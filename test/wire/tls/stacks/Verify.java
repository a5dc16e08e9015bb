import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Arguments: host and port of each server. Prints what the JVM's own trust says of each, one a line. */
public class Verify {
    public static void main(String[] args) throws Exception {
        for (int i = 0; i < args.length; i += 2) {
            System.out.println(verdict(args[i], Integer.parseInt(args[i + 1])));
        }
    }

    private static String verdict(String host, int port) throws Exception {
        try (Socket plain = new Socket("127.0.0.1", port);
                SSLSocket socket = (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return "accepted";
        } catch (javax.net.ssl.SSLException refusal) {
            Throwable cause = refusal;
            while (cause.getCause() != null) cause = cause.getCause();
            return "rejected: " + cause.getMessage();
        }
    }
}
