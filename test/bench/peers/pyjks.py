"""FILE PASSWORD: the private keys of a JKS store and their certificates as they are stored, by pyjks."""

import base64
import sys
import textwrap

import jks


def pem(label, der):
    lines = textwrap.wrap(base64.b64encode(der).decode("ascii"), 64)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"])


for key in jks.KeyStore.load(sys.argv[1], sys.argv[2]).private_keys.values():
    print(pem("PRIVATE KEY", key.pkey_pkcs8))
    for _, certificate in key.cert_chain:
        print(pem("CERTIFICATE", certificate))
