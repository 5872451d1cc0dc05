/* emit_function.c - one function of a kernel as C: its values named, its expressions written, cut into
 * pieces.
 *
 * Long functions are cut at stores into pieces of moderate size: compilers allocate registers better in those
 * than in one giant function. What a later piece needs from an earlier one travels through an array on the
 * stack.
 */
#include <stdio.h>
#include <string.h>

#include "compile/code/emit_parts.h"

/* Weight of a piece, about one for each machine instruction; a power counts for what it is inlined to. */
#define PIECE_WEIGHT 1500
/* An expression longer than this is given a name. */
#define LONGEST_EXPRESSION 64

/* One function of the kernel: its instructions, and how each value appears in the text. */
typedef struct Function {
  const B7Program *program;
  const B7Code *code;
  const char *name;
  B7Text *text;
  B7Arena *arena;
  char **variable;  /* by instruction: name of its variable, NULL where it is written out at its use */
  int32_t *piece;   /* by instruction */
  int32_t *carried; /* by instruction: place in the array between pieces, -1 */
  uint8_t *loaded;  /* by instruction: already taken from that array in this piece */
  int32_t n_piece, n_carried;
  bool one_lane; /* an event: stores touch one lane */
  bool failed;
} Function;

/* ---- names ---- */

const char *const b7_emit_prefix[B7_ARRAYS] = {
    [B7_ARRAY_SHARED] = "shared",
    [B7_ARRAY_OWN] = "own",
    [B7_ARRAY_LATCH] = "latch",
    [B7_ARRAY_DERIVED] = "derived",
    [B7_ARRAY_EXACT] = "x",
    [B7_ARRAY_DRIVE] = "drive",
    [B7_ARRAY_DRIVE_PER_DAY] = "drive",
    [B7_ARRAY_STATE] = "y",
    [B7_ARRAY_EXACT_AFTER] = "x",
    [B7_ARRAY_SLOPE] = "y",
    [B7_ARRAY_SLOPE_PER_DAY] = "y",
    [B7_ARRAY_OBSERVABLE] = "out",
};

/* How a place is read: X(A_busulfan) and the like. */
static const char *const array_reader[B7_ARRAYS] = {
    [B7_ARRAY_SHARED] = "SHARED",
    [B7_ARRAY_OWN] = "OWN",
    [B7_ARRAY_LATCH] = "LATCH",
    [B7_ARRAY_DERIVED] = "DERIVED",
    [B7_ARRAY_EXACT] = "X",
    [B7_ARRAY_DRIVE] = "DRIVE",
    [B7_ARRAY_DRIVE_PER_DAY] = "DRIVE_PER_DAY",
    [B7_ARRAY_STATE] = "Y",
};

static void node_name(const B7Program *p, int32_t node, const char *nameless, int32_t index,
                      char name[B7_EMIT_NAME]) {
  const char *given = b7_graph_at(&p->graph, node)->name;
  if (given && *given)
    snprintf(name, B7_EMIT_NAME, "%s", given);
  else
    snprintf(name, B7_EMIT_NAME, "%s%d", nameless, index);
}

