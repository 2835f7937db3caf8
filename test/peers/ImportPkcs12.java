import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;

/**
 * Copies the one key and its chain from a PKCS#12 file into one of another kind.
 * Arguments: source, its password, TYPE of the target, the target, its password. Bouncy Castle is asked first where it is at hand.
 */
class ImportPkcs12 {
  public static void main(String[] args) throws Exception {
    KeyStore source = KeyStore.getInstance("PKCS12");
    source.load(new FileInputStream(args[0]), args[1].toCharArray());
    Provider bouncyCastle =
        (Provider) Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider").getConstructor().newInstance();
    Security.addProvider(bouncyCastle);
    KeyStore target = KeyStore.getInstance(args[2], bouncyCastle);
    target.load(null, null);
    String alias = source.aliases().nextElement();
    target.setKeyEntry(
        alias,
        source.getKey(alias, args[1].toCharArray()),
        args[4].toCharArray(),
        source.getCertificateChain(alias));
    try (FileOutputStream out = new FileOutputStream(args[3])) {
      target.store(out, args[4].toCharArray());
    }
  }
}
