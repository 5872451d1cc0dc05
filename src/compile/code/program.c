/* program.c - the compiler from end to end: flatten, decide what is computed ahead, differentiate, order,
 * lower. */
#include "compile/code/program.h"

#include "compile/code/contract.h"

#include <string.h>

#include "compile/algebra/differentiate.h"
#include "compile/algebra/flatten.h"
#include "compile/algebra/reciprocals.h"
#include "compile/algebra/simplify.h"

typedef struct Compilation {
  const B7Model *model;
  B7Program *program;
  B7Arena *arena;  /* of the program */
  B7Arena scratch; /* freed at the end */
  B7Graph *graph;
  B7Places places;
  B7Flat flat;
  int32_t *decayed;       /* n_exact: x exp(-k dt) */
  int32_t *drive_rate;    /* n_drive */
  int32_t *slope_per_day; /* n_state */
  B7JacobianEntry *entries;
  int32_t n_entry;
  B7Ahead *ahead;
} Compilation;

/* ---- what drives ---- */

/* Whatever of the exact states the slopes and rates of counted reactions need becomes a drive: an input of
 * its own. */
static bool replace_drives(Compilation *c) {
  B7Graph *g = c->graph;
  B7Flat *flat = &c->flat;
  size_t n_state = (size_t)c->places.n_state, n_rate = (size_t)flat->n_reaction, count = g->count;
  int32_t *roots = B7_ARENA_ARRAY(&c->scratch, int32_t, n_state + n_rate + 1);
  int32_t *map = B7_ARENA_ARRAY(&c->scratch, int32_t, count + 1);
  if (!roots || !map) return false;
  for (size_t i = 0; i < n_state; i++) roots[i] = flat->slope[i];
  for (size_t i = 0; i < n_rate; i++) roots[n_state + i] = flat->rate[i];
  uint8_t *marks =
      b7_classify_frontier(g, &c->scratch, roots, n_state + n_rate, B7_LEVEL_EXACT, B7_LEVEL_EXACT, true);
  c->program->drive_node = B7_ARENA_ARRAY(c->arena, int32_t, count + 1);
  if (!marks || !c->program->drive_node) return false;
  int32_t n_drive = 0;
  for (size_t i = 0; i < count; i++) {
    map[i] = -1;
    if (!marks[i]) continue;
    c->program->drive_node[n_drive] = (int32_t)i;
    map[i] = b7_graph_input(g, B7_ARRAY_DRIVE, n_drive++);
    b7_graph_name(g, map[i], g->nodes[i].name, g->nodes[i].label, g->nodes[i].unit, g->nodes[i].module);
  }
  c->program->tables.n_drive = n_drive;
  for (size_t i = 0; i < n_state; i++) flat->slope[i] = b7_graph_substitute(g, flat->slope[i], map, count);
  for (size_t i = 0; i < n_rate; i++) flat->rate[i] = b7_graph_substitute(g, flat->rate[i], map, count);
  for (int32_t i = 0; i < c->model->n_observable; i++)
    flat->observable[i] = b7_graph_substitute(g, flat->observable[i], map, count);
  return !g->failed;
}

/* ---- derivatives ---- */

/* dx/dt = -k x */
static int32_t seed_exact(void *context, B7Graph *graph, B7Array array, int32_t index) {
  const Compilation *c = context;
  if (array != B7_ARRAY_EXACT) return b7_graph_constant(graph, 0.0);
  return b7_graph_negate(graph, b7_graph_multiply(graph, c->flat.loss_rate[index],
                                                  b7_graph_input(graph, B7_ARRAY_EXACT, index)));
}

static int32_t seed_drive(void *context, B7Graph *graph, B7Array array, int32_t index) {
  (void)context;
  if (array != B7_ARRAY_DRIVE) return b7_graph_constant(graph, 0.0);
  return b7_graph_input(graph, B7_ARRAY_DRIVE_PER_DAY, index);
}

