#include "read/catalogue/products.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "document/document.h"

/* the attributes that an entry may have, and the range of those that are numbers */
static const struct {
  const char *name, *label;
  const char *unit; /* NULL: words */
  double low, high;
  bool planning; /* read when a product is chosen, not by the event of its infusion */
} ATTRIBUTES[] = {
    {"costimulation", "costimulation", NULL, 0, 0, false},
    {"binder", "binder", NULL, 0, 0, false},
    {"tcr_status", "T-cell receptor, as printed", NULL, 0, 0, false},
    {"hla_edits", "HLA edits", NULL, 0, 0, false},
    {"dose_basis", "basis of the dose", NULL, 0, 0, false},
    {"residual_cd7", "residual surface CD7", "1", 0, 1, false},
    {"tcr", "T-cell receptor function", "1", 0, 1, false},
    {"stealth", "hidden from T cells", "1", 0, 1, false},
    {"missing_self", "seen by NK cells", "1", 0, 1, false},
    {"mismatch_hvg", "mismatch, host versus product", "1", 0, 1, false},
    {"mismatch_gvh", "mismatch, product versus host", "1", 0, 1, false},
    {"memory_share", "memory share", "1", 0, 1, false},
    {"viable", "viable after thawing", "1", 0, 1, false},
    {"fitness", "expansion after editing", "1", 0, 2, false},
    {"vcn", "vector copies", "copies/cell", 0, 20, false},
    {"cd52_edited", "CD52 edited", "1", 0, 1, false},
    {"days_to_infusion", "days to infusion", "d", 0, 365, true},
    {"manufacturing_failure", "manufacturing failure", "1", 0, 1, true},
    {"blast_contamination", "blast contamination", "1", 0, 1, true},
    {"relative_cost", "cost, in autologous products", "1", 0, 100, true},
};
#define N_ATTRIBUTE (sizeof ATTRIBUTES / sizeof ATTRIBUTES[0])

typedef struct ProductReader {
  B7Arena *arena;
  B7Error *error;
} ProductReader;

static B7Status keep(ProductReader *reader, const B7Node *node, const char **out) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, reader->error));
  *out = b7_arena_text(reader->arena, text, strlen(text));
  return *out ? B7_OK : b7_fail_memory(reader->error);
}

/* `source:` (a key or a list of keys) or `assumed:` (a reason): exactly one */
static B7Status read_basis(ProductReader *reader, const B7Node *node, bool *assumed, const char **basis) {
  const B7Node *source = b7_node_get(node, "source"), *reason = b7_node_get(node, "assumed");
  if (!source == !reason)
    return b7_node_fail(node, reader->error, "every attribute needs exactly one of 'source:' and 'assumed:'");
  *assumed = reason != NULL;
  if (reason) return keep(reader, reason, basis);
  if (source->kind == B7_NODE_SCALAR) return keep(reader, source, basis);
  B7_TRY(b7_node_expect(source, B7_NODE_SEQUENCE, "'source'", reader->error));
  const char *joined = "";
  for (int32_t i = 0; i < source->count; i++) {
    const char *key;
    B7_TRY(b7_node_text(source->items[i], &key, reader->error));
    joined = b7_arena_format(reader->arena, "%s%s%s", joined, i ? ", " : "", key);
    if (!joined) return b7_fail_memory(reader->error);
  }
  *basis = joined;
  return B7_OK;
}

static B7Status read_number(ProductReader *reader, size_t attribute, const B7Node *node, const B7Node *value,
                            B7ProductNumber *out) {
  *out = (B7ProductNumber){.name = ATTRIBUTES[attribute].name,
                           .label = ATTRIBUTES[attribute].label,
                           .unit = ATTRIBUTES[attribute].unit,
                           .planning = ATTRIBUTES[attribute].planning,
                           .value = NAN};
  const char *text;
  B7_TRY(b7_node_text(value, &text, reader->error));
  bool mismatch = strstr(out->name, "mismatch_") != NULL;
  if (mismatch && strcmp(text, "of donor") == 0) {
    out->of_donor = true;
  } else {
    B7_TRY(b7_node_number(value, &out->value, reader->error));
    if (out->value < ATTRIBUTES[attribute].low || out->value > ATTRIBUTES[attribute].high) {
      return b7_node_fail(value, reader->error, "%s is between %g and %g", out->name,
                          ATTRIBUTES[attribute].low, ATTRIBUTES[attribute].high);
    }
  }
  return read_basis(reader, node, &out->assumed, &out->basis);
}