/* The name of a place in an array, without its prefix. */
void b7_emit_place_name(const B7Program *p, B7Array array, int32_t index, char name[B7_EMIT_NAME]) {
  const B7KernelTables *t = &p->tables;
  switch (array) {
  case B7_ARRAY_SHARED:
    if (index >= t->n_shared_parameter) {
      node_name(p, p->prepared_node[index - t->n_shared_parameter], "p_", index - t->n_shared_parameter,
                name);
      return;
    }
    for (int32_t i = 0; i < t->n_parameter; i++)
      if (t->parameters[i].shared_index == index) snprintf(name, B7_EMIT_NAME, "%s", t->parameters[i].name);
    return;
  case B7_ARRAY_OWN:
    for (int32_t i = 0; i < t->n_parameter; i++)
      if (t->parameters[i].own_index == index) snprintf(name, B7_EMIT_NAME, "%s", t->parameters[i].name);
    return;
  case B7_ARRAY_LATCH:
    snprintf(name, B7_EMIT_NAME, "%s", t->latches[index].name);
    return;
  case B7_ARRAY_DERIVED:
    node_name(p, p->derived_node[index], "d_", index, name);
    return;
  case B7_ARRAY_DRIVE:
  case B7_ARRAY_DRIVE_PER_DAY:
    node_name(p, p->drive_node[index], "e_", index, name);
    return;
  case B7_ARRAY_EXACT:
  case B7_ARRAY_EXACT_AFTER:
    snprintf(name, B7_EMIT_NAME, "%s", t->exacts[index].name);
    return;
  case B7_ARRAY_OBSERVABLE:
    snprintf(name, B7_EMIT_NAME, "%s", t->observables[index].name);
    return;
  case B7_ARRAY_STATE:
  case B7_ARRAY_SLOPE:
  case B7_ARRAY_SLOPE_PER_DAY:
    snprintf(name, B7_EMIT_NAME, "%s", t->states[index].name);
    return;
  default:
    snprintf(name, B7_EMIT_NAME, "%d", index);
  }
}

static bool in_list(const char *word, const char *const *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(word, list[i]) == 0) return true;
  return false;
}

/* Words that a variable may not be called. */
static bool is_taken(const char *name) {
  static const char *const words[] = {"auto",
                                      "break",
                                      "case",
                                      "char",
                                      "const",
                                      "continue",
                                      "default",
                                      "do",
                                      "double",
                                      "else",
                                      "enum",
                                      "extern",
                                      "float",
                                      "for",
                                      "goto",
                                      "if",
                                      "inline",
                                      "int",
                                      "long",
                                      "register",
                                      "restrict",
                                      "return",
                                      "short",
                                      "signed",
                                      "sizeof",
                                      "static",
                                      "struct",
                                      "switch",
                                      "typedef",
                                      "union",
                                      "unsigned",
                                      "void",
                                      "volatile",
                                      "while",
                                      "asm",
                                      "typeof",
                                      "linux",
                                      "unix",
                                      "V",
                                      "VI",
                                      "VM",
                                      "W",
                                      "X",
                                      "Y",
                                      "SET",
                                      "OWN",
                                      "SHARED",
                                      "LATCH",
                                      "DERIVED",
                                      "DRIVE",
                                      "DRIVE_PER_DAY",
                                      "CARRIED",
                                      "SET_LANE",
                                      "NOINLINE",
                                      "program",
                                      "shared",
                                      "own",
                                      "latch",
                                      "derived",
                                      "drive",
                                      "drive_per_day",
                                      "IN",
                                      "OUT",
                                      "PATIENT",
                                      "x",
                                      "y",
                                      "dydt_per_day",
                                      "dfdt",
                                      "jacobian_lu",
                                      "out",
                                      "rate_cells_per_day",
                                      "carried",
                                      "lane",
                                      "argument",
                                      "dt_day",
                                      "x_out",
                                      "e",
                                      "main"};
  if (in_list(name, words, sizeof words / sizeof *words)) return true;
  static const char *const prefixes[] = {"b7",   "B7",     "__",       "t_", "per_",   "shared_",
                                         "own_", "latch_", "derived_", "x_", "drive_", "y_"};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) return true;
  return false;
}

/* Comment text may not end the comment. */
static void append_comment(B7Text *text, const char *label, const char *unit) {
  if (!label || !*label) return;
  b7_text_append(text, " // ");
  for (const char *at = label; *at; at++) b7_text_append(text, "%c", *at == '\n' || *at == '\\' ? ' ' : *at);
  if (unit && *unit) b7_text_append(text, ", %s", unit);
}

/* ---- expressions ---- */