static bool differentiate(Compilation *c) {
  B7Graph *g = c->graph;
  int32_t n_exact = c->places.n_exact, n_state = c->places.n_state, n_drive = c->program->tables.n_drive;
  c->decayed = B7_ARENA_ARRAY(&c->scratch, int32_t, n_exact + 1);
  c->drive_rate = B7_ARENA_ARRAY(&c->scratch, int32_t, n_drive + 1);
  c->slope_per_day = B7_ARENA_ARRAY(&c->scratch, int32_t, n_state + 1);
  if (!c->decayed || !c->drive_rate || !c->slope_per_day) return false;
  int32_t step = b7_graph_input(g, B7_ARRAY_STEP, 0);
  for (int32_t i = 0; i < n_exact; i++) {
    int32_t exponent = b7_graph_negate(g, b7_graph_multiply(g, c->flat.loss_rate[i], step));
    int32_t x = b7_graph_input(g, B7_ARRAY_EXACT, i);
    int32_t left = b7_graph_multiply(g, x, b7_graph_function(g, B7_OP_EXP, exponent));
    // what was never given stays nothing, so that emitted code may pass over it
    int32_t nothing = b7_graph_compare(g, B7_OP_EQUAL, x, b7_graph_constant(g, 0.0));
    c->decayed[i] = b7_graph_select(g, nothing, x, left);
  }
  b7_graph_tangent(g, &c->scratch, c->program->drive_node, n_drive, seed_exact, c, c->drive_rate);
  b7_graph_tangent(g, &c->scratch, c->flat.slope, n_state, seed_drive, c, c->slope_per_day);
  c->n_entry = b7_graph_jacobian(g, &c->scratch, c->flat.slope, n_state, B7_ARRAY_STATE, &c->entries);
  return c->n_entry >= 0 && !g->failed;
}

/* Slopes first: what they pair, the Jacobian shares. */
static bool pair_reciprocals(Compilation *c) {
  B7Graph *g = c->graph;
  // a quotient that is infinite, or in a branch not taken, must not spoil another
  if (g->any_sign) return true;
  size_t count = g->count, n_state = (size_t)c->places.n_state, n_drive = (size_t)c->program->tables.n_drive;
  int32_t *map = B7_ARENA_ARRAY(&c->scratch, int32_t, count + 1);
  int32_t *entry_nodes = B7_ARENA_ARRAY(&c->scratch, int32_t, c->n_entry + 1);
  if (!map || !entry_nodes) return false;
  for (size_t i = 0; i < count; i++) map[i] = -1;
  for (int32_t e = 0; e < c->n_entry; e++) entry_nodes[e] = c->entries[e].node;
  const struct {
    int32_t *nodes;
    size_t n;
    B7Level level;
  } groups[] = {{c->program->drive_node, n_drive, B7_LEVEL_EXACT},
                {c->drive_rate, n_drive, B7_LEVEL_EXACT},
                {c->flat.slope, n_state, B7_LEVEL_STATE},
                {c->slope_per_day, n_state, B7_LEVEL_STATE},
                {entry_nodes, (size_t)c->n_entry, B7_LEVEL_STATE}};
  for (size_t k = 0; k < sizeof groups / sizeof *groups; k++) {
    if (!b7_pair_reciprocals(g, &c->scratch, groups[k].nodes, groups[k].n, groups[k].level, map, count))
      return false;
    for (size_t i = 0; i < groups[k].n; i++)
      groups[k].nodes[i] = b7_graph_substitute(g, groups[k].nodes[i], map, count);
  }
  for (int32_t e = 0; e < c->n_entry; e++) c->entries[e].node = entry_nodes[e];
  return !g->failed;
}

static bool order_states(Compilation *c) {
  int32_t *rows = B7_ARENA_ARRAY(&c->scratch, int32_t, c->n_entry + 1);
  int32_t *columns = B7_ARENA_ARRAY(&c->scratch, int32_t, c->n_entry + 1);
  if (!rows || !columns) return false;
  for (int32_t e = 0; e < c->n_entry; e++) rows[e] = c->entries[e].row, columns[e] = c->entries[e].column;
  return b7_sparsity_make(c->arena, c->places.n_state, rows, columns, c->n_entry, &c->program->sparsity);
}

/* ---- roots of parts ---- */

typedef struct Roots {
  B7Root *items;
  size_t count, capacity;
  bool failed;
} Roots;

static void add_root(Compilation *c, Roots *roots, B7Array array, int32_t index, int32_t node) {
  B7Root *items = b7_arena_grow(&c->scratch, roots->items, roots->count, &roots->capacity, sizeof *items);
  if (!items || node < 0) {
    roots->failed = true;
    return;
  }
  roots->items = items;
  items[roots->count++] = (B7Root){array, index, node};
}

