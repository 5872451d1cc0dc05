/* arm_text.c - what an arm gives, written in the course format, so that every dose passes the same checks as a
 * patient's course. */
#include "trial/design/arm_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/status.h"

/* The rows of a course must stand in order of time; they are collected first. */
typedef struct Row {
  double start_day;
  int32_t order;
  char *text;
} Row;

typedef struct Rows {
  B7Arena *arena;
  Row *rows;
  int32_t count;
  size_t room;
  double anchor_day; /* of cart or hsct */
  bool failed;
} Rows;

static void add_row(Rows *rows, double start_day, const B7Text *text) {
  Row *grown = b7_arena_grow(rows->arena, rows->rows, (size_t)rows->count, &rows->room, sizeof *grown);
  char *kept = text->failed ? NULL : b7_arena_text(rows->arena, text->bytes, text->length);
  if (!grown || !kept) {
    rows->failed = true;
    return;
  }
  rows->rows = grown;
  rows->rows[rows->count] = (Row){.start_day = start_day, .order = rows->count, .text = kept};
  rows->count++;
}

static int compare_rows(const void *a, const void *b) {
  const Row *x = a, *y = b;
  if (x->start_day != y->start_day) return x->start_day < y->start_day ? -1 : 1;
  return x->order - y->order;
}

/* "cart-5", "hsct+3", "cycle+0": the day on the course's own axis */
static double day_of(const Rows *rows, const char *at, double cycle_day) {
  double offset = 0;
  const char *sign = strpbrk(at, "+-");
  if (sign) sscanf(sign, "%lf", &offset);
  return (strncmp(at, "cycle", 5) == 0 ? cycle_day : rows->anchor_day) + offset;
}

/* one row of a regimen; "cycle+3" becomes a day of the course */
static void append_row(Rows *rows, const B7Node *row, const char *lane, const char *label, double cycle_day) {
  B7Text text = b7_text_make(&rows->arena->hooks);
  double start_day = 0;
  b7_text_append(&text, "  - {lane: \"%s\", label: ", lane);
  b7_text_quote(&text, label);
  for (int32_t i = 0; i < row->count; i++) {
    const B7Node *item = row->items[i];
    b7_text_append(&text, ", %s: ", row->keys[i]->text);
    if (strcmp(row->keys[i]->text, "at") == 0 && item->kind == B7_NODE_SCALAR) {
      start_day = day_of(rows, item->text, cycle_day);
      b7_text_append(&text, "\"day0+%g\"", start_day);
    } else {
      b7_node_append(item, &text);
    }
  }
  b7_text_append(&text, "}\n");
  add_row(rows, start_day, &text);
  b7_text_release(&text);
}

static void write_rows(Rows *rows, B7Text *text) {
  if (rows->failed) text->failed = true;
  if (rows->count == 0) {
    b7_text_append(text, "treatments: []\n");
    return;
  }
  qsort(rows->rows, (size_t)rows->count, sizeof *rows->rows, compare_rows);
  b7_text_append(text, "treatments:\n");
  for (int32_t i = 0; i < rows->count; i++) b7_text_append(text, "%s", rows->rows[i].text);
}

const B7Node *b7_arm_regimen(const B7ArmMaker *maker, const char *name) {
  const B7Node *regimens = b7_node_get(b7_document_root(maker->trial->regimens), "regimens");
  return name ? b7_node_get(regimens, name) : NULL;
}

static void append_regimen(const B7ArmMaker *maker, Rows *rows, const char *name, double cycle_day) {
  const B7Node *regimen = b7_arm_regimen(maker, name);
  if (!regimen) return;
  const B7Node *list = b7_node_get(regimen, "rows"), *lane = b7_node_get(regimen, "lane"),
               *label = b7_node_get(regimen, "label");
  for (int32_t i = 0; list && i < list->count; i++)
    append_row(rows, list->items[i], lane->text, label->text, cycle_day);
}

double b7_arm_cycle_days(const B7ArmMaker *maker, const char *name) {
  const B7Node *every = b7_node_get(b7_arm_regimen(maker, name), "every");
  double days = 28;
  const char *unit;
  if (every) b7_node_quantity(every, &days, &unit, NULL);
  return days;
}

static void append_heading(const B7ArmMaker *maker, B7Text *text, const char *anchor, double day) {
  // day 0 of a trial is no date; any will do
  b7_text_append(text, "course: arm\ntitle: ");
  b7_text_quote(text, maker->arm->name);
  b7_text_append(text,
                 "\nday0: 2001-01-01\npatient: {sex: male, age_years: 40, bsa_m2: 1.72, weight_kg: 65}\n"
                 "disease: {diagnosis: T-ALL/LBL, cd7: positive}\n"
                 "donor: {relation: sibling, hla: {score: 10/10, matched: [A, B, C, DRB1, DQB1]}}\n");
  if (!anchor) return;
  int month = 1, date = 1 + (int)day;
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  while (month < 12 && date > lengths[month - 1]) date -= lengths[month++ - 1];
  b7_text_append(text, "anchors: {%s: 2001-%02d-%02d}\n", anchor, month, date);
}