/* Binding strength: sums 1, products 2, signs 3, everything else 4. */
static int strength(B7Op op) {
  switch (op) {
  case B7_OP_ADD:
  case B7_OP_SUBTRACT:
    return 1;
  case B7_OP_MULTIPLY:
  case B7_OP_RECIPROCAL:
    return 2;
  case B7_OP_NEGATE:
    return 3;
  default:
    return 4;
  }
}

static void append_operand(Function *f, int32_t instruction, int needed, bool as_vector);

static void append_call(Function *f, const char *name, const B7Instruction *at) {
  b7_text_append(f->text, "%s(", name);
  for (int k = 0; k < b7_op_operands(at->op); k++) {
    if (k > 0) b7_text_append(f->text, ", ");
    append_operand(f, at->operand[k], 0, true);
  }
  b7_text_append(f->text, ")");
}

static const char *call_name(B7Op op) {
  switch (op) {
  case B7_OP_POWER:
    return "b7v_pow_amount";
  case B7_OP_POWER_ANY:
    return "b7v_pow";
  case B7_OP_SIN:
    return "b7v_sin";
  case B7_OP_COS:
    return "b7v_cos";
  case B7_OP_ARCTAN:
    return "b7v_arctan";
  case B7_OP_FLOOR:
    return "b7v_floor";
  case B7_OP_FACTORIAL:
    return "b7v_factorial";
  case B7_OP_EXP:
    return "b7v_exp";
  case B7_OP_LN:
    return "b7v_log";
  case B7_OP_LOG10:
    return "b7v_log10";
  case B7_OP_SQRT:
    return "b7v_sqrt";
  case B7_OP_ABS:
    return "b7v_abs";
  case B7_OP_MIN:
    return "b7v_min";
  case B7_OP_MAX:
    return "b7v_max";
  case B7_OP_SELECT:
    return "b7v_select";
  case B7_OP_LESS:
    return "b7v_lt";
  case B7_OP_LESS_EQUAL:
    return "b7v_le";
  case B7_OP_EQUAL:
    return "b7v_eq";
  case B7_OP_NOT_EQUAL:
    return "b7v_ne";
  case B7_OP_AND:
    return "b7m_and";
  case B7_OP_OR:
    return "b7m_or";
  case B7_OP_NOT:
    return "b7m_not";
  case B7_OP_FMA:
    return "b7v_fma";
  case B7_OP_FMS:
    return "b7v_fms";
  default:
    return "b7v_fnma";
  }
}

static void append_expression(Function *f, const B7Instruction *at, bool as_vector) {
  B7Text *text = f->text;
  char name[B7_EMIT_NAME] = "";
  switch (at->op) {
  case B7_OP_CONSTANT:
    if (as_vector) b7_text_append(text, "b7v_set(");
    b7_emit_number(text, at->number);
    if (as_vector) b7_text_append(text, ")");
    return;
  case B7_OP_INPUT:
    if (at->array == B7_ARRAY_ARGUMENT)
      b7_text_append(text, "b7v_set(argument[%d])", at->index);
    else if (at->array == B7_ARRAY_STEP)
      b7_text_append(text, "b7v_load(dt_day)");
    else {
      b7_emit_place_name(f->program, at->array, at->index, name);
      b7_text_append(text, "%s(%s)", array_reader[at->array], name);
    }
    return;
  case B7_OP_ADD:
  case B7_OP_SUBTRACT:
  case B7_OP_MULTIPLY:
    // a * (b * c) keeps its parentheses: rounding follows the program
    append_operand(f, at->operand[0], strength(at->op), false);
    b7_text_append(text, at->op == B7_OP_ADD ? " + " : at->op == B7_OP_SUBTRACT ? " - " : " * ");
    append_operand(f, at->operand[1], strength(at->op) + 1, false);
    return;
  case B7_OP_NEGATE:
    b7_text_append(text, "-");
    append_operand(f, at->operand[0], 4, false);
    return;
  case B7_OP_RECIPROCAL:
    b7_text_append(text, "1.0 / ");
    append_operand(f, at->operand[0], 3, false);
    return;
  default:
    append_call(f, call_name(at->op), at);
  }
}