static B7Status read_attributes(ProductReader *reader, const B7Node *attributes, B7Product *out) {
  static const char *const KEYS[] = {"value", "unit", "range", "source", "assumed", "note", NULL};
  const char *names[N_ATTRIBUTE + 1];
  for (size_t i = 0; i < N_ATTRIBUTE; i++) names[i] = ATTRIBUTES[i].name;
  names[N_ATTRIBUTE] = NULL;
  B7_TRY(b7_node_only_keys(attributes, names, reader->error));
  B7ProductNumber *numbers = B7_ARENA_ARRAY(reader->arena, B7ProductNumber, attributes->count);
  B7ProductWords *words = B7_ARENA_ARRAY(reader->arena, B7ProductWords, attributes->count);
  if (!numbers || !words) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < attributes->count; i++) {
    const B7Node *node = attributes->items[i], *value;
    size_t a = 0;
    while (strcmp(ATTRIBUTES[a].name, attributes->keys[i]->text) != 0) a++;
    B7_TRY(b7_node_only_keys(node, KEYS, reader->error));
    B7_TRY(b7_node_need(node, "value", &value, reader->error));
    if (ATTRIBUTES[a].unit) {
      B7_TRY(read_number(reader, a, node, value, &numbers[out->n_number++]));
    } else {
      B7ProductWords *word = &words[out->n_words++];
      word->name = ATTRIBUTES[a].name;
      word->label = ATTRIBUTES[a].label;
      B7_TRY(keep(reader, value, &word->text));
      B7_TRY(read_basis(reader, node, &word->assumed, &word->basis));
    }
  }
  out->words = words;
  out->numbers = numbers;
  return B7_OK;
}

static B7Status read_dose_end(ProductReader *reader, const B7Node *node, B7Dose *out) {
  double number, base;
  const char *unit;
  B7_TRY(b7_node_quantity(node, &number, &unit, reader->error));
  if (b7_dose_unit(unit, &base, &out->kind, &out->basis, NULL) != B7_OK || out->kind != B7_DOSE_KIND_CELLS ||
      out->basis == B7_DOSE_BASIS_PER_M2) {
    return b7_node_fail(node, reader->error, "the dose of a product is in cells/kg or cells, not '%s'", unit);
  }
  if (number <= 0) return b7_node_fail(node, reader->error, "a dose must be above 0");
  out->amount = number * base;
  return B7_OK;
}

static B7Status read_dose(ProductReader *reader, const B7Node *dose, B7Product *out) {
  static const char *const KEYS[] = {"low", "high", "source", "assumed", "note", NULL};
  const B7Node *low, *high;
  B7_TRY(b7_node_only_keys(dose, KEYS, reader->error));
  B7_TRY(b7_node_need(dose, "low", &low, reader->error));
  B7_TRY(b7_node_need(dose, "high", &high, reader->error));
  B7_TRY(read_dose_end(reader, low, &out->usual_low));
  B7_TRY(read_dose_end(reader, high, &out->usual_high));
  if (out->usual_low.basis != out->usual_high.basis || out->usual_low.amount > out->usual_high.amount) {
    return b7_node_fail(dose, reader->error, "'low' and 'high' of a dose must be of one basis, low first");
  }
  out->has_usual = true;
  return read_basis(reader, dose, &out->usual_assumed, &out->usual_basis);
}

static B7Status read_aliases(ProductReader *reader, const B7Node *node, B7Product *out) {
  int32_t count = node ? node->count : 0;
  if (node) B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'aliases'", reader->error));
  const char **aliases = B7_ARENA_ARRAY(reader->arena, const char *, count + 1);
  if (!aliases) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < count; i++) B7_TRY(keep(reader, node->items[i], &aliases[i]));
  out->aliases = aliases;
  return B7_OK;
}

static B7Status read_product(ProductReader *reader, const B7Node *key, const B7Node *node, B7Product *out) {
  static const char *const KEYS[] = {
      "label",      "aliases", "comparator", "cell_source", "fratricide_strategy", "example_studies", "dose",
      "attributes", "sources", "note",       NULL};
  const B7Node *label, *cell_source, *strategy, *attributes, *dose = b7_node_get(node, "dose"),
                                                             *comparator = b7_node_get(node, "comparator");
  B7_TRY(b7_node_only_keys(node, KEYS, reader->error));
  B7_TRY(keep(reader, key, &out->name));
  B7_TRY(b7_node_need(node, "label", &label, reader->error));
  B7_TRY(keep(reader, label, &out->label));
  B7_TRY(read_aliases(reader, b7_node_get(node, "aliases"), out));
  out->cell_source = out->fratricide_strategy = "";
  if (comparator) B7_TRY(b7_node_bool(comparator, &out->comparator, reader->error));
  if (out->comparator) return B7_OK;
  B7_TRY(b7_node_need(node, "cell_source", &cell_source, reader->error));
  B7_TRY(keep(reader, cell_source, &out->cell_source));
  B7_TRY(b7_node_need(node, "fratricide_strategy", &strategy, reader->error));
  B7_TRY(keep(reader, strategy, &out->fratricide_strategy));
  if (dose) B7_TRY(read_dose(reader, dose, out));
  B7_TRY(b7_node_need(node, "attributes", &attributes, reader->error));
  return read_attributes(reader, attributes, out);
}