static void append_product(const B7ArmMaker *maker, Rows *rows) {
  B7Text text = b7_text_make(maker->hooks);
  b7_text_append(&text, "  - {at: cart+0, product: \"%s\", dose: ", maker->arm->product);
  b7_text_quote(&text, maker->arm->dose);
  if (maker->product_level) {
    b7_text_append(&text, ", attributes: {mismatch_gvh: %.17g, mismatch_hvg: %.17g}",
                   maker->product_level->mismatch_gvh, maker->product_level->mismatch_hvg);
  }
  b7_text_append(&text, "}\n");
  add_row(rows, rows->anchor_day, &text);
  b7_text_release(&text);
}

B7Text b7_arm_text(const B7ArmMaker *maker, bool made) {
  const B7TrialArm *arm = maker->arm;
  bool infused = arm->product && made;
  B7Arena arena = b7_arena_make(maker->hooks);
  Rows rows = {.arena = &arena, .anchor_day = maker->days_to_infusion};
  for (int32_t k = 0; k < arm->cycles; k++)
    append_regimen(maker, &rows, arm->regimen, 1 + k * b7_arm_cycle_days(maker, arm->regimen));
  if (infused) append_regimen(maker, &rows, arm->lymphodepletion, 0);
  if (infused) append_product(maker, &rows);
  B7Text text = b7_text_make(maker->hooks);
  append_heading(maker, &text, infused ? "cart" : NULL, maker->days_to_infusion);
  write_rows(&rows, &text);
  b7_arena_free(&arena);
  return text;
}

static void append_graft(const B7ArmMaker *maker, Rows *rows) {
  static const struct {
    const char *name, *cd34, *cd3;
  } grafts[] = {
#define B7_TRIAL_GRAFT_ROW(id, name, cd34, cd3) {name, cd34, cd3},
      B7_TRIAL_GRAFT_LIST(B7_TRIAL_GRAFT_ROW)
#undef B7_TRIAL_GRAFT_ROW
  };
  B7TrialGraft graft = maker->arm->transplant.graft;
  B7Text text = b7_text_make(maker->hooks);
  b7_text_append(&text, "  - {at: hsct+0, graft: %s, cd34: %s, cd3: %s}\n", grafts[graft].name,
                 grafts[graft].cd34, grafts[graft].cd3);
  add_row(rows, rows->anchor_day, &text);
  b7_text_release(&text);
}

B7Text b7_arm_transplant_text(const B7ArmMaker *maker) {
  const B7TrialTransplant *transplant = &maker->arm->transplant;
  B7Arena arena = b7_arena_make(maker->hooks);
  Rows rows = {.arena = &arena, .anchor_day = B7_PROTOCOL_DAY};
  append_regimen(maker, &rows, transplant->conditioning, 0);
  append_graft(maker, &rows);
  append_regimen(maker, &rows, transplant->prophylaxis, 0);
  B7Text text = b7_text_make(maker->hooks);
  append_heading(maker, &text, "hsct", B7_PROTOCOL_DAY);
  write_rows(&rows, &text);
  b7_arena_free(&arena);
  return text;
}

/* the product once more, with its lymphodepletion */
B7Text b7_arm_infusion_text(const B7ArmMaker *maker) {
  B7Arena arena = b7_arena_make(maker->hooks);
  Rows rows = {.arena = &arena, .anchor_day = B7_PROTOCOL_DAY};
  append_regimen(maker, &rows, maker->arm->lymphodepletion, 0);
  append_product(maker, &rows);
  B7Text text = b7_text_make(maker->hooks);
  append_heading(maker, &text, "cart", B7_PROTOCOL_DAY);
  write_rows(&rows, &text);
  b7_arena_free(&arena);
  return text;
}

B7Text b7_arm_regimen_text(const B7ArmMaker *maker, const char *regimen) {
  B7Arena arena = b7_arena_make(maker->hooks);
  Rows rows = {.arena = &arena};
  append_regimen(maker, &rows, regimen, B7_PROTOCOL_DAY);
  B7Text text = b7_text_make(maker->hooks);
  append_heading(maker, &text, NULL, 0);
  write_rows(&rows, &text);
  b7_arena_free(&arena);
  return text;
}

/* lymphodepletion begins at the earliest the day after enrolment, however soon the product is at hand */
double b7_arm_lead_day(const B7ArmMaker *maker) {
  const B7Node *rows = b7_node_get(b7_arm_regimen(maker, maker->arm->lymphodepletion), "rows");
  Rows at_infusion = {.anchor_day = 0};
  double lead = 0;
  for (int32_t i = 0; rows && i < rows->count; i++) {
    const B7Node *at = b7_node_get(rows->items[i], "at");
    if (at && at->kind == B7_NODE_SCALAR) lead = fmax(lead, -day_of(&at_infusion, at->text, 0));
  }
  return lead + 1;
}
