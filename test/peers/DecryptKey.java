import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Decrypts the first ENCRYPTED PRIVATE KEY of a PEM file: FILE PASSWORD. Writes PKCS#8 to standard output. */
public class DecryptKey {
    public static void main(String[] args) throws Exception {
        String pem = Files.readString(Path.of(args[0]));
        String label = " ENCRYPTED PRIVATE KEY-----";
        int start = pem.indexOf("-----BEGIN" + label) + ("-----BEGIN" + label).length();
        byte[] der = Base64.getMimeDecoder().decode(pem.substring(start, pem.indexOf("-----END" + label)));
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
        String algorithm = info.getAlgParameters().toString();
        var key = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(args[1].toCharArray()));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
        System.out.write(info.getKeySpec(cipher).getEncoded());
        System.out.flush();
    }
}
