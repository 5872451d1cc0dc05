/* trial_page_patients.c - how the patients of each arm went: the flow of all, and the courses of some. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/trial_page.h"

/* ---- flow ---- */

typedef struct Node {
  const char *id, *label, *next; /* next Nullable */
  int64_t n;
} Node;

static void open_node(const B7TrialPage *page, const Node *node) {
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", node->id);
  b7_json_text(page->json, "label", node->label);
  b7_json_number(page->json, "n", (double)node->n);
  if (node->next) {
    b7_json_open_array(page->json, "next");
    b7_json_text(page->json, NULL, node->next);
    b7_json_close_array(page->json);
  }
}

static void write_lost(const B7TrialPage *page, const char *label, int64_t n) {
  if (n <= 0) return;
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "label", label);
  b7_json_number(page->json, "n", (double)n);
  b7_json_close_object(page->json);
}

static const char *node_id(const B7TrialPage *page, int32_t arm, const char *step) {
  return b7_arena_format(page->arena, "arm%d_%s", (int)arm + 1, step);
}

/* enrolled -> infused -> transplanted -> alive; steps that the arm does not have are left out */
static void write_arm_flow(const B7TrialPage *page, int32_t a) {
  const B7TrialRun *run = page->run;
  const B7TrialArm *arm = &run->trial->arms[a];
  const B7TrialFlow *flow = &run->arms[a].flow;
  bool product = arm->product != NULL, graft = arm->transplant.when != B7_TRANSPLANT_NEVER;
  int64_t left_out = run->trial->intention_to_treat ? 0 : flow->not_made;
  int64_t followed = flow->enrolled - flow->failed - left_out;
  const char *alive = node_id(page, a, "alive"), *transplanted = node_id(page, a, "transplanted"),
             *infused = node_id(page, a, "infused"), *after = graft ? transplanted : alive;

  Node node = {.id = node_id(page, a, "enrolled"),
               .label = arm->name,
               .next = product ? infused : after,
               .n = flow->enrolled};
  open_node(page, &node);
  b7_json_open_array(page->json, "lost");
  write_lost(page, "failed numerically, in no summary", flow->failed);
  if (product)
    write_lost(page, run->trial->intention_to_treat ? "product not made" : "product not made, left out",
               flow->not_made);
  if (product)
    write_lost(page, "died before infusion", flow->enrolled - flow->failed - flow->not_made - flow->infused);
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);

  if (product) {
    node = (Node){.id = infused, .label = "infused", .next = after, .n = flow->infused};
    open_node(page, &node);
    b7_json_close_object(page->json);
  }
  if (graft) {
    node = (Node){.id = transplanted, .label = "transplanted", .next = alive, .n = flow->transplanted};
    open_node(page, &node);
    b7_json_open_array(page->json, "lost");
    int64_t without = followed - flow->transplanted;
    write_lost(page, "followed without a transplant", without);
    b7_json_close_array(page->json);
    if (flow->no_donor > 0)
      b7_json_text(page->json, "detail",
                   b7_arena_format(page->arena, "no donor at hand for %lld of those enrolled",
                                   (long long)flow->no_donor));
    b7_json_close_object(page->json);
  }
  node = (Node){.id = alive,
                .label = b7_arena_format(page->arena, "alive on day %d", (int)run->horizon_day),
                .n = followed - flow->dead};
  open_node(page, &node);
  b7_json_open_array(page->json, "lost");
  write_lost(page, "died", flow->dead);
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
}

static void write_flow(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  b7_json_open_object(page->json, "flow");
  b7_json_text(page->json, "title", "From enrolment to the end of follow-up");
  b7_json_text(page->json, "note", "The same virtual patients enter every arm.");
  b7_json_open_array(page->json, "nodes");
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", "virtual");
  b7_json_text(page->json, "label", "virtual patients");
  b7_json_number(page->json, "n", (double)run->patients);
  b7_json_text(page->json, "detail", run->cohort->title);
  b7_json_open_array(page->json, "next");
  for (int32_t a = 0; a < run->n_arm; a++) b7_json_text(page->json, NULL, node_id(page, a, "enrolled"));
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
  for (int32_t a = 0; a < run->n_arm; a++) write_arm_flow(page, a);
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
}

