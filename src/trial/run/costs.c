#include "trial/run/costs.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"
#include "document/document.h"

static const struct {
  const char *key, *label;
} items[] = {
#define ITEM_ROW(id, key, label) {key, label},
    B7_COST_ITEM_LIST(ITEM_ROW)
#undef ITEM_ROW
};

static const struct {
  const char *name, *label;
} pers[] = {
#define PER_ROW(id, name, label) {name, label},
    B7_COST_PER_LIST(PER_ROW)
#undef PER_ROW
};

int32_t b7_trial_cost_items(void) {
  return B7_COST_ITEMS;
}

const char *b7_trial_cost_item_label(int32_t item) {
  return item >= 0 && item < B7_COST_ITEMS ? items[item].label : "?";
}

const char *b7_trial_cost_per_name(B7CostPer per) {
  return per >= 0 && per < B7_COST_PERS ? pers[per].name : "?";
}

const char *b7_trial_cost_per_label(B7CostPer per) {
  return per >= 0 && per < B7_COST_PERS ? pers[per].label : "?";
}

/* ---- prices ---- */

static B7Status read_item(const B7Node *node, const char *name, double *price, int32_t *year,
                          B7Error *error) {
  static const char *const keys[] = {"value", "range", "year", "source", "assumed", "note", NULL};
  const B7Node *value, *of_year;
  int64_t number;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a price", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_node_need(node, "value", &value, error));
  B7_TRY(b7_node_need(node, "year", &of_year, error));
  B7_TRY(b7_node_number(value, price, error));
  B7_TRY(b7_node_integer(of_year, &number, error));
  if (!(*price >= 0 && *price <= 1e8))
    return b7_node_fail(value, error, "the price of '%s' lies between 0 and 1e8", name);
  if (number < 1950 || number > 2100) return b7_node_fail(of_year, error, "'year' is the year of the price");
  if (!b7_node_get(node, "source") == !b7_node_get(node, "assumed"))
    return b7_node_fail(node, error, "'%s' needs exactly one of 'source:' and 'assumed:'", name);
  *year = (int32_t)number;
  return B7_OK;
}

static B7Status read_costs(const B7Node *root, B7Arena *arena, B7Costs *out, B7Error *error) {
  static const char *const keys[] = {"about", "currency", "items", NULL};
  const char *names[B7_COST_ITEMS + 1] = {NULL}, *text;
  const B7Node *currency, *list;
  B7_TRY(b7_node_only_keys(root, keys, error));
  B7_TRY(b7_node_need(root, "currency", &currency, error));
  B7_TRY(b7_node_text(currency, &text, error));
  B7_TRY(b7_node_need(root, "items", &list, error));
  out->currency = b7_arena_text(arena, text, strlen(text));
  if (!out->currency) return b7_fail_memory(error);
  for (int i = 0; i < B7_COST_ITEMS; i++) names[i] = items[i].key;
  B7_TRY(b7_node_only_keys(list, names, error));
  for (int i = 0; i < B7_COST_ITEMS; i++) {
    const B7Node *node;
    int32_t year = 0;
    B7_TRY(b7_node_need(list, names[i], &node, error));
    B7_TRY(read_item(node, names[i], &out->price[i], &year, error));
    if (i == 0 || year < out->first_year) out->first_year = year;
    if (i == 0 || year > out->last_year) out->last_year = year;
  }
  out->unit = out->first_year == out->last_year
                  ? b7_arena_format(arena, "%s of %d", out->currency, out->first_year)
                  : b7_arena_format(arena, "%s of %d to %d", out->currency, out->first_year, out->last_year);
  return out->unit ? B7_OK : b7_fail_memory(error);
}

B7Status b7_costs_load(const char *path, B7Arena *arena, B7Costs *out, B7Error *error) {
  B7Document *document;
  *out = (B7Costs){0};
  B7_TRY(b7_document_load(path, &arena->hooks, &document, error));
  B7Status status = read_costs(b7_document_root(document), arena, out, error);
  b7_document_free(document);
  return status;
}

/* ---- patients ---- */

double b7_cost_add(B7CostTally *tally, const B7Costs *costs, const B7CostCounts *counts,
                   const bool reached[B7_COST_PERS]) {
  const double units[] = {[B7_COST_ITEM_PRODUCT] = counts->products,
                          [B7_COST_ITEM_STAY] = counts->infusions,
                          [B7_COST_ITEM_TRANSPLANT] = counts->transplants,
                          [B7_COST_ITEM_CHEMOTHERAPY] = counts->courses};
  double total = 0;
  for (int i = 0; i < B7_COST_ITEMS; i++) {
    double money = round(units[i] * costs->price[i]);
    b7_paired_add(&tally->item[i], 0, money / 1000);
    total += money;
  }
  b7_paired_add(&tally->total, 0, total / 1000);
  for (int per = 0; per < B7_COST_PERS; per++) {
    if (reached[per]) b7_paired_add(&tally->counted[per], 0, total / 1000);
  }
  return total;
}

B7Estimate b7_cost_item(const B7CostTally *tally, B7CostItem item, double level) {
  B7Estimate mean = b7_paired_mean(&tally->item[item], level);
  return (B7Estimate){1000 * mean.value, 1000 * mean.lower, 1000 * mean.upper};
}

B7Estimate b7_cost_per(const B7CostTally *tally, B7CostPer per, double level) {
  const B7Paired *all = &tally->total, *some = &tally->counted[per];
  double n = (double)all->pairs, share = (double)some->pairs / n, z = b7_normal_quantile(0.5 + 0.5 * level);
  if (!(n >= 2) || some->pairs == 0) return (B7Estimate){NAN, NAN, NAN};
  B7Estimate mean = b7_paired_mean(all, level);
  double cost = mean.value, error = (mean.upper - mean.lower) / (2 * z);
  double cross = b7_paired_sum(some) / n - cost * share; // covariance of cost and being counted
  // relative variance of a ratio of means: those of both, less twice their covariance
  double relative = error * error * (n - 1) / (n * cost * cost) + (1 - share) / (share * n) -
                    2 * cross / (cost * share * n);
  double value = 1000 * cost / share, half = z * sqrt(fmax(0, relative));
  if (!(cost > 0)) return (B7Estimate){0, 0, 0};
  return (B7Estimate){value, value * exp(-half), value * exp(half)};
}