/* A value at its use: the name of its variable, or the expression, in parentheses when it binds weaker than
 * needed. */
static void append_operand(Function *f, int32_t instruction, int needed, bool as_vector) {
  const B7Instruction *at = &f->code->instructions[instruction];
  if (f->variable[instruction]) {
    b7_text_append(f->text, "%s", f->variable[instruction]);
    return;
  }
  bool negative_number = at->op == B7_OP_CONSTANT && !as_vector && (at->number < 0.0);
  bool parentheses = (strength(at->op) < needed) || (negative_number && needed > 0);
  if (parentheses) b7_text_append(f->text, "(");
  append_expression(f, at, as_vector);
  if (parentheses) b7_text_append(f->text, ")");
}

/* ---- what is named ---- */

static int32_t weight_of(B7Op op) {
  switch (op) {
  case B7_OP_POWER:
  case B7_OP_POWER_ANY:
    return 110;
  case B7_OP_EXP:
    return 35;
  case B7_OP_LN:
  case B7_OP_LOG10:
    return 50;
  case B7_OP_CONSTANT:
  case B7_OP_INPUT:
    return 0;
  default:
    return 1;
  }
}

static void cut_into_pieces(Function *f) {
  int32_t weight = 0;
  f->n_piece = 1;
  for (int32_t i = 0; i < f->code->n; i++) {
    const B7Instruction *at = &f->code->instructions[i];
    f->piece[i] = f->n_piece - 1;
    weight += weight_of(at->op);
    if (!f->one_lane && at->op == B7_OP_STORE && weight >= PIECE_WEIGHT && i + 1 < f->code->n)
      f->n_piece++, weight = 0;
  }
}

static bool is_written_out_anyway(const B7Instruction *at) {
  return at->op == B7_OP_CONSTANT || at->op == B7_OP_INPUT;
}

static char *choose_name(Function *f, int32_t i) {
  const B7Instruction *all = f->code->instructions, *at = &all[i];
  const B7GraphNode *node = b7_graph_at(&f->program->graph, at->node);
  // a fused product-sum stands for its sum, which has the node's name
  if (node->name && *node->name)
    return b7_arena_format(f->arena, is_taken(node->name) ? "%s_" : "%s", node->name);
  if (at->op == B7_OP_RECIPROCAL) {
    const B7GraphNode *below = b7_graph_at(&f->program->graph, all[at->operand[0]].node);
    if (below->name && *below->name) return b7_arena_format(f->arena, "per_%s", below->name);
  }
  return b7_arena_format(f->arena, "t_%d", i);
}

/* Values that are used more than once, have a name in the model, or would make a line too long get a
 * variable. */
static void name_values(Function *f) {
  const B7Code *code = f->code;
  int32_t *length = B7_ARENA_ARRAY(f->arena, int32_t, code->n + 1);
  if (!length) {
    f->failed = true;
    return;
  }
  for (int32_t i = 0; i < code->n; i++) {
    const B7Instruction *at = &code->instructions[i];
    length[i] = at->op == B7_OP_INPUT ? 14 : at->op == B7_OP_CONSTANT ? 6 : 6;
    for (int k = 0; k < b7_op_operands(at->op); k++) {
      int32_t operand = at->operand[k];
      length[i] += f->variable[operand] ? 8 : length[operand];
      if (f->piece[operand] != f->piece[i] && !is_written_out_anyway(&code->instructions[operand]) &&
          f->carried[operand] < 0)
        f->carried[operand] = f->n_carried++;
    }
    if (at->op == B7_OP_STORE || is_written_out_anyway(at)) continue;
    const char *given = b7_graph_at(&f->program->graph, at->node)->name;
    if (at->uses > 1 || (given && *given) || length[i] > LONGEST_EXPRESSION)
      f->variable[i] = choose_name(f, i);
  }
  // what travels between pieces must have a name to be stored under
  for (int32_t i = 0; i < code->n; i++)
    if (f->carried[i] >= 0 && !f->variable[i]) f->variable[i] = choose_name(f, i);
}

