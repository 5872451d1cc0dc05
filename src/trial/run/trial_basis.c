/* trial_basis.c - what a trial rests on: every value that its population, policy, products and regimens assume, and every
 * source that they cite. */
#include "trial/run/trial_basis.h"

#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "document/document.h"

#define POLICY_DEPTH_MOST 4

typedef struct Basis {
  const B7TrialRun *run;
  B7Arena *arena;
  B7TrialBasis *out;
  size_t room_cited, room_assumptions;
} Basis;

static void cite(Basis *basis, const char *keys) {
  B7TrialBasis *out = basis->out;
  const char **grown =
      b7_arena_grow(basis->arena, out->cited, out->n_cited, &basis->room_cited, sizeof *out->cited);
  const char *kept = b7_arena_text(basis->arena, keys, strlen(keys));
  if (!grown || !kept) return;
  out->cited = grown;
  out->cited[out->n_cited++] = kept;
}

static void assume(Basis *basis, const char *where, const char *text) {
  B7TrialBasis *out = basis->out;
  B7TrialAssumption *grown = b7_arena_grow(basis->arena, out->assumptions, out->n_assumption,
                                           &basis->room_assumptions, sizeof *out->assumptions);
  const char *kept = b7_arena_text(basis->arena, text, strlen(text));
  if (!grown || !kept || !where) return;
  out->assumptions = grown;
  out->assumptions[out->n_assumption++] = (B7TrialAssumption){.where = where, .text = kept};
}

/* a parameter of the model by its label */
static const char *in_words(const Basis *basis, const char *key) {
  const B7KernelTables *tables = b7_kernel_tables(basis->run->kernel);
  for (int32_t i = 0; i < tables->n_parameter; i++) {
    if (strcmp(tables->parameters[i].name, key) == 0) return tables->parameters[i].label;
  }
  return key;
}

/* `assumed:` and `source:` anywhere below a node; the keys on the way say where */
static void walk(Basis *basis, const B7Node *node, const char *where) {
  if (!node || node->kind == B7_NODE_SCALAR) return;
  for (int32_t i = 0; i < node->count; i++) {
    const B7Node *item = node->items[i];
    if (node->kind == B7_NODE_SEQUENCE) {
      walk(basis, item, where);
      continue;
    }
    const char *key = node->keys[i]->text;
    bool source = strcmp(key, "source") == 0;
    if (strcmp(key, "assumed") == 0 && item->kind == B7_NODE_SCALAR) {
      assume(basis, where, item->text);
    } else if (source && item->kind == B7_NODE_SCALAR) {
      cite(basis, item->text);
    } else if (source && item->kind == B7_NODE_SEQUENCE) {
      for (int32_t k = 0; k < item->count; k++) {
        if (item->items[k]->kind == B7_NODE_SCALAR) cite(basis, item->items[k]->text);
      }
    } else if (item->kind != B7_NODE_SCALAR) {
      bool grouping = strcmp(key, "attributes") == 0 || strcmp(key, "parameters") == 0 ||
                      strcmp(key, "rules") == 0 || strcmp(key, "rows") == 0;
      const char *below =
          grouping ? where : b7_arena_format(basis->arena, "%s, %s", where, in_words(basis, key));
      walk(basis, item, below ? below : where);
    }
  }
}

static B7Status walk_file(Basis *basis, const char *folder, const char *name, const char *word,
                          char like[128], B7Error *error) {
  const B7TrialRun *run = basis->run;
  char path[4096];
  snprintf(path, sizeof path, "%s/%s/%s.yaml", run->trial->data_folder, folder, name);
  B7Document *document;
  B7_TRY(b7_document_load(path, &run->hooks, &document, error));
  const B7Node *root = b7_document_root(document), *base = b7_node_get(root, "like");
  const char *where = b7_arena_format(basis->arena, "%s %s", word, name);
  walk(basis, root, where ? where : word);
  snprintf(like, 128, "%s", base && base->kind == B7_NODE_SCALAR ? base->text : "");
  b7_document_free(document);
  return B7_OK;
}

/* a policy stands on the one that it is like */
static B7Status walk_policy(Basis *basis, B7Error *error) {
  char name[128], like[128];
  snprintf(name, sizeof name, "%s", basis->run->trial->policy ? basis->run->trial->policy : "");
  for (int depth = 0; name[0] && depth < POLICY_DEPTH_MOST; depth++) {
    B7_TRY(walk_file(basis, "policies", name, "policy", like, error));
    memcpy(name, like, sizeof name);
  }
  return B7_OK;
}

