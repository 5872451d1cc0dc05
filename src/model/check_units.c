/* The unit of every formula is derived from those of its symbols and compared, dimension and scale, with the
 * one its place asks for. Numbers are dimensionless, and 0 has any unit. percent counts as dimensionless 1: a
 * share times 100. */
#include "model/check_units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A unit: factor times the base units to their powers (powers may be fractions: sqrt). */
typedef struct Dimension {
  double factor;
  double power[B7_UNIT_BASES];
  bool any; /* of a zero */
} Dimension;

static const Dimension dimensionless = {.factor = 1};

/* Units of a model are few and used often: read each once. */
typedef struct KnownUnit {
  const char *text;
  Dimension dimension;
} KnownUnit;

typedef struct Units {
  const B7Draft *draft;
  const B7Model *model;
  KnownUnit *known;
  size_t n_known, capacity;
  Dimension *memo; /* per expression */
  int32_t *stamp;  /* memo is that of this formula group: 1 = no event, 2 + e = event e */
  int32_t group;
  const B7Formula *formula;
} Units;

static bool same(Dimension a, Dimension b) {
  for (int i = 0; i < B7_UNIT_BASES; i++)
    if (fabs(a.power[i] - b.power[i]) > 1e-9) return false;
  return true;
}

static bool same_scale(Dimension a, Dimension b) {
  return fabs(a.factor / b.factor - 1) < 1e-9;
}

/* percent and degrees Celsius have a scale or an offset in UDUNITS that models do not want: the number in
   front is what is computed with. */
static void plain_words(const char *text, char *out, size_t size) {
  static const struct {
    const char *word, *plain;
  } words[] = {{"percent", "1"}, {"%", "1"}, {"degC", "K"}, {"celsius", "K"}};
  size_t used = 0;
  while (*text && used + 2 < size) {
    size_t i = 0;
    while (i < 4 && strncmp(text, words[i].word, strlen(words[i].word)) != 0) i++;
    if (i < 4) {
      out[used++] = words[i].plain[0];
      text += strlen(words[i].word);
    } else {
      out[used++] = *text++;
    }
  }
  out[used] = '\0';
}

static B7Status find_unit(Units *u, const char *text, Dimension *out, B7Error *error) {
  for (size_t i = 0; i < u->n_known; i++)
    if (strcmp(u->known[i].text, text) == 0) {
      *out = u->known[i].dimension;
      return B7_OK;
    }
  char plain[256];
  int powers[B7_UNIT_BASES];
  *out = dimensionless;
  plain_words(text, plain, sizeof plain);
  if (!b7_units_dimension(u->draft->units, plain, &out->factor, powers))
    return b7_fail_at(error, B7_ERROR_INPUT, u->formula->place.file, u->formula->place.line,
                      u->formula->place.column,
                      "%s: the unit '%s' is not a product of powers, so nothing can be computed in it",
                      u->formula->what, text);
  for (int i = 0; i < B7_UNIT_BASES; i++) out->power[i] = powers[i];
  KnownUnit *known =
      b7_arena_grow(&u->draft->model->arena, u->known, u->n_known, &u->capacity, sizeof(KnownUnit));
  if (!known) return b7_fail_memory(error);
  u->known = known;
  known[u->n_known++] = (KnownUnit){text, *out};
  return B7_OK;
}

static Dimension multiply(Dimension a, Dimension b, double power) {
  Dimension product = {.factor = a.factor * pow(b.factor, power), .any = a.any || b.any};
  for (int i = 0; i < B7_UNIT_BASES; i++) product.power[i] = a.power[i] + power * b.power[i];
  return product;
}

/* ---- units in words ---- */

/* Gcell, d, L rather than cell, s, m3: what models are written in. */
static void compose(Dimension d, char *text, size_t size) {
  static const struct {
    B7UnitBase base;
    double power, factor;
    const char *word;
  } words[] = {{B7_UNIT_cell, 1, 1e9, "Gcell"}, {B7_UNIT_dose, 1, 1, "dose"},
               {B7_UNIT_copy, 1, 1, "copies"},  {B7_UNIT_kilogram, 1, 1, "kg"},
               {B7_UNIT_mole, 1, 1, "mol"},     {B7_UNIT_kelvin, 1, 1, "K"},
               {B7_UNIT_metre, 3, 1e-3, "L"},   {B7_UNIT_second, 1, 86400, "d"},
               {B7_UNIT_ampere, 1, 1, "A"},     {B7_UNIT_candela, 1, 1, "cd"}};
  char above[160] = "", below[160] = "";
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    double power = d.power[words[i].base] / words[i].power;
    if (power == 0) continue;
    d.factor /= pow(words[i].factor, power);
    char *side = power > 0 ? above : below;
    size_t used = strlen(side);
    char exponent[32] = "";
    if (fabs(fabs(power) - 1) > 1e-9) snprintf(exponent, sizeof exponent, "^%.4g", fabs(power));
    snprintf(side + used, 160 - used, "%s%s%s", power < 0 ? "/" : used ? " " : "", words[i].word, exponent);
  }
  if (fabs(d.factor - 1) > 1e-9)
    snprintf(text, size, "%.6g%s%s%s", d.factor, *above ? " " : "", above, below);
  else
    snprintf(text, size, "%s%s", *above ? above : "1", below);
}

