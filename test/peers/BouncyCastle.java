import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Writes keystores of every type of Bouncy Castle's and says, one JSON object a line, what Bouncy Castle finds in them.
 * Arguments: `stores FOLDER`; or `twofish COUNT` for encryptions of random blocks; or `name TYPE FILE PASSWORD` for one store.
 */
class BouncyCastle {
  /** Name, store password, key password. */
  private static final String[][] PASSWORDS = {
    {"same", "changeit", "changeit"},
    {"different", "storepass", "keypass1"},
    {"empty", "", ""},
    {"non-ascii", "\u043f\u0430\u0440\u043e\u043b\u044c\u20ac\u8a9e", "\u043f\u0430\u0440\u043e\u043b\u044c\u20ac\u8a9e"},
    {"different-non-ascii", "p\u00e4ssw\u00f6rd", "\ud83d\udd11 \u043a\u043b\u044e\u0447"},
  };
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] args) throws Exception {
    System.setProperty("org.bouncycastle.bks.enable_v1", "true");
    Security.addProvider(new BouncyCastleProvider());
    switch (args[0]) {
      case "stores" -> writeStores(Path.of(args[1]));
      case "twofish" -> encryptBlocks(Integer.parseInt(args[1]));
      default -> describe(args[1], Path.of(args[2]), args[3], args[3]);
    }
  }

  private static void writeStores(Path folder) throws Exception {
    KeyPair rsa = generate("RSA", 2048), ec = generate("EC", 256), ed25519 = generate("Ed25519", 255), ed448 = generate("Ed448", 448);
    for (String type : new String[] {"BKS", "BKS-V1", "UBER", "BCFKS"}) {
      for (String[] password : PASSWORDS) {
        KeyStore store = KeyStore.getInstance(type, "BC");
        store.load(null, null);
        char[] keyPass = password[2].toCharArray();
        Certificate issuer = certify(ec, "SHA256withECDSA", "1.2.840.10045.4.3.2");
        store.setKeyEntry("rsa", rsa.getPrivate(), keyPass, new Certificate[] {certify(rsa, "SHA256withRSA", "1.2.840.113549.1.1.11"), issuer});
        store.setKeyEntry("ec", ec.getPrivate(), keyPass, new Certificate[] {issuer});
        store.setKeyEntry("Ed25519 \u043a\u043b\u044e\u0447", ed25519.getPrivate(), keyPass, new Certificate[] {certify(ed25519, "Ed25519", "1.3.101.112")});
        store.setKeyEntry("ed448", ed448.getPrivate(), keyPass, new Certificate[] {certify(ed448, "Ed448", "1.3.101.113")});
        store.setKeyEntry("aes", new SecretKeySpec(random(32), "AES"), keyPass, null);
        if (!type.equals("BCFKS")) store.setKeyEntry("public", rsa.getPublic(), keyPass, null);
        store.setCertificateEntry("issuer", issuer);
        Path file = folder.resolve(type + "-" + password[0]);
        try (OutputStream out = Files.newOutputStream(file)) {
          store.store(out, password[1].toCharArray());
        }
        describe(type, file, password[1], password[2]);
      }
    }
  }

  private static void describe(String type, Path file, String storePass, String keyPass) throws Exception {
    KeyStore store = KeyStore.getInstance(type, "BC");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, storePass.toCharArray());
    }
    List<String> entries = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) entries.add(entry(store, alias, keyPass.toCharArray()));
    OUT.printf("{\"type\":%s,\"file\":%s,\"storePass\":%s,\"keyPass\":%s,\"entries\":[%s]}%n",
        quote(type), quote(file.toString()), quote(storePass), quote(keyPass), String.join(",", entries));
  }

  private static String entry(KeyStore store, String alias, char[] password) throws Exception {
    String kind = "trustedCertEntry", key = "null";
    Certificate[] chain = {};
    if (store.isKeyEntry(alias)) {
      Key opened = store.getKey(alias, password);
      kind = opened instanceof PrivateKey ? "PrivateKeyEntry" : opened instanceof PublicKey ? "PublicKeyEntry" : "SecretKeyEntry";
      key = quote(HexFormat.of().formatHex(opened.getEncoded()));
      if (store.getCertificateChain(alias) != null) chain = store.getCertificateChain(alias);
    } else {
      chain = new Certificate[] {store.getCertificate(alias)};
    }
    List<String> hashes = new ArrayList<>();
    for (Certificate certificate : chain) hashes.add(quote(sha256(certificate.getEncoded())));
    return String.format("{\"alias\":%s,\"kind\":%s,\"created\":%d,\"certificates\":[%s],\"key\":%s}",
        quote(alias), quote(kind), store.getCreationDate(alias).getTime(), String.join(",", hashes), key);
  }

  private static void encryptBlocks(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      byte[] key = random(32), plain = random(16);
      Cipher cipher = Cipher.getInstance("Twofish/ECB/NoPadding", "BC");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "Twofish"));
      HexFormat hex = HexFormat.of();
      OUT.println(hex.formatHex(key) + " " + hex.formatHex(plain) + " " + hex.formatHex(cipher.doFinal(plain)));
    }
  }

  private static KeyPair generate(String algorithm, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, "BC");
    if (!algorithm.startsWith("Ed")) generator.initialize(size);
    return generator.generateKeyPair();
  }

  /** A self-signed certificate, valid for a day. */
  private static Certificate certify(KeyPair pair, String signatureAlgorithm, String oid) throws Exception {
    AlgorithmIdentifier algorithm = new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid));
    X500Name name = new X500Name("CN=" + pair.getPublic().getAlgorithm());
    V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(new BigInteger(64, RANDOM)));
    generator.setSignature(algorithm);
    generator.setIssuer(name);
    generator.setSubject(name);
    generator.setStartDate(new Time(new Date()));
    generator.setEndDate(new Time(new Date(System.currentTimeMillis() + 86_400_000)));
    generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
    TBSCertificate tbs = generator.generateTBSCertificate();
    Signature signature = Signature.getInstance(signatureAlgorithm, "BC");
    signature.initSign(pair.getPrivate());
    signature.update(tbs.getEncoded("DER"));
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(tbs);
    parts.add(algorithm);
    parts.add(new DERBitString(signature.sign()));
    byte[] der = new DERSequence(parts).getEncoded("DER");
    return CertificateFactory.getInstance("X.509").generateCertificate(new java.io.ByteArrayInputStream(der));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) quoted.append(c >= 0x20 && c < 0x7f && c != '"' && c != '\\' ? "" + c : String.format("\\u%04x", (int) c));
    return quoted.append('"').toString();
  }
}
