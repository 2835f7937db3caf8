/* FILE PASSWORD COUNT: opens a PKCS#12 file COUNT times by libcrypto, and prints the nanoseconds that one time took. */
#include <openssl/pkcs12.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static unsigned char bytes[1 << 20];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int argc, char **argv) {
  FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
  if (file == NULL) return 2;
  long length = (long)fread(bytes, 1, sizeof bytes, file);
  long count = atol(argv[3]);
  double started = now();
  for (long i = 0; i < count; i++) {
    const unsigned char *at = bytes;
    PKCS12 *store = d2i_PKCS12(NULL, &at, length);
    EVP_PKEY *key = NULL;
    X509 *leaf = NULL;
    STACK_OF(X509) *others = NULL;
    if (store == NULL || !PKCS12_parse(store, argv[2], &key, &leaf, &others) || key == NULL || leaf == NULL) return 1;
    PKCS12_free(store);
    EVP_PKEY_free(key);
    X509_free(leaf);
    sk_X509_pop_free(others, X509_free);
  }
  printf("%.0f\n", (now() - started) / count);
  return 0;
}