static B7Status read_mismatch(ProductReader *reader, const B7Node *root, B7MismatchScale *out) {
  static const char *const KEYS[] = {"identical", "related_full", "unrelated_full", "per_allele", NULL};
  static const char *const VALUE_KEYS[] = {"value", "unit", "range", "source", "assumed", "note", NULL};
  double *const values[] = {&out->identical, &out->related_full, &out->unrelated_full, &out->per_allele};
  const B7Node *mismatch;
  B7_TRY(b7_node_need(root, "mismatch", &mismatch, reader->error));
  B7_TRY(b7_node_only_keys(mismatch, KEYS, reader->error));
  for (int i = 0; KEYS[i]; i++) {
    const B7Node *entry, *value;
    const char *basis;
    bool assumed;
    B7_TRY(b7_node_need(mismatch, KEYS[i], &entry, reader->error));
    B7_TRY(b7_node_only_keys(entry, VALUE_KEYS, reader->error));
    B7_TRY(b7_node_need(entry, "value", &value, reader->error));
    B7_TRY(b7_node_number(value, values[i], reader->error));
    if (*values[i] < 0 || *values[i] > 1)
      return b7_node_fail(value, reader->error, "a mismatch score is between 0 and 1");
    B7_TRY(read_basis(reader, entry, &assumed, &basis));
  }
  return B7_OK;
}

static const B7Product *find_among(const B7Products *products, int32_t count, const char *name) {
  for (int32_t i = 0; i < count; i++) {
    const B7Product *product = &products->products[i];
    if (strcasecmp(product->name, name) == 0) return product;
    for (const char *const *alias = product->aliases; *alias; alias++) {
      if (strcasecmp(*alias, name) == 0) return product;
    }
  }
  return NULL;
}

static B7Status read_table(ProductReader *reader, const B7Node *root, B7Products *out) {
  static const char *const KEYS[] = {"about", "mismatch", "products", NULL};
  const B7Node *products;
  size_t n_name = 0;
  B7_TRY(b7_node_only_keys(root, KEYS, reader->error));
  B7_TRY(read_mismatch(reader, root, &out->mismatch));
  B7_TRY(b7_node_need(root, "products", &products, reader->error));
  B7_TRY(b7_node_expect(products, B7_NODE_MAPPING, "'products'", reader->error));
  out->products = B7_ARENA_ARRAY(reader->arena, B7Product, products->count);
  if (!out->products) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < products->count; i++) {
    B7Product *product = &out->products[i];
    B7_TRY(read_product(reader, products->keys[i], products->items[i], product));
    const B7Product *other = find_among(out, i, product->name);
    for (const char *const *alias = product->aliases; !other && *alias; alias++)
      other = find_among(out, i, *alias);
    if (other)
      return b7_node_fail(products->keys[i], reader->error, "'%s' shares a name with '%s'", product->name,
                          other->name);
    n_name++;
    for (const char *const *alias = product->aliases; *alias; alias++) n_name++;
  }
  out->n_product = products->count;
  out->names = B7_ARENA_ARRAY(reader->arena, const char *, n_name + 1);
  if (!out->names) return b7_fail_memory(reader->error);
  size_t n = 0;
  for (int32_t i = 0; i < out->n_product; i++) out->names[n++] = out->products[i].name;
  for (int32_t i = 0; i < out->n_product; i++) {
    for (const char *const *alias = out->products[i].aliases; *alias; alias++) out->names[n++] = *alias;
  }
  return B7_OK;
}

B7Status b7_products_load(const char *path, B7Arena *arena, B7Products *out, B7Error *error) {
  B7Document *document;
  ProductReader reader = {.arena = arena, .error = error};
  *out = (B7Products){0};
  B7_TRY(b7_document_load(path, &arena->hooks, &document, error));
  B7Status status = read_table(&reader, b7_document_root(document), out);
  b7_document_free(document);
  return status;
}

const B7Product *b7_products_find(const B7Products *products, const char *name) {
  return find_among(products, products->n_product, name);
}

double b7_products_mismatch(const B7MismatchScale *scale, int32_t alleles, bool related) {
  double score = (related ? scale->related_full : scale->unrelated_full) + scale->per_allele * alleles;
  return score > 1 ? 1 : score;
}

double b7_product_number(const B7Product *product, const char *name, double otherwise) {
  for (int32_t i = 0; product && i < product->n_number; i++) {
    if (strcmp(product->numbers[i].name, name) == 0 && !isnan(product->numbers[i].value))
      return product->numbers[i].value;
  }
  return otherwise;
}