static void add_jacobian_row(Compilation *c, Roots *roots, int32_t row, int32_t *entry) {
  const B7Sparsity *s = &c->program->sparsity;
  int32_t at = s->place[row];
  for (; *entry < c->n_entry && c->entries[*entry].row == row; (*entry)++)
    add_root(c, roots, B7_ARRAY_JACOBIAN, b7_sparsity_slot(s, row, c->entries[*entry].column),
             c->entries[*entry].node);
  for (int32_t slot = s->row_start[at]; slot < s->row_start[at + 1]; slot++)
    if (s->is_fill[slot]) add_root(c, roots, B7_ARRAY_JACOBIAN, slot, b7_graph_constant(c->graph, 0.0));
}

/* What each part stores. PREPARE and DERIVE are known only once `ahead` is. */
static Roots roots_of(Compilation *c, B7Part part) {
  const B7Flat *flat = &c->flat;
  const B7KernelTables *t = &c->program->tables;
  const int32_t *place = c->program->sparsity.place;
  Roots r = {0};
  int32_t entry = 0;
  switch (part) {
  case B7_PART_PREPARE:
    for (int32_t i = 0; i < t->n_shared - t->n_shared_parameter; i++)
      add_root(c, &r, B7_ARRAY_SHARED, t->n_shared_parameter + i, c->program->prepared_node[i]);
    break;
  case B7_PART_DERIVE:
    for (int32_t i = 0; i < t->n_derived; i++)
      add_root(c, &r, B7_ARRAY_DERIVED, i, c->program->derived_node[i]);
    break;
  case B7_PART_INITIAL:
    for (int32_t i = 0; i < t->n_state; i++)
      add_root(c, &r, B7_ARRAY_STATE, place[i], flat->initial_state[i]);
    for (int32_t i = 0; i < t->n_exact; i++) add_root(c, &r, B7_ARRAY_EXACT, i, flat->initial_exact[i]);
    break;
  case B7_PART_DECAY:
    for (int32_t i = 0; i < t->n_exact; i++) add_root(c, &r, B7_ARRAY_EXACT_AFTER, i, c->decayed[i]);
    break;
  case B7_PART_DRIVE:
  case B7_PART_DRIVE_RATES:
    for (int32_t i = 0; i < t->n_drive; i++) {
      add_root(c, &r, B7_ARRAY_DRIVE, i, c->program->drive_node[i]);
      if (part == B7_PART_DRIVE_RATES) add_root(c, &r, B7_ARRAY_DRIVE_PER_DAY, i, c->drive_rate[i]);
    }
    break;
  case B7_PART_SLOPE:
  case B7_PART_SLOPE_JACOBIAN:
    for (int32_t i = 0; i < t->n_state; i++) {
      add_root(c, &r, B7_ARRAY_SLOPE, place[i], flat->slope[i]);
      if (part == B7_PART_SLOPE) continue;
      add_root(c, &r, B7_ARRAY_SLOPE_PER_DAY, place[i], c->slope_per_day[i]);
      add_jacobian_row(c, &r, i, &entry);
    }
    break;
  case B7_PART_OBSERVE:
    for (int32_t i = 0; i < t->n_observable; i++)
      add_root(c, &r, B7_ARRAY_OBSERVABLE, i, flat->observable[i]);
    break;
  default:
    for (int32_t i = 0; i < t->n_reaction; i++) add_root(c, &r, B7_ARRAY_RATE, i, flat->rate[i]);
  }
  return r;
}

/* ---- computed ahead ---- */

/* Nodes that are marked and of the given level, as places from `start` on in `array`. Returns how many. */
static int32_t put_ahead(Compilation *c, const uint8_t *marks, B7Level level, B7Array array, int32_t start,
                         int32_t *nodes) {
  int32_t n = 0;
  for (size_t i = 0; i < c->graph->count; i++) {
    if (!marks[i] || c->graph->nodes[i].level != level) continue;
    c->ahead[i] = (B7Ahead){array, start + n};
    nodes[n++] = (int32_t)i;
  }
  return n;
}

