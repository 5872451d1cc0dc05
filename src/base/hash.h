/* hash.h - FNV-1a 64: fingerprints of texts and outcome bytes (not against an adversary). */
#ifndef B7_BASE_HASH_H
#define B7_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define B7_HASH_START 0xcbf29ce484222325ull
uint64_t b7_hash_bytes(uint64_t hash, const void *bytes, size_t length);
/* 16 hex digits, terminated. */
void b7_hash_format(uint64_t hash, char text[17]);

#endif