/* ---- swimmers ---- */

static int by_id(const void *a, const void *b) {
  const B7Swimmer *x = a, *y = b;
  return (x->id > y->id) - (x->id < y->id);
}

/* the state from a day on */
static const char *state_at(const B7TrialArm *arm, const B7Swimmer *swimmer, double day) {
  if (swimmer->relapse_day <= day) return "relapse";
  if (swimmer->hsct_day <= day) return "after transplant";
  if (swimmer->remission_day <= day) return "remission";
  if (swimmer->cart_day <= day) return "after infusion";
  return arm->product ? "waiting" : "treatment";
}

static void write_spans(const B7TrialPage *page, const B7TrialArm *arm, const B7Swimmer *swimmer,
                        double end_day) {
  const double changes[] = {swimmer->cart_day, swimmer->remission_day, swimmer->hsct_day,
                            swimmer->relapse_day};
  b7_json_open_array(page->json, "spans");
  for (double from = 0; from < end_day;) {
    double to = end_day;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
      if (changes[i] > from) to = fmin(to, changes[i]);
    }
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "state", state_at(arm, swimmer, from));
    b7_json_number(page->json, "start_day", from);
    b7_json_number(page->json, "end_day", to);
    b7_json_close_object(page->json);
    from = to;
  }
  b7_json_close_array(page->json);
}

static void write_marks(const B7TrialPage *page, const B7Swimmer *swimmer) {
  const struct {
    const char *kind;
    double day;
  } marks[] = {{"infusion", swimmer->cart_day},
               {"transplant", swimmer->hsct_day},
               {"relapse", swimmer->relapse_day},
               {"death", swimmer->death_day}};
  b7_json_open_array(page->json, "marks");
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
    if (isnan(marks[i].day)) continue;
    b7_json_open_object(page->json, NULL);
    b7_json_number(page->json, "t", marks[i].day);
    b7_json_text(page->json, "kind", marks[i].kind);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
}

static void write_swimmer(const B7TrialPage *page, const B7TrialArm *arm, const B7Swimmer *swimmer) {
  bool alive = isnan(swimmer->death_day);
  double end_day = alive ? page->run->horizon_day : swimmer->death_day;
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", b7_arena_format(page->arena, "%lld", (long long)swimmer->id + 1));
  b7_json_number(page->json, "end_day", end_day);
  b7_json_bool(page->json, "alive", alive);
  write_spans(page, arm, swimmer, end_day);
  write_marks(page, swimmer);
  b7_json_close_object(page->json);
}

/* forty patients over all arms, the same in each */
static void write_swimmers(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  int64_t shown = B7_TALLY_SWIMMERS / run->n_arm > 8 ? B7_TALLY_SWIMMERS / run->n_arm : 8;
  b7_json_open_array(page->json, "swimmer");
  for (int32_t a = 0; a < run->n_arm; a++) {
    const B7TrialArmState *state = &run->arms[a];
    B7Swimmer *sorted = B7_ARENA_ARRAY(page->arena, B7Swimmer, state->n_swimmer + 1);
    if (!sorted) {
      page->json->text.failed = true;
      break;
    }
    if (state->n_swimmer == 0) continue;
    memcpy(sorted, state->swimmers, (size_t)state->n_swimmer * sizeof *sorted);
    qsort(sorted, (size_t)state->n_swimmer, sizeof *sorted, by_id);
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "id", b7_arena_format(page->arena, "swimmer_arm%d", (int)a + 1));
    b7_json_text(page->json, "title", run->trial->arms[a].name);
    if (a == 0)
      b7_json_text(
          page->json, "note",
          "The first virtual patients of the draw, by number; the same number is the same patient in every arm.");
    b7_json_open_array(page->json, "patients");
    for (int32_t i = 0; i < state->n_swimmer && sorted[i].id < shown; i++)
      write_swimmer(page, &run->trial->arms[a], &sorted[i]);
    b7_json_close_array(page->json);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
}

void b7_trial_write_patients(const B7TrialPage *page) {
  write_flow(page);
  write_swimmers(page);
}