static const char *words_of(Units *u, Dimension d, char text[200]) {
  if (d.any) return "any unit";
  // a unit that the model uses reads best
  for (size_t i = 0; i < u->n_known; i++)
    if (same(u->known[i].dimension, d) && same_scale(u->known[i].dimension, d) &&
        strcmp(u->known[i].text, "percent") != 0)
      return u->known[i].text[0] ? u->known[i].text : "1";
  compose(d, text, 200);
  return text;
}

/* ---- derivation ---- */

static const B7ModelEvent *event_of(const Units *u) {
  return u->formula->event >= 0 ? &u->model->events[u->formula->event] : NULL;
}

/* "rate of 'x': 'a' is in Gcell, 'b' in 1/d: cannot be added" */
static B7Status fail_pair(Units *u, B7ExpressionId a, Dimension da, B7ExpressionId b, Dimension db,
                          const char *verb, B7Error *error) {
  B7Text ta = b7_text_make(&u->draft->hooks), tb = b7_text_make(&u->draft->hooks);
  b7_model_print_formula(u->model, event_of(u), a, &ta);
  b7_model_print_formula(u->model, event_of(u), b, &tb);
  char wa[200], wb[200], factor[64] = "";
  if (same(da, db))
    snprintf(factor, sizeof factor, " (they differ by a factor of %.6g)", da.factor / db.factor);
  B7Status status = b7_fail_at(error, B7_ERROR_INPUT, u->formula->place.file, u->formula->place.line,
                               u->formula->place.column,
                               "%s: '%.120s' has unit %s, '%.120s' has unit %s: they cannot be %s%s",
                               u->formula->what, ta.failed ? "?" : ta.bytes, words_of(u, da, wa),
                               tb.failed ? "?" : tb.bytes, words_of(u, db, wb), verb, factor);
  b7_text_release(&ta);
  b7_text_release(&tb);
  return status;
}

static B7Status fail_one(Units *u, B7ExpressionId a, Dimension da, const char *rule, B7Error *error) {
  B7Text ta = b7_text_make(&u->draft->hooks);
  b7_model_print_formula(u->model, event_of(u), a, &ta);
  char wa[200];
  B7Status status = b7_fail_at(error, B7_ERROR_INPUT, u->formula->place.file, u->formula->place.line,
                               u->formula->place.column, "%s: '%.160s' has unit %s; %s", u->formula->what,
                               ta.failed ? "?" : ta.bytes, words_of(u, da, wa), rule);
  b7_text_release(&ta);
  return status;
}

static bool is_plain(Dimension d) {
  return d.any || (same(d, dimensionless) && same_scale(d, dimensionless));
}

static const char *symbol_unit(const Units *u, const B7Expression *node) {
  int32_t i = node->symbol_index;
  switch (node->symbol_kind) {
  case B7_SYMBOL_PARAMETER:
    return u->model->parameters[i].unit;
  case B7_SYMBOL_LATCH:
    return u->model->latches[i].unit;
  case B7_SYMBOL_STATE:
    return u->model->states[i].unit;
  case B7_SYMBOL_DEFINITION:
    return u->model->definitions[i].unit;
  default:
    return event_of(u)->arguments[i].unit;
  }
}

static B7Status derive(Units *u, B7ExpressionId id, Dimension *out, B7Error *error);

static B7Status derive_power(Units *u, const B7Expression *node, const Dimension *d, Dimension *out,
                             B7Error *error) {
  if (!is_plain(d[1])) return fail_one(u, node->arg[1], d[1], "an exponent must be dimensionless", error);
  const B7Expression *exponent = b7_expression_at(&u->model->pool, node->arg[1]);
  if (is_plain(d[0]))
    *out = dimensionless;
  else if (exponent->kind == B7_EXPRESSION_NUMBER)
    *out = multiply(dimensionless, d[0], exponent->number);
  else
    return fail_one(u, node->arg[0], d[0],
                    "raised to an exponent that is no number it would have no unit: write (x / K)^n", error);
  return B7_OK;
}

