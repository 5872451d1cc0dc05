#include "base/hash.h"

uint64_t b7_hash_bytes(uint64_t hash, const void *bytes, size_t length) {
  const unsigned char *byte = bytes;
  for (size_t i = 0; i < length; i++) hash = (hash ^ byte[i]) * 0x100000001b3ull;
  return hash;
}

void b7_hash_format(uint64_t hash, char text[17]) {
  static const char digits[] = "0123456789abcdef";
  for (int i = 0; i < 16; i++) text[i] = digits[(hash >> (60 - 4 * i)) & 15];
  text[16] = '\0';
}