/* ---- bodies ---- */

static void append_store(Function *f, const B7Instruction *at) {
  B7Text *text = f->text;
  char name[B7_EMIT_NAME] = "";
  if (at->array != B7_ARRAY_JACOBIAN && at->array != B7_ARRAY_RATE)
    b7_emit_place_name(f->program, at->array, at->index, name);
  if (at->array == B7_ARRAY_SHARED)
    b7_text_append(text, "  shared[shared_%s] = b7v_lane(", name);
  else if (f->one_lane)
    b7_text_append(text, "  SET_LANE(%s, %s_%s, ", b7_array_word(at->array), b7_emit_prefix[at->array], name);
  else if (at->array == B7_ARRAY_JACOBIAN)
    b7_text_append(text, "  SET(jacobian_lu, %d, ", at->index);
  else if (at->array == B7_ARRAY_RATE)
    b7_text_append(text, "  SET(rate_cells_per_day, %d, ", at->index);
  else if (at->array == B7_ARRAY_OBSERVABLE)
    b7_text_append(text, "  SET(out, %d, ", at->index);
  else
    b7_text_append(text, "  SET(%s, %s_%s, ", b7_array_word(at->array), b7_emit_prefix[at->array], name);
  append_operand(f, at->operand[0], 0, true);
  b7_text_append(text, at->array == B7_ARRAY_SHARED ? ", 0);" : ");");
  if (at->array == B7_ARRAY_RATE) append_comment(text, f->program->tables.reactions[at->index].name, "");
  if (at->array == B7_ARRAY_OBSERVABLE)
    append_comment(text, name, f->program->tables.observables[at->index].unit);
  b7_text_append(text, "\n");
}

/* Row and column of a slot, for its comment. */
static void append_slot_comment(Function *f, int32_t slot) {
  const B7KernelTables *t = &f->program->tables;
  int32_t row = 0;
  while (t->lu_row_start[row + 1] <= slot) row++;
  b7_text_append(f->text, "  // d %s / d %s\n", t->states[row].name, t->states[t->lu_column[slot]].name);
}

static void load_carried(Function *f, const B7Instruction *at) {
  for (int k = 0; k < b7_op_operands(at->op); k++) {
    int32_t operand = at->operand[k];
    const B7Instruction *from = &f->code->instructions[operand];
    if (is_written_out_anyway(from)) continue;
    if (f->carried[operand] >= 0 && f->piece[operand] != f->piece[at - f->code->instructions]) {
      if (f->loaded[operand]) continue;
      f->loaded[operand] = 1;
      if (b7_op_is_mask(from->op))
        b7_text_append(f->text, "  const VM %s = b7v_ne(CARRIED(%d), b7v_set(0.0));\n", f->variable[operand],
                       f->carried[operand]);
      else
        b7_text_append(f->text, "  const V %s = CARRIED(%d);\n", f->variable[operand], f->carried[operand]);
    } else if (!f->variable[operand])
      load_carried(f, from);
  }
}

static void append_definition(Function *f, int32_t i) {
  const B7Instruction *at = &f->code->instructions[i];
  const B7GraphNode *node = b7_graph_at(&f->program->graph, at->node);
  bool mask = b7_op_is_mask(at->op);
  b7_text_append(f->text, "  const %s %s = ", mask ? "VM" : "V", f->variable[i]);
  append_expression(f, at, true);
  b7_text_append(f->text, ";");
  if (node->name) append_comment(f->text, node->label, node->unit);
  b7_text_append(f->text, "\n");
  if (f->carried[i] < 0) return;
  b7_text_append(f->text,
                 mask ? "  SET(carried, %d, b7v_select(%s, b7v_set(1.0), b7v_set(0.0)));\n"
                      : "  SET(carried, %d, %s);\n",
                 f->carried[i], f->variable[i]);
}

