import java.io.FileInputStream;
import java.security.KeyStore;

/** Writes a private key as Java gives it: PKCS#8 DER. Arguments: type, file, store password, alias, key password. */
class ExportKey {
  public static void main(String[] a) throws Exception {
    KeyStore store = KeyStore.getInstance(a[0]);
    try (var in = new FileInputStream(a[1])) { store.load(in, a[2].toCharArray()); }
    System.out.write(store.getKey(a[3], a[4].toCharArray()).getEncoded());
    System.out.flush();
  }
}