static B7Status combine(Units *u, const B7Expression *node, const Dimension *d, Dimension *out,
                        B7Error *error) {
  const B7ExpressionId *arg = node->arg;
  *out = dimensionless;
  switch (node->kind) {
  case B7_EXPRESSION_NUMBER:
    out->any = node->number == 0;
    return B7_OK;
  case B7_EXPRESSION_SYMBOL:
    return find_unit(u, symbol_unit(u, node), out, error);
  case B7_EXPRESSION_MULTIPLY:
    *out = multiply(d[0], d[1], 1);
    return B7_OK;
  case B7_EXPRESSION_DIVIDE:
    *out = multiply(d[0], d[1], -1);
    return B7_OK;
  case B7_EXPRESSION_POWER:
    return derive_power(u, node, d, out, error);
  case B7_EXPRESSION_NEGATE:
  case B7_EXPRESSION_ABS:
    *out = d[0];
    return B7_OK;
  case B7_EXPRESSION_SQRT:
    *out = multiply(dimensionless, d[0], 0.5);
    return B7_OK;
  case B7_EXPRESSION_EXP:
  case B7_EXPRESSION_LN:
  case B7_EXPRESSION_LOG10:
    if (is_plain(d[0])) return B7_OK;
    return fail_one(u, arg[0], d[0], "exp, ln and log10 take dimensionless numbers", error);
  case B7_EXPRESSION_SIN:
  case B7_EXPRESSION_COS:
  case B7_EXPRESSION_ARCTAN:
  case B7_EXPRESSION_FLOOR:
  case B7_EXPRESSION_FACTORIAL:
    if (is_plain(d[0])) return B7_OK;
    return fail_one(u, arg[0], d[0], "sin, cos, arctan, floor and factorial take dimensionless numbers",
                    error);
  case B7_EXPRESSION_AND:
  case B7_EXPRESSION_OR:
  case B7_EXPRESSION_NOT:
    return B7_OK;
  case B7_EXPRESSION_PIECEWISE:
    *out = d[0].any ? d[2] : d[0];
    if (d[0].any || d[2].any || (same(d[0], d[2]) && same_scale(d[0], d[2]))) return B7_OK;
    return fail_pair(u, arg[0], d[0], arg[2], d[2], "branches of one piecewise", error);
  default:
    break;
  }
  // what is left adds or compares two quantities
  bool adds = node->kind == B7_EXPRESSION_ADD || node->kind == B7_EXPRESSION_SUBTRACT;
  bool picks = node->kind == B7_EXPRESSION_MIN || node->kind == B7_EXPRESSION_MAX;
  if (!d[0].any && !d[1].any && !(same(d[0], d[1]) && same_scale(d[0], d[1])))
    return fail_pair(u, arg[0], d[0], arg[1], d[1],
                     adds ? node->kind == B7_EXPRESSION_ADD ? "added" : "subtracted" : "compared", error);
  if (adds || picks) *out = d[0].any ? d[1] : d[0];
  return B7_OK;
}

static B7Status derive(Units *u, B7ExpressionId id, Dimension *out, B7Error *error) {
  if (u->stamp[id] != u->group) {
    const B7Expression *node = b7_expression_at(&u->model->pool, id);
    Dimension d[3], result;
    for (int i = 0; i < b7_expression_arguments(node->kind); i++)
      B7_TRY(derive(u, node->arg[i], &d[i], error));
    B7_TRY(combine(u, node, d, &result, error));
    u->memo[id] = result;
    u->stamp[id] = u->group;
  }
  *out = u->memo[id];
  return B7_OK;
}

static B7Status check_formula(Units *u, B7Error *error) {
  const B7Formula *f = u->formula;
  Dimension wanted, per = dimensionless, has;
  B7_TRY(derive(u, *f->target, &has, error));
  if (!f->unit) return B7_OK;
  B7_TRY(find_unit(u, f->unit, &wanted, error));
  if (f->per && *f->per) B7_TRY(find_unit(u, f->per, &per, error));
  wanted = multiply(wanted, per, -1);
  if (has.any || (same(has, wanted) && same_scale(has, wanted))) return B7_OK;
  char has_words[200], wanted_words[200], factor[80] = "";
  snprintf(wanted_words, sizeof wanted_words, "%.90s%s%.90s", *f->unit ? f->unit : "1",
           f->per && *f->per ? "/" : "", f->per ? f->per : "");
  if (same(has, wanted))
    snprintf(factor, sizeof factor, " (they differ by a factor of %.6g)", has.factor / wanted.factor);
  B7Text text = b7_text_make(&u->draft->hooks);
  b7_model_print_formula(u->model, event_of(u), *f->target, &text);
  B7Status status = b7_fail_at(error, B7_ERROR_INPUT, f->place.file, f->place.line, f->place.column,
                               "%s has unit %s, expected %s%s: %.200s", f->what, words_of(u, has, has_words),
                               wanted_words, factor, text.failed ? "?" : text.bytes);
  b7_text_release(&text);
  return status;
}

B7Status b7_check_units(const B7Draft *draft, B7Error *error) {
  B7Arena *arena = &draft->model->arena;
  Units units = {.draft = draft, .model = draft->model};
  units.memo = B7_ARENA_ARRAY(arena, Dimension, draft->model->pool.count + 1);
  units.stamp = B7_ARENA_ARRAY(arena, int32_t, draft->model->pool.count + 1);
  if (!units.memo || !units.stamp) return b7_fail_memory(error);
  for (size_t i = 0; i < draft->n_formula; i++) {
    units.formula = &draft->formulas[i];
    units.group = units.formula->event >= 0 ? 2 + units.formula->event : 1;
    B7_TRY(check_formula(&units, error));
  }
  return B7_OK;
}