/* A drug that no patient of the group has is passed over: its amount stays 0. */
static void append_decay(Function *f, const B7Instruction *at) {
  char name[B7_EMIT_NAME];
  b7_emit_place_name(f->program, at->array, at->index, name);
  b7_text_append(f->text, "  if (b7m_any(b7v_ne(X(%s), b7v_set(0.0)))) {\n  ", name);
  append_store(f, at);
  b7_text_append(f->text, "  } else {\n    SET(x_out, x_%s, X(%s));\n  }\n", name, name);
}

/* Module whose state the next store from instruction i on belongs to; NULL when stores are not of states. */
static const char *module_ahead(const Function *f, int32_t i) {
  while (i < f->code->n && f->code->instructions[i].op != B7_OP_STORE) i++;
  if (i >= f->code->n || f->code->instructions[i].array != B7_ARRAY_SLOPE) return NULL;
  return f->program->tables.states[f->code->instructions[i].index].module;
}

static void append_piece(Function *f, int32_t piece) {
  memset(f->loaded, 0, (size_t)f->code->n);
  const char *section = NULL;
  for (int32_t i = 0; i < f->code->n; i++) {
    const B7Instruction *at = &f->code->instructions[i];
    if (f->piece[i] != piece) continue;
    bool store = at->op == B7_OP_STORE;
    if (!store && !f->variable[i]) continue;
    const char *module = module_ahead(f, i);
    if (module && (!section || strcmp(module, section) != 0)) {
      b7_text_append(f->text, "\n  /* %s */\n", module);
      section = module;
    }
    load_carried(f, at);
    if (!store)
      append_definition(f, i);
    else if (at->array == B7_ARRAY_EXACT_AFTER)
      append_decay(f, at);
    else {
      if (at->array == B7_ARRAY_JACOBIAN) append_slot_comment(f, at->index);
      append_store(f, at);
    }
  }
}

void b7_emit_function(const B7Program *program, B7Arena *arena, B7Text *text, const B7Code *code,
                      const B7Signature *s, bool one_lane) {
  size_t n = (size_t)code->n + 1;
  Function f = {.program = program,
                .code = code,
                .name = s->name,
                .text = text,
                .arena = arena,
                .one_lane = one_lane,
                .variable = B7_ARENA_ARRAY(arena, char *, n),
                .piece = B7_ARENA_ARRAY(arena, int32_t, n),
                .carried = B7_ARENA_ARRAY(arena, int32_t, n),
                .loaded = B7_ARENA_ARRAY(arena, uint8_t, n)};
  if (!f.variable || !f.piece || !f.carried || !f.loaded) {
    text->failed = true;
    return;
  }
  for (int32_t i = 0; i < code->n; i++) f.carried[i] = -1;
  cut_into_pieces(&f);
  name_values(&f);
  if (f.failed) text->failed = true;
  bool whole = f.n_piece == 1;
  for (int32_t piece = 0; piece < f.n_piece; piece++) {
    if (whole)
      b7_text_append(text, "static void %s(%s) {\n", s->name, s->parameters);
    else
      b7_text_append(text, "static NOINLINE void %s_%d(%s%s) {\n", s->name, piece + 1, s->parameters,
                     f.n_carried > 0 ? ", OUT carried" : "");
    append_piece(&f, piece);
    b7_text_append(text, "}\n\n");
  }
  if (whole) return;
  b7_text_append(text, "static void %s(%s) {\n", s->name, s->parameters);
  if (f.n_carried > 0) b7_text_append(text, "  _Alignas(64) double carried[%d * W];\n", f.n_carried);
  for (int32_t piece = 0; piece < f.n_piece; piece++)
    b7_text_append(text, "  %s_%d(%s%s);\n", s->name, piece + 1, s->arguments,
                   f.n_carried > 0 ? ", carried" : "");
  b7_text_append(text, "}\n\n");
}