static bool decide_ahead(Compilation *c) {
  B7Program *p = c->program;
  int32_t *roots = NULL;
  size_t n = 0, capacity = 0;
  for (B7Part part = B7_PART_DECAY; part < B7_PARTS; part++) {
    Roots r = roots_of(c, part);
    if (r.failed) return false;
    for (size_t i = 0; i < r.count; i++) {
      roots = b7_arena_grow(&c->scratch, roots, n, &capacity, sizeof *roots);
      if (!roots) return false;
      roots[n++] = r.items[i].node;
    }
  }
  size_t count = c->graph->count;
  c->ahead = B7_ARENA_ARRAY(&c->scratch, B7Ahead, count + 1);
  p->derived_node = B7_ARENA_ARRAY(c->arena, int32_t, count + 1);
  p->prepared_node = B7_ARENA_ARRAY(c->arena, int32_t, count + 1);
  if (!c->ahead || !p->derived_node || !p->prepared_node) return false;
  for (size_t i = 0; i < count; i++) c->ahead[i] = (B7Ahead){B7_ARRAYS, -1};
  uint8_t *marks =
      b7_classify_frontier(c->graph, &c->scratch, roots, n, B7_LEVEL_SHARED, B7_LEVEL_PATIENT, false);
  if (!marks) return false;
  p->tables.n_derived = put_ahead(c, marks, B7_LEVEL_PATIENT, B7_ARRAY_DERIVED, 0, p->derived_node);
  marks = b7_classify_frontier(c->graph, &c->scratch, roots, n, B7_LEVEL_SHARED, B7_LEVEL_SHARED, false);
  if (!marks) return false;
  p->tables.n_shared_parameter = c->places.n_shared;
  p->tables.n_shared = c->places.n_shared + put_ahead(c, marks, B7_LEVEL_SHARED, B7_ARRAY_SHARED,
                                                      c->places.n_shared, p->prepared_node);
  return true;
}

/* ---- lowering ---- */

static bool lower_parts(Compilation *c) {
  for (B7Part part = 0; part < B7_PARTS; part++) {
    Roots r = roots_of(c, part);
    bool use_shared = part != B7_PART_PREPARE, use_derived = part > B7_PART_DERIVE;
    if (r.failed || !b7_lower(c->graph, c->arena, r.items, (int32_t)r.count, c->ahead, use_shared,
                              use_derived, c->program->sparsity.place, &c->program->parts[part]))
      return false;
  }
  const int32_t *place = c->program->sparsity.place;
  for (int32_t e = 0; e < c->program->tables.n_event; e++) {
    Roots r = {0};
    for (int32_t i = 0; i < c->flat.events[e].n_change; i++) {
      B7FlatChange change = c->flat.events[e].changes[i];
      add_root(c, &r, change.array, change.array == B7_ARRAY_STATE ? place[change.index] : change.index,
               change.node);
    }
    if (r.failed || !b7_lower(c->graph, c->arena, r.items, (int32_t)r.count, c->ahead, true, true, place,
                              &c->program->events[e]))
      return false;
  }
  return true;
}

/* ---- tables ---- */

static const char *copy_text(Compilation *c, const char *text) {
  return b7_arena_text(c->arena, text ? text : "", strlen(text ? text : ""));
}

static B7KernelState table_state(Compilation *c, int32_t model_state) {
  const B7ModelState *s = &c->model->states[model_state];
  return (B7KernelState){.name = copy_text(c, s->name),
                         .label = copy_text(c, s->label),
                         .unit = copy_text(c, s->unit),
                         .module = copy_text(c, c->model->modules[s->module].name),
                         .negligible = s->negligible,
                         .cells_per_unit = s->cells_per_unit,
                         .count_below_cells = s->count_below_cells,
                         .clear_group = s->clear_group_index};
}

static const char *source_text(Compilation *c, const B7ModelBasis *basis) {
  if (basis->kind == B7_BASIS_ASSUMED) return "assumed";
  if (basis->kind == B7_BASIS_TUNED) return "tuned";
  return copy_text(c, basis->text);
}

static B7KernelParameter table_parameter(Compilation *c, int32_t i) {
  const B7ModelParameter *p = &c->model->parameters[i];
  return (B7KernelParameter){.name = copy_text(c, p->name),
                             .label = copy_text(c, p->label),
                             .unit = copy_text(c, p->unit),
                             .module = copy_text(c, c->model->modules[p->module].name),
                             .value = p->value,
                             .low = p->low,
                             .high = p->high,
                             .spread = p->spread,
                             .spread_sd = p->spread_sd,
                             .own_index = c->places.own[i],
                             .shared_index = c->places.shared[i],
                             .source = source_text(c, &p->basis)};
}