/* by name or by one of its other names */
static const B7Node *find_named(const B7Node *mapping, const char *name) {
  const B7Node *found = b7_node_get(mapping, name);
  for (int32_t i = 0; mapping && !found && i < mapping->count; i++) {
    const B7Node *others = b7_node_get(mapping->items[i], "aliases");
    for (int32_t k = 0; others && k < others->count; k++) {
      const B7Node *other = others->items[k];
      if (other->kind == B7_NODE_SCALAR && strcmp(other->text, name) == 0) found = mapping->items[i];
    }
  }
  return found;
}

static bool named_before(const char *const *names, int32_t count, const char *name) {
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(names[i], name) == 0) return true;
  }
  return false;
}

static void walk_entry(Basis *basis, const B7Node *mapping, const char *word, const char *name) {
  const B7Node *entry = find_named(mapping, name);
  const char *where = b7_arena_format(basis->arena, "%s %s", word, name);
  walk(basis, entry, where ? where : word);
}

/* what treatments cost */
static B7Status walk_costs(Basis *basis, B7Error *error) {
  const B7TrialRun *run = basis->run;
  char path[4096];
  snprintf(path, sizeof path, "%s/costs.yaml", run->trial->data_folder);
  B7Document *document;
  B7_TRY(b7_document_load(path, &run->hooks, &document, error));
  walk(basis, b7_node_get(b7_document_root(document), "items"), "cost");
  b7_document_free(document);
  return B7_OK;
}

static B7Status walk_products(Basis *basis, B7Error *error) {
  const B7TrialRun *run = basis->run;
  const char *names[B7_TRIAL_ARMS_MAX];
  int32_t count = 0;
  char path[4096];
  for (int32_t a = 0; a < run->n_arm; a++) {
    const B7Product *product = run->trial->arms[a].product;
    const char *name = product ? product->name : NULL;
    if (name && !named_before(names, count, name)) names[count++] = name;
  }
  if (count == 0) return B7_OK;
  snprintf(path, sizeof path, "%s/products.yaml", run->trial->data_folder);
  B7Document *document;
  B7_TRY(b7_document_load(path, &run->hooks, &document, error));
  const B7Node *products = b7_node_get(b7_document_root(document), "products");
  for (int32_t i = 0; i < count; i++) walk_entry(basis, products, "product", names[i]);
  b7_document_free(document);
  return B7_OK;
}

static B7Status walk_regimens(Basis *basis, B7Error *error) {
  const B7Trial *trial = basis->run->trial;
  const char *names[4 * B7_TRIAL_ARMS_MAX];
  int32_t count = 0;
  char path[4096];
  for (int32_t a = 0; a < trial->n_arm; a++) {
    const B7TrialArm *arm = &trial->arms[a];
    const B7Regimen *own[] = {arm->lymphodepletion, arm->regimen, arm->transplant.conditioning,
                              arm->transplant.prophylaxis};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
      if (own[i] && !named_before(names, count, own[i]->name)) names[count++] = own[i]->name;
    }
  }
  if (count == 0) return B7_OK;
  snprintf(path, sizeof path, "%s/regimens.yaml", trial->data_folder);
  B7Document *document;
  B7_TRY(b7_document_load(path, &basis->run->hooks, &document, error));
  const B7Node *regimens = b7_node_get(b7_document_root(document), "regimens");
  for (int32_t i = 0; i < count; i++) walk_entry(basis, regimens, "regimen", names[i]);
  b7_document_free(document);
  return B7_OK;
}

/* the model's own assumptions are too many for a list */
static void count_parameters(const B7TrialRun *run, B7TrialBasis *out) {
  const B7KernelTables *tables = b7_kernel_tables(run->kernel);
  out->parameters = tables->n_parameter;
  for (int32_t i = 0; i < tables->n_parameter; i++) {
    out->parameters_assumed += strcmp(tables->parameters[i].source, "assumed") == 0;
    out->parameters_tuned += strcmp(tables->parameters[i].source, "tuned") == 0;
  }
}

B7Status b7_trial_basis(const B7TrialRun *run, B7Arena *arena, B7TrialBasis *out, B7Error *error) {
  *out = (B7TrialBasis){.assumptions = NULL};
  Basis basis = {.run = run, .arena = arena, .out = out};
  char like[128];
  B7_TRY(walk_file(&basis, "populations", run->trial->population, "population", like, error));
  B7_TRY(walk_products(&basis, error));
  B7_TRY(walk_regimens(&basis, error));
  B7_TRY(walk_policy(&basis, error));
  B7_TRY(walk_costs(&basis, error));
  for (int32_t i = 0; i < run->n_note; i++) assume(&basis, "population.set", run->notes[i]);
  count_parameters(run, out);
  return b7_arena_check(arena, error);
}
