/* catalogue.c - the data files that treatments are read with, loaded together. */
#include "read/catalogue/catalogue.h"

#include "base/files.h"
#include "base/hash.h"
#include "base/status.h"

/* in the order in which they enter the hash */
static const char *const hashed_files[] = {"drugs.yaml", "products.yaml", "quantities.yaml"};
enum { FILE_DRUGS, FILE_PRODUCTS, FILE_QUANTITIES, HASHED_FILES };

static B7Status hash_file(const char *path, const B7Hooks *hooks, uint64_t *hash, B7Error *error) {
  char *bytes;
  size_t length;
  B7_TRY(b7_file_read(path, hooks, &bytes, &length, error));
  *hash = b7_hash_bytes(*hash, bytes, length);
  b7_memory_resize(hooks, bytes, length + 1, 0);
  return B7_OK;
}

static B7Status load(const char *data_folder, bool with_regimens, B7Catalogue *out, B7Error *error) {
  const char *path[HASHED_FILES];
  B7Arena *arena = &out->arena;
  out->hash = B7_HASH_START;
  for (int i = 0; i < HASHED_FILES; i++) {
    path[i] = b7_arena_format(arena, "%s/%s", data_folder, hashed_files[i]);
    if (!path[i]) return b7_fail_memory(error);
    B7_TRY(hash_file(path[i], &arena->hooks, &out->hash, error));
  }
  B7_TRY(b7_formulary_load(path[FILE_DRUGS], arena, &out->formulary, error));
  B7_TRY(b7_products_load(path[FILE_PRODUCTS], arena, &out->products, error));
  B7_TRY(b7_quantities_load(path[FILE_QUANTITIES], arena, &out->quantities, error));
  if (!with_regimens) return B7_OK;
  const char *regimens = b7_arena_format(arena, "%s/regimens.yaml", data_folder);
  if (!regimens) return b7_fail_memory(error);
  return b7_regimens_load(regimens, &out->formulary, arena, &out->regimens, error);
}

B7Status b7_catalogue_load(const char *data_folder, bool with_regimens, const B7Hooks *hooks,
                           B7Catalogue **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Catalogue *catalogue = B7_ARENA_ARRAY(&arena, B7Catalogue, 1);
  if (!catalogue) return b7_fail_memory(error);
  catalogue->arena = arena;
  B7Status status = load(data_folder, with_regimens, catalogue, error);
  if (status != B7_OK) {
    b7_catalogue_free(catalogue);
    return status;
  }
  *out = catalogue;
  return B7_OK;
}

void b7_catalogue_free(B7Catalogue *catalogue) {
  if (!catalogue) return;
  B7Arena arena = catalogue->arena;
  b7_arena_free(&arena);
}