static bool table_event(Compilation *c, int32_t i, B7KernelEvent *out) {
  const B7ModelEvent *e = &c->model->events[i];
  const char **names = B7_ARENA_ARRAY(c->arena, const char *, e->n_argument + 1);
  const char **units = B7_ARENA_ARRAY(c->arena, const char *, e->n_argument + 1);
  double *defaults = B7_ARENA_ARRAY(c->arena, double, e->n_argument + 1);
  if (!names || !units || !defaults) return false;
  for (int32_t a = 0; a < e->n_argument; a++) {
    names[a] = copy_text(c, e->arguments[a].name);
    units[a] = copy_text(c, e->arguments[a].unit);
    defaults[a] = e->arguments[a].default_value;
  }
  *out = (B7KernelEvent){copy_text(c, e->name), e->n_argument, names, units, defaults};
  return true;
}

static bool table_trigger(Compilation *c, const B7ModelTrigger *from, B7KernelTrigger *out) {
  const int32_t *place = c->program->sparsity.place;
  B7KernelAssignment *assignments = B7_ARENA_ARRAY(c->arena, B7KernelAssignment, from->n_assignment + 1);
  if (!assignments) return false;
  for (int32_t i = 0; i < from->n_assignment; i++) {
    const B7ModelAssignment *set = &from->assignments[i];
    assignments[i] = (B7KernelAssignment){place[c->places.state[set->state]], set->value, set->size};
  }
  *out = (B7KernelTrigger){.name = copy_text(c, from->name),
                           .condition = from->condition,
                           .delay = from->delay,
                           .priority = from->priority,
                           .true_before = from->true_before,
                           .persistent = from->persistent,
                           .values_at_trigger = from->values_at_trigger,
                           .n_assignment = from->n_assignment,
                           .assignments = assignments};
  return out->name != NULL;
}

static bool fill_sizes(Compilation *c) {
  const B7Model *m = c->model;
  B7KernelTables *t = &c->program->tables;
  t->abi = B7_KERNEL_ABI;
  t->model = copy_text(c, m->name);
  t->model_hash = copy_text(c, m->hash);
  t->n_state = c->places.n_state;
  t->n_exact = c->places.n_exact;
  t->n_own = c->places.n_own;
  t->n_latch = m->n_latch;
  t->n_parameter = m->n_parameter;
  t->n_observable = m->n_observable;
  t->n_event = m->n_event;
  t->n_reaction = c->flat.n_reaction;
  return t->model && t->model_hash;
}

static bool fill_tables(Compilation *c) {
  const B7Model *m = c->model;
  B7KernelTables *t = &c->program->tables;
  const B7Sparsity *s = &c->program->sparsity;
  t->n_jacobian = s->n_jacobian;
  t->n_lu = s->n_lu;
  t->lu_row_start = s->row_start;
  t->lu_column = s->column;
  B7KernelState *states = B7_ARENA_ARRAY(c->arena, B7KernelState, t->n_state + 1);
  B7KernelState *exacts = B7_ARENA_ARRAY(c->arena, B7KernelState, t->n_exact + 1);
  B7KernelParameter *parameters = B7_ARENA_ARRAY(c->arena, B7KernelParameter, t->n_parameter + 1);
  B7KernelObservable *observables = B7_ARENA_ARRAY(c->arena, B7KernelObservable, t->n_observable + 1);
  B7KernelLatch *latches = B7_ARENA_ARRAY(c->arena, B7KernelLatch, t->n_latch + 1);
  B7KernelEvent *events = B7_ARENA_ARRAY(c->arena, B7KernelEvent, t->n_event + 1);
  B7KernelReaction *reactions = B7_ARENA_ARRAY(c->arena, B7KernelReaction, t->n_reaction + 1);
  B7KernelTrigger *triggers = B7_ARENA_ARRAY(c->arena, B7KernelTrigger, m->n_trigger + 1);
  if (!states || !exacts || !parameters || !observables || !latches || !events || !reactions || !triggers)
    return false;
  for (int32_t i = 0; i < m->n_trigger; i++)
    if (!table_trigger(c, &m->triggers[i], &triggers[i])) return false;
  t->n_trigger = m->n_trigger;
  t->triggers = triggers;
  t->clock = m->clock >= 0 ? s->place[c->places.state[m->clock]] : -1;
  t->days_per_time_unit = m->days_per_time_unit;
  for (int32_t i = 0; i < t->n_state; i++) states[i] = table_state(c, c->places.model_state[s->order[i]]);
  for (int32_t i = 0; i < t->n_exact; i++) exacts[i] = table_state(c, c->places.model_exact[i]);
  const B7Code *observe = &c->program->parts[B7_PART_OBSERVE];
  for (int32_t i = 0; i < observe->n; i++) {
    const B7Instruction *at = &observe->instructions[i];
    if (at->op == B7_OP_INPUT && at->array == B7_ARRAY_DRIVE) t->observes_drive = 1;
    if (at->op == B7_OP_INPUT && at->array == B7_ARRAY_EXACT) exacts[at->index].observed = 1;
  }
  for (int32_t i = 0; i < t->n_parameter; i++) parameters[i] = table_parameter(c, i);
  for (int32_t i = 0; i < t->n_observable; i++) {
    const B7ModelObservable *o = &m->observables[i];
    observables[i] = (B7KernelObservable){copy_text(c, o->name), copy_text(c, o->label),
                                          copy_text(c, o->unit), o->detection, o->log_axis};
  }
  for (int32_t i = 0; i < t->n_latch; i++) {
    const B7ModelLatch *l = &m->latches[i];
    latches[i] =
        (B7KernelLatch){copy_text(c, l->name), copy_text(c, l->label), copy_text(c, l->unit), l->initial};
  }
  for (int32_t i = 0; i < t->n_event; i++)
    if (!table_event(c, i, &events[i])) return false;
  for (int32_t i = 0; i < t->n_reaction; i++) {
    reactions[i] = c->flat.reactions[i];
    reactions[i].name = copy_text(c, reactions[i].name);
    reactions[i].state = s->place[reactions[i].state];
  }
  t->states = states;
  t->exacts = exacts;
  t->parameters = parameters;
  t->observables = observables;
  t->latches = latches;
  t->events = events;
  t->reactions = reactions;
  return true;
}

