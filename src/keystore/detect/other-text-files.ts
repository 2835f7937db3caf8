import { bytesFromHex } from '../../bytes/encoding.js';
import { detectBinaryStore } from './detect.js';

/**
 * Patterns of text files that users mistake for keystores. So that no text takes quadratic time, each pattern has only bounded repetitions,
 * or matches only at the beginning of the text.
 */
const patterns: readonly (readonly [pattern: RegExp, description: string])[] = [
  [
    /^version https:\/\/git-lfs\.github\.com\//,
    "a Git LFS pointer instead of the file; get the file with 'git lfs pull'",
  ],
  [/^\$ANSIBLE_VAULT;/, "encrypted with Ansible Vault; decrypt it with 'ansible-vault decrypt --output keystore FILE'"],
  [/^age-encryption\.org\//, "encrypted with age; decrypt it with 'age -d -o keystore FILE'"],
  [/ENC\[AES256_GCM,/, "encrypted with SOPS; decrypt it with 'sops -d FILE > keystore'"],
  [/^PuTTY-User-Key-File/, "a private key of PuTTY; convert it with 'puttygen FILE -O private-openssh-new -o KEY'"],
  [/^(?:ssh-[a-z0-9]{1,20}|ecdsa-sha2-[a-z0-9]{1,20}) AAAA/, 'an SSH public key'],
  [/^---- BEGIN SSH2 /, 'an SSH public key (RFC 4716)'],
  [
    /^name\s{0,9}=[^\n]{1,200}\n[\s\S]{0,500}?^library\s{0,9}=/m,
    'the configuration of a PKCS#11 token; keys in a token or HSM cannot be exported',
  ],
  [/^\[?\{\s*"kty"|^\{\s*"keys"\s*:\s*\[/, 'a JSON Web Key'],
  [/^</, 'HTML or XML, perhaps an error page that was downloaded instead of the file'],
];

/** PEM labels of contents other than X.509 certificates and their keys. */
const labels: readonly (readonly [label: RegExp, description: string])[] = [
  [/^(?:PKCS12|PFX)$/, 'PEM of a PKCS#12 file that is cut short or damaged'],
  [/^OPENSSH PRIVATE KEY$/, 'an SSH private key in the format of OpenSSH, which has no certificate'],
  [/^PGP MESSAGE$/, "encrypted with OpenPGP; decrypt it with 'gpg -d FILE > keystore'"],
  [/^PGP /, 'an OpenPGP key or signature'],
  [/^AGE ENCRYPTED FILE$/, "encrypted with age; decrypt it with 'age -d -o keystore FILE'"],
];

/**
 * JSON responses of secret managers that contain a keystore in base64: a text that identifies the response, the path of the keystore for
 * jq, and the product.
 */
const jsonSecrets: readonly (readonly [mark: string, path: string, product: string])[] = [
  ['"SecretBinary"', '.SecretBinary', 'AWS Secrets Manager'],
  ['"SecretString"', '.SecretString', 'AWS Secrets Manager'],
  ['"payload"', '.payload.data', 'Google Secret Manager'],
  ['"value"', '.value', 'Azure Key Vault'],
];

/**
 * JSON responses of certificate managers that contain PEM: a pattern that identifies the response, the jq paths of key, leaf and issuers,
 * and the product.
 */
const jsonPem: readonly (readonly [mark: RegExp, paths: string, product: string])[] = [
  [/"CertificateChain"/, '.PrivateKey, .Certificate, .CertificateChain', 'AWS Certificate Manager'],
  [/"(?:ca_chain|issuing_ca)"/, '.data.private_key, .data.certificate, (.data.ca_chain // [])[]', 'HashiCorp Vault'],
];

/** Matches a line of a Kubernetes manifest whose key is named like a keystore file, and captures that name. */
const storeName = /^\s{1,20}"?([\w.-]{0,100}(?:jks|jceks|p12|pfx|bks|bcfks|keystore|truststore)[\w.-]{0,100})"?\s*:/m;

/**
 * Describes a text file that users mistake for a keystore.
 * @param text the beginning of the file in ISO 8859-1
 * @returns undefined if the text is not recognized
 */
export function describeTextFile(text: string): string | undefined {
  const start = text.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  return (
    describePem(start) ??
    patterns.find(([pattern]) => pattern.test(start))?.[1] ??
    describeHexadecimal(start) ??
    describeSecret(start) ??
    describeDomain(start)
  );
}

function describePem(text: string): string | undefined {
  const found = [...text.matchAll(/^-----BEGIN ([A-Z0-9 ]{1,40})-----/gm)].map(([, label = '']) => label);
  const [first] = found;
  if (first === undefined) return undefined;
  const other = labels.find(([label]) => label.test(first));
  return other ? other[1] : `PEM already: ${[...new Set(found)].join(', ')}`;
}

/** Recognizes hexadecimal digits with or without `0x`, colons and spaces, and the output of xxd, hexdump and od, which contains offsets. */
function describeHexadecimal(text: string): string | undefined {
  const plain = /^(?:0x)?[0-9a-f\s:]{32,}/i.exec(text)?.[0];
  if (plain !== undefined && plain.trimEnd().length === text.trimEnd().length) {
    const type = detectBinaryStore(bytesFromHex(plain.replace(/0x|[\s:]/gi, '')));
    return `${type === undefined ? 'text' : `a ${type} keystore`} in hexadecimal; convert it with 'xxd -r -p FILE > keystore'`;
  }
  return /^0{7,8}:? {1,2}[0-9a-f]{2}/i.test(text)
    ? "a hexadecimal dump; convert one of xxd with 'xxd -r FILE > keystore'"
    : undefined;
}

/**
 * Recognizes the files in which secret managers wrap a keystore: Kubernetes manifests as YAML or JSON, and JSON responses of cloud
 * services.
 */
function describeSecret(text: string): string | undefined {
  const kind = /^\s{0,20}"?kind"?\s{0,5}:\s{0,5}"?(Secret|ConfigMap|List|SealedSecret)\b/m.exec(text)?.[1];
  if (kind === 'SealedSecret') return 'a Kubernetes SealedSecret in YAML, which only its cluster can decrypt';
  if (kind !== undefined) {
    const named = storeName.exec(text)?.[1];
    if (named === undefined && /^\s{1,20}"?tls\.key"?\s*:/m.test(text))
      return `a Kubernetes ${kind} with key and certificate as PEM; kubectl get secret NAME -o jsonpath='{.data.tls\\.key}' | base64 -d prints the key, tls\\.crt the certificates`;
    const name = named ?? 'keystore.jks';
    const field = kind === 'ConfigMap' ? 'binaryData' : 'data';
    const form = text.startsWith('{') ? 'JSON' : 'YAML';
    const tool = form === 'JSON' ? 'jq' : 'yq';
    return `a Kubernetes ${kind} in ${form}; take the keystore out with ${tool} -r '.${field}["${name}"]' FILE | base64 -d > keystore`;
  }
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
  if (text.includes('-----BEGIN ')) {
    const response = jsonPem.find(([mark]) => mark.test(text));
    return response === undefined
      ? "JSON with PEM in it; take it out with jq -r '.FIELD' FILE"
      : `JSON of ${response[2]} with PEM in it; take it out with jq -r '${response[1]}' FILE`;
  }
  const secret = jsonSecrets.find(([mark]) => text.includes(mark));
  return secret === undefined
    ? "JSON; take a keystore in base64 out of it with jq -r '.FIELD' FILE | base64 -d > keystore"
    : `JSON of ${secret[2]}; take the keystore out with jq -r '${secret[1]}' FILE | base64 -d > keystore`;
}

/**
 * Recognizes the configuration of Java's DomainKeyStore, which refers to keystores. If the pattern allowed line ends before the name, or
 * could match only a part of the name, 64 KB of hostile text would take seconds.
 */
function describeDomain(text: string): string | undefined {
  if (!/^[ \t]*domain[ \t]+[\w.-]{1,200}(?![\w.-])[^{]{0,1000}\{/m.test(text)) return undefined;
  const stores = [...text.matchAll(/keystoreURI\s*=\s*"([^"]{1,500})"/g)].map(([, uri]) => uri);
  return `the configuration of a DKS keystore domain; convert the keystores that it names: ${stores.slice(0, 20).join(', ') || 'none'}`;
}
