import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;

/** What people write who have Java and want PEM: FILE PASSWORD ALIAS. Prints the key and its certificates as they are stored. */
public class GetKey {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance("JKS");
        try (InputStream in = new FileInputStream(args[0])) {
            store.load(in, args[1].toCharArray());
        }
        print("PRIVATE KEY", store.getKey(args[2], args[1].toCharArray()).getEncoded(), System.out);
        for (Certificate certificate : store.getCertificateChain(args[2])) {
            print("CERTIFICATE", certificate.getEncoded(), System.out);
        }
    }

    private static void print(String label, byte[] der, PrintStream out) {
        out.println("-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----");
    }
}