/* Names point into the model until here. */
static bool own_names(Compilation *c) {
  B7Program *p = c->program;
  for (size_t i = 0; i < c->graph->count; i++) {
    B7GraphNode *node = &c->graph->nodes[i];
    if (!node->name) continue;
    node->name = copy_text(c, node->name);
    node->label = copy_text(c, node->label);
    node->unit = copy_text(c, node->unit);
    if (!node->name || !node->label || !node->unit) return false;
  }
  p->n_module = c->model->n_module;
  p->module_names = B7_ARENA_ARRAY(c->arena, const char *, p->n_module + 1);
  if (!p->module_names) return false;
  for (int32_t i = 0; i < p->n_module; i++) p->module_names[i] = copy_text(c, c->model->modules[i].name);
  return true;
}

B7Status b7_program_make(const B7Model *model, const B7Hooks *hooks, B7Program **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7Arena arena = b7_arena_make(hooks);
  B7Program *program = B7_ARENA_ARRAY(&arena, B7Program, 1);
  if (!program) return b7_fail_memory(error);
  program->arena = arena;
  program->graph = b7_graph_make(&program->arena);
  // other people's models take powers of quantities that are no amounts
  program->graph.any_sign = model->foreign;
  Compilation c = {.model = model, .program = program, .arena = &program->arena, .graph = &program->graph};
  c.scratch = b7_arena_make(hooks);
  program->events = B7_ARENA_ARRAY(c.arena, B7Code, model->n_event + 1);
  B7Status status = B7_OK;
  if (!program->events || !b7_classify(model, &c.scratch, &c.places)) status = b7_fail_memory(error);
  if (status == B7_OK) status = b7_flatten(model, &c.places, c.graph, &c.flat, error);
  if (status == B7_OK &&
      !(fill_sizes(&c) && replace_drives(&c) && differentiate(&c) && pair_reciprocals(&c) &&
        order_states(&c) && decide_ahead(&c) && lower_parts(&c) && fill_tables(&c) && own_names(&c)))
    status = b7_fail_memory(error);
  if (status == B7_OK) status = b7_contract_bind_tables(&program->arena, &program->tables, error);
  b7_arena_free(&c.scratch);
  if (status != B7_OK) {
    b7_program_free(program);
    return status;
  }
  *out = program;
  return B7_OK;
}

void b7_program_free(B7Program *program) {
  if (!program) return;
  // the program lies in its own arena
  B7Arena arena = program->arena;
  b7_arena_free(&arena);
}
