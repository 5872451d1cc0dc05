/* product_table.c - products for people: the public view of products.c. */
#include <math.h>
#include <string.h>

#include "document/document.h"
#include "read/catalogue/products.h"

struct B7ProductTable {
  B7Arena arena;
  const char *path;
  B7Products products;
  B7ProductEntry *rows;
};

static B7Status fill_entry(B7Arena *arena, const B7Product *product, B7ProductEntry *out, B7Error *error) {
  B7ProductAttribute *attributes =
      B7_ARENA_ARRAY(arena, B7ProductAttribute, product->n_number + product->n_words + 1);
  int32_t n = 0;
  if (!attributes) return b7_fail_memory(error);
  for (int32_t i = 0; i < product->n_words; i++) {
    const B7ProductWords *words = &product->words[i];
    attributes[n++] = (B7ProductAttribute){.name = words->name,
                                           .label = words->label,
                                           .words = words->text,
                                           .value = NAN,
                                           .assumed = words->assumed,
                                           .basis = words->basis};
  }
  for (int32_t i = 0; i < product->n_number; i++) {
    const B7ProductNumber *number = &product->numbers[i];
    attributes[n++] = (B7ProductAttribute){.name = number->name,
                                           .label = number->label,
                                           .unit = number->unit,
                                           .value = number->of_donor ? NAN : number->value,
                                           .assumed = number->assumed,
                                           .planning = number->planning,
                                           .basis = number->basis};
  }
  *out = (B7ProductEntry){.name = product->name,
                          .label = product->label,
                          .cell_source = product->cell_source,
                          .fratricide_strategy = product->fratricide_strategy,
                          .comparator = product->comparator,
                          .usual_low = product->has_usual ? product->usual_low.amount : NAN,
                          .usual_high = product->has_usual ? product->usual_high.amount : NAN,
                          .per_kg = product->has_usual && product->usual_low.basis == B7_DOSE_BASIS_PER_KG,
                          .usual_assumed = product->usual_assumed,
                          .usual_basis = product->usual_basis ? product->usual_basis : "",
                          .n_attribute = n,
                          .attributes = attributes};
  return B7_OK;
}

B7Status b7_product_table_load(const char *path, const B7Hooks *hooks, B7ProductTable **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7Arena arena = b7_arena_make(hooks);
  B7ProductTable *table = B7_ARENA_ARRAY(&arena, B7ProductTable, 1);
  if (!table) return b7_fail_memory(error);
  table->arena = arena;
  table->path = b7_arena_text(&table->arena, path, strlen(path));
  B7Status status =
      table->path ? b7_products_load(path, &table->arena, &table->products, error) : b7_fail_memory(error);
  if (status == B7_OK) {
    table->rows = B7_ARENA_ARRAY(&table->arena, B7ProductEntry, table->products.n_product);
    if (!table->rows) status = b7_fail_memory(error);
  }
  for (int32_t i = 0; status == B7_OK && i < table->products.n_product; i++)
    status = fill_entry(&table->arena, &table->products.products[i], &table->rows[i], error);
  if (status != B7_OK) {
    b7_product_table_free(table);
    return status;
  }
  *out = table;
  return B7_OK;
}

void b7_product_table_free(B7ProductTable *table) {
  if (!table) return;
  B7Arena arena = table->arena;
  b7_arena_free(&arena);
}

int32_t b7_product_table_rows(const B7ProductTable *table, const B7ProductEntry **rows) {
  *rows = table->rows;
  return table->products.n_product;
}

B7Status b7_product_table_find(const B7ProductTable *table, const char *name, const B7ProductEntry **out,
                               B7Error *error) {
  const B7Product *product = b7_products_find(&table->products, name);
  *out = product ? &table->rows[product - table->products.products] : NULL;
  if (product) return B7_OK;
  const char *near = b7_suggest(name, table->products.names);
  return b7_fail(error, B7_ERROR_INPUT, "no product '%s' in %s%s%s%s", name, table->path,
                 near ? ". Did you mean '" : "; `bridge7 product list` shows them", near ? near : "",
                 near ? "'?" : "");
}
