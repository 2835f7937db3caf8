import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Writes keystores, and many at once, that keytool would be too slow for: PASSWORD and one of
 * `trusted CERTIFICATES TYPE COUNT FILE`, `keys SITES TYPE COUNT FILE`, `stores SITES COUNT FOLDER TRUSTED…`,
 * where SITES is `LEAVES ISSUERS KEYS NUMBER-OF-KEYS`.
 */
public class WriteStores {
    private static char[] password;

    public static void main(String[] args) throws Exception {
        password = args[0].toCharArray();
        addBouncyCastle();
        switch (args[1]) {
            case "trusted" -> {
                KeyStore store = empty(args[3]);
                List<Certificate> certificates = certificates(args[2]).subList(0, Integer.parseInt(args[4]));
                for (Certificate certificate : certificates) store.setCertificateEntry("ca-" + store.size(), certificate);
                save(store, Path.of(args[5]));
            }
            case "keys" -> {
                Sites sites = new Sites(args);
                KeyStore store = empty(args[6]);
                for (int site = 0; site < Integer.parseInt(args[7]); site++) sites.put(store, "site-" + site, site);
                save(store, Path.of(args[8]));
            }
            case "stores" -> {
                Sites sites = new Sites(args);
                List<Certificate> trusted = new ArrayList<>();
                for (int i = 8; i < args.length; i++) trusted.addAll(certificates(args[i]));
                for (int site = 0; site < Integer.parseInt(args[6]); site++) {
                    KeyStore store = empty("JKS");
                    sites.put(store, "site", site);
                    for (Certificate certificate : trusted) store.setCertificateEntry("root-" + store.size(), certificate);
                    save(store, Path.of(args[7], "site-" + site + ".jks"));
                }
            }
            default -> throw new IllegalArgumentException(args[1]);
        }
    }

    /** Last of the providers, so that Java's own types stay Java's own. */
    private static void addBouncyCastle() throws ReflectiveOperationException {
        try {
            Class<?> provider = Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider");
            Security.addProvider((Provider) provider.getDeclaredConstructor().newInstance());
        } catch (ClassNotFoundException missing) {
            // Its types will be missing, which is told when one is asked for.
        }
    }

    private static List<Certificate> certificates(String file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
    }

    private static KeyStore empty(String type) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        return store;
    }

    private static void save(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password);
        }
    }

    /** Site certificates, what is above them, and their keys, which several of them share. */
    private static class Sites {
        private final List<Certificate> leaves;
        private final List<Certificate> issuers;
        private final List<PrivateKey> keys = new ArrayList<>();

        Sites(String[] args) throws IOException, GeneralSecurityException {
            leaves = certificates(args[2]);
            issuers = certificates(args[3]);
            for (int i = 0; i < Integer.parseInt(args[5]); i++) {
                String pem = Files.readString(Path.of(args[4], i + ".pem"));
                byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
                keys.add(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der)));
            }
        }

        void put(KeyStore store, String alias, int site) throws GeneralSecurityException {
            List<Certificate> chain = new ArrayList<>();
            chain.add(leaves.get(site));
            chain.addAll(issuers);
            store.setKeyEntry(alias, keys.get(site % keys.size()), password, chain.toArray(new Certificate[0]));
        }
    }
}
