/* emit_c.c - a program as readable C over lanes.
 *
 * Long functions are cut at stores into pieces of moderate size: compilers allocate registers better in those
 * than in one giant function. What a later piece needs from an earlier one travels through an array on the
 * stack.
 */
#include "compile/emit_c.h"

#include <stdio.h>
#include <string.h>

/* Weight of a piece, about one for each machine instruction; a power counts for what it is inlined to. */
#define PIECE_WEIGHT 700
/* An expression longer than this is given a name. */
#define LONGEST_EXPRESSION 64
#define NAME_SIZE 96

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

/* -------------------------------------------------------------------------------------------------------
 * names ---- */

static const char *const array_prefix[B7_ARRAYS] = {
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
                      char name[NAME_SIZE]) {
  const char *given = b7_graph_at(&p->graph, node)->name;
  if (given && *given)
    snprintf(name, NAME_SIZE, "%s", given);
  else
    snprintf(name, NAME_SIZE, "%s%d", nameless, index);
}

/* The name of a place in an array, without its prefix. */
static void place_name(const B7Program *p, B7Array array, int32_t index, char name[NAME_SIZE]) {
  const B7KernelTables *t = &p->tables;
  switch (array) {
  case B7_ARRAY_SHARED:
    if (index >= t->n_shared_parameter) {
      node_name(p, p->prepared_node[index - t->n_shared_parameter], "p_", index - t->n_shared_parameter,
                name);
      return;
    }
    for (int32_t i = 0; i < t->n_parameter; i++)
      if (t->parameters[i].shared_index == index) snprintf(name, NAME_SIZE, "%s", t->parameters[i].name);
    return;
  case B7_ARRAY_OWN:
    for (int32_t i = 0; i < t->n_parameter; i++)
      if (t->parameters[i].own_index == index) snprintf(name, NAME_SIZE, "%s", t->parameters[i].name);
    return;
  case B7_ARRAY_LATCH:
    snprintf(name, NAME_SIZE, "%s", t->latches[index].name);
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
    snprintf(name, NAME_SIZE, "%s", t->exacts[index].name);
    return;
  case B7_ARRAY_OBSERVABLE:
    snprintf(name, NAME_SIZE, "%s", t->observables[index].name);
    return;
  case B7_ARRAY_STATE:
  case B7_ARRAY_SLOPE:
  case B7_ARRAY_SLOPE_PER_DAY:
    snprintf(name, NAME_SIZE, "%s", t->states[index].name);
    return;
  default:
    snprintf(name, NAME_SIZE, "%d", index);
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

/* ---------------------------------------------------------------------------------------------------
 * expressions ---- */

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
    return "b7v_pow";
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
  char name[NAME_SIZE] = "";
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
      place_name(f->program, at->array, at->index, name);
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

/* ------------------------------------------------------------------------------------------------ what is
 * named ---- */

static int32_t weight_of(B7Op op) {
  switch (op) {
  case B7_OP_POWER:
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

/* -------------------------------------------------------------------------------------------------------
 * bodies ---- */

static void append_store(Function *f, const B7Instruction *at) {
  B7Text *text = f->text;
  char name[NAME_SIZE] = "";
  if (at->array != B7_ARRAY_JACOBIAN && at->array != B7_ARRAY_RATE)
    place_name(f->program, at->array, at->index, name);
  if (at->array == B7_ARRAY_SHARED)
    b7_text_append(text, "  shared[shared_%s] = b7v_lane(", name);
  else if (f->one_lane)
    b7_text_append(text, "  SET_LANE(%s, %s_%s, ", b7_array_word(at->array), array_prefix[at->array], name);
  else if (at->array == B7_ARRAY_JACOBIAN)
    b7_text_append(text, "  SET(jacobian_lu, %d, ", at->index);
  else if (at->array == B7_ARRAY_RATE)
    b7_text_append(text, "  SET(rate_cells_per_day, %d, ", at->index);
  else if (at->array == B7_ARRAY_OBSERVABLE)
    b7_text_append(text, "  SET(out, %d, ", at->index);
  else
    b7_text_append(text, "  SET(%s, %s_%s, ", b7_array_word(at->array), array_prefix[at->array], name);
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
  char name[NAME_SIZE];
  place_name(f->program, at->array, at->index, name);
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

/* Parameters of each kernel function, as declared in bridge7_kernel.h; and their names, to pass them on. */
typedef struct Signature {
  const char *name, *parameters, *arguments;
} Signature;

static void append_function(const B7Program *program, B7Arena *arena, B7Text *text, const B7Code *code,
                            const Signature *s, bool one_lane) {
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
                     f.n_carried > 0 ? ", double *restrict carried" : "");
    // functions need not use all that they may
    for (const char *at = s->arguments; *at;) {
      int length = (int)strcspn(at, ",");
      b7_text_append(text, "%s(void)%.*s%s", at == s->arguments ? "  " : "", length, at,
                     at[length] ? ", " : ";\n");
      at += length;
      while (*at == ',' || *at == ' ') at++;
    }
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

/* -------------------------------------------------------------------------------------------- linear
 * equations ---- */

/* Row by row; the row under work is in variables. */
static void append_factor(const B7Program *program, B7Text *text) {
  const B7Sparsity *s = &program->sparsity;
  int32_t piece = 0, weight = 0;
  for (int32_t i = 0; i < s->n_factor;) {
    if (weight == 0)
      b7_text_append(
          text,
          "static NOINLINE void factor_%d(const double *restrict diagonal, double *restrict lu) {\n"
          "  const V d = b7v_load(diagonal);\n",
          ++piece);
    int32_t row = s->factor[i].row;
    b7_text_append(text, "  // %s\n", program->tables.states[row].name);
    for (int32_t slot = s->row_start[row]; slot < s->row_start[row + 1]; slot++) {
      // the part right of the diagonal is touched only when a row above is taken from this one
      bool touched = slot <= s->diagonal[row];
      for (int32_t j = i; !touched && j < s->n_factor && s->factor[j].row == row; j++)
        touched = s->factor[j].to == slot;
      if (touched) b7_text_append(text, "  V a_%d = b7v_load(lu + %d * W);\n", slot, slot);
    }
    for (; i < s->n_factor && s->factor[i].row == row; i++, weight++) {
      const B7LuStep *step = &s->factor[i];
      switch (step->op) {
      case B7_LU_SHIFT:
        b7_text_append(text, "  a_%d -= d;\n", step->to);
        break;
      case B7_LU_SCALE:
        b7_text_append(text, "  a_%d *= b7v_load(lu + %d * W);\n", step->to, step->a);
        break;
      case B7_LU_MULTIPLY_ADD:
        b7_text_append(text, "  a_%d = b7v_fma(a_%d, b7v_load(lu + %d * W), a_%d);\n", step->to, step->a,
                       step->b, step->to);
        break;
      default:
        b7_text_append(text, "  a_%d = -1.0 / a_%d;\n", step->to, step->to);
      }
    }
    for (int32_t slot = s->row_start[row]; slot < s->row_start[row + 1]; slot++) {
      bool touched = slot <= s->diagonal[row];
      for (int32_t j = i; !touched && j-- > 0 && s->factor[j].row == row;) touched = s->factor[j].to == slot;
      if (touched) b7_text_append(text, "  SET(lu, %d, a_%d);\n", slot, slot);
    }
    if (weight >= PIECE_WEIGHT || i >= s->n_factor) {
      b7_text_append(text, "}\n\n");
      weight = 0;
    }
  }
  b7_text_append(text,
                 "static void factor(const void *program, const double *diagonal, double *jacobian_lu) {\n"
                 "  (void)program, (void)diagonal, (void)jacobian_lu;\n");
  for (int32_t k = 1; k <= piece; k++) b7_text_append(text, "  factor_%d(diagonal, jacobian_lu);\n", k);
  b7_text_append(text, "}\n\n");
}

/* Pieces keep the right-hand side of their rows in variables and leave the results in b. */
static void append_solve(const B7Program *program, B7Text *text) {
  const B7Sparsity *s = &program->sparsity;
  int32_t piece = 0, weight = 0;
  for (int32_t i = 0; i < s->n_solve;) {
    if (weight == 0)
      b7_text_append(text, "static NOINLINE void solve_%d(const double *restrict lu, double *restrict b) {\n",
                     ++piece);
    int32_t row = s->solve[i].to;
    b7_text_append(text, "  SET(b, y_%s, ", program->tables.states[row].name);
    // the steps of a row nest: the first is innermost
    int32_t first = i;
    while (i < s->n_solve && s->solve[i].to == row && !s->solve[i].scale) i++;
    int32_t last = i;
    bool scaled = i < s->n_solve && s->solve[i].to == row && s->solve[i].scale;
    if (scaled) b7_text_append(text, "b7v_load(lu + %d * W) * ", s->solve[i++].slot);
    for (int32_t k = last; k-- > first;)
      b7_text_append(text, "b7v_fma(b7v_load(lu + %d * W), B(%s), ", s->solve[k].slot,
                     program->tables.states[s->solve[k].from].name);
    b7_text_append(text, "B(%s)", program->tables.states[row].name);
    for (int32_t k = first; k < last; k++) b7_text_append(text, ")");
    b7_text_append(text, ");\n");
    weight += i - first;
    if (weight >= PIECE_WEIGHT || i >= s->n_solve) {
      b7_text_append(text, "}\n\n");
      weight = 0;
    }
  }
  b7_text_append(text, "static void solve(const void *program, const double *factors, double *b) {\n"
                       "  (void)program, (void)factors, (void)b;\n");
  for (int32_t k = 1; k <= piece; k++) b7_text_append(text, "  solve_%d(factors, b);\n", k);
  b7_text_append(text, "}\n\n");
}

/* --------------------------------------------------------------------------------------------------------
 * whole ---- */

static void append_places(const B7Program *p, B7Text *text, B7Array array, int32_t n) {
  if (n == 0) return;
  b7_text_append(text, "enum {");
  for (int32_t i = 0; i < n; i++) {
    char name[NAME_SIZE] = "";
    place_name(p, array, i, name);
    b7_text_append(text, i % 6 ? " %s_%s," : "\n  %s_%s,", array_prefix[array], name);
  }
  b7_text_append(text, "\n};\n");
}

static void append_head(const B7Program *p, B7Text *text) {
  const B7KernelTables *t = &p->tables;
  b7_text_append(
      text,
      "/* Kernel of the model \"%s\", hash %s: generated by bridge7, not to be edited.\n"
      " * %d integrated states, %d exact states, %d parameters; Jacobian %d entries, %d with fill.\n"
      " */\n"
      "#include \"bridge7_kernel.h\"\n"
      "#include \"kernel/lane_math.h\"\n\n"
      "#define W B7_LANES\n"
      "#define NOINLINE __attribute__((noinline))\n"
      "#ifndef B7_KERNEL_ISA\n#define B7_KERNEL_ISA \"plain\"\n#endif\n\n"
      "/* places in the arrays; y in the order of elimination */\n",
      t->model, t->model_hash, t->n_state, t->n_exact, t->n_parameter, t->n_jacobian, t->n_lu);
  append_places(p, text, B7_ARRAY_STATE, t->n_state);
  append_places(p, text, B7_ARRAY_EXACT, t->n_exact);
  append_places(p, text, B7_ARRAY_SHARED, t->n_shared);
  append_places(p, text, B7_ARRAY_OWN, t->n_own);
  append_places(p, text, B7_ARRAY_LATCH, t->n_latch);
  append_places(p, text, B7_ARRAY_DERIVED, t->n_derived);
  append_places(p, text, B7_ARRAY_DRIVE, t->n_drive);
  b7_text_append(
      text,
      "\n#define SHARED(name) b7v_set(shared[shared_##name])\n"
      "#define OWN(name) b7v_load(own + own_##name * W)\n"
      "#define LATCH(name) b7v_load(latch + latch_##name * W)\n"
      "#define DERIVED(name) b7v_load(derived + derived_##name * W)\n"
      "#define X(name) b7v_load(x + x_##name * W)\n"
      "#define DRIVE(name) b7v_load(drive + drive_##name * W)\n"
      "#define DRIVE_PER_DAY(name) b7v_load(drive_per_day + drive_##name * W)\n"
      "#define Y(name) b7v_load(y + y_##name * W)\n"
      "#define B(name) b7v_load(b + y_##name * W)\n"
      "#define CARRIED(place) b7v_load(carried + (place) * W)\n"
      "#define SET(array, place, value) b7v_store(array + (place) * W, value)\n"
      "#define SET_LANE(array, place, value) \\\n"
      "  b7v_store(array + (place) * W, b7v_select(b7m_only(lane), value, b7v_load(array + (place) * W)))\n\n");
}

#define PATIENT                                                                                              \
  "const double *restrict shared, const double *restrict own, const double *restrict latch, const double *restrict derived"
#define PATIENT_NAMES "shared, own, latch, derived"

static const Signature signatures[B7_PARTS] = {
    [B7_PART_PREPARE] = {"prepare_in", "double *shared", "shared"},
    [B7_PART_DERIVE] =
        {"derive_in",
         "const double *restrict shared, const double *restrict own, const double *restrict latch, "
         "double *restrict derived",
         PATIENT_NAMES},
    [B7_PART_INITIAL] = {"initial_in", PATIENT ", double *restrict y, double *restrict x",
                         PATIENT_NAMES ", y, x"},
    [B7_PART_DECAY] =
        {"decay_in",
         "const double *restrict shared, const double *restrict own, const double *restrict derived, "
         "const double *restrict dt_day, const double *x, double *x_out",
         "shared, own, derived, dt_day, x, x_out"},
    [B7_PART_DRIVE] = {"drive_in", PATIENT ", const double *restrict x, double *restrict drive",
                       PATIENT_NAMES ", x, drive"},
    [B7_PART_DRIVE_RATES] =
        {"drive_rates_in",
         PATIENT ", const double *restrict x, double *restrict drive, double *restrict drive_per_day",
         PATIENT_NAMES ", x, drive, drive_per_day"},
    [B7_PART_SLOPE] =
        {"slope_in",
         PATIENT ", const double *restrict drive, const double *restrict y, double *restrict dydt_per_day",
         PATIENT_NAMES ", drive, y, dydt_per_day"},
    [B7_PART_SLOPE_JACOBIAN] =
        {"slope_jacobian_in",
         PATIENT ", const double *restrict drive, const double *restrict drive_per_day, "
                 "const double *restrict y, double *restrict dydt_per_day, double *restrict dfdt, "
                 "double *restrict jacobian_lu",
         PATIENT_NAMES ", drive, drive_per_day, y, dydt_per_day, dfdt, jacobian_lu"},
    [B7_PART_OBSERVE] =
        {"observe_in",
         PATIENT ", const double *restrict x, const double *restrict drive, const double *restrict y, "
                 "double *restrict out",
         PATIENT_NAMES ", x, drive, y, out"},
    [B7_PART_PROPENSITY] = {"propensity_in",
                            PATIENT ", const double *restrict drive, const double *restrict y, "
                                    "double *restrict rate_cells_per_day",
                            PATIENT_NAMES ", drive, y, rate_cells_per_day"},
};

/* The kernel's functions take the program first, which generated code has no need of. */
static const char entry_points[] =
    "#define PATIENT const double *shared, const double *own, const double *latch, const double *derived\n"
    "static void prepare(const void *program, double *shared) {\n  (void)program;\n  prepare_in(shared);\n}\n"
    "static void derive(const void *program, const double *shared, const double *own, const double *latch, double *derived) {\n"
    "  (void)program;\n  derive_in(shared, own, latch, derived);\n}\n"
    "static void initial(const void *program, PATIENT, double *y, double *x) {\n"
    "  (void)program;\n  initial_in(shared, own, latch, derived, y, x);\n}\n"
    "static void decay(const void *program, const double *shared, const double *own, const double *derived,\n"
    "                  const double *dt_day, const double *x, double *x_out) {\n"
    "  (void)program;\n  decay_in(shared, own, derived, dt_day, x, x_out);\n}\n"
    "static void drive_(const void *program, PATIENT, const double *x, double *drive, double *drive_per_day) {\n"
    "  (void)program;\n"
    "  if (drive_per_day) drive_rates_in(shared, own, latch, derived, x, drive, drive_per_day);\n"
    "  else drive_in(shared, own, latch, derived, x, drive);\n}\n"
    "static void slope(const void *program, PATIENT, const double *drive, const double *y, double *dydt_per_day) {\n"
    "  (void)program;\n  slope_in(shared, own, latch, derived, drive, y, dydt_per_day);\n}\n"
    "static void slope_jacobian(const void *program, PATIENT, const double *drive, const double *drive_per_day,\n"
    "                           const double *y, double *dydt_per_day, double *dfdt, double *jacobian_lu) {\n"
    "  (void)program;\n"
    "  slope_jacobian_in(shared, own, latch, derived, drive, drive_per_day, y, dydt_per_day, dfdt, jacobian_lu);\n}\n"
    "static void observe(const void *program, PATIENT, const double *x, const double *drive, const double *y, double *out) {\n"
    "  (void)program;\n  observe_in(shared, own, latch, derived, x, drive, y, out);\n}\n"
    "static void propensity(const void *program, PATIENT, const double *drive, const double *y, double *rate_cells_per_day) {\n"
    "  (void)program;\n  propensity_in(shared, own, latch, derived, drive, y, rate_cells_per_day);\n}\n\n"
    "extern const B7KernelCode B7_KERNEL_CODE;\n"
    "const B7KernelCode B7_KERNEL_CODE = {\n"
    "    .lanes = W,\n    .isa = B7_KERNEL_ISA,\n    .prepare = prepare,\n    .derive = derive,\n    .initial = initial,\n"
    "    .decay = decay,\n    .drive = drive_,\n    .slope = slope,\n    .slope_jacobian = slope_jacobian,\n"
    "    .factor = factor,\n    .solve = solve,\n    .observe = observe,\n    .event = event,\n"
    "    .propensity = propensity,\n};\n\n";

static void append_events(const B7Program *p, B7Arena *arena, B7Text *text) {
  for (int32_t e = 0; e < p->tables.n_event; e++) {
    const B7KernelEvent *event = &p->tables.events[e];
    b7_text_append(text, "/* %s(", event->name);
    for (int32_t a = 0; a < event->n_argument; a++)
      b7_text_append(text, "%s%s %s", a ? ", " : "", event->argument_names[a], event->argument_units[a]);
    b7_text_append(text, ") */\n");
    char name[32];
    snprintf(name, sizeof name, "event_%d", e);
    Signature s = {
        name,
        "const double *restrict argument, int32_t lane, const double *restrict shared, const double *restrict "
        "own, const double *restrict derived, double *restrict y, double *restrict x, double *restrict latch",
        "argument, lane, shared, own, derived, y, x, latch"};
    append_function(p, arena, text, &p->events[e], &s, true);
  }
  b7_text_append(
      text,
      "static void event(const void *program, int32_t e, const double *argument, int32_t lane, const double *shared,\n"
      "                  const double *own, const double *derived, double *y, double *x, double *latch) {\n"
      "  (void)program;\n"
      "  (void)argument, (void)lane, (void)shared, (void)own, (void)derived, (void)y, (void)x, (void)latch;\n"
      "  switch (e) {\n");
  for (int32_t e = 0; e < p->tables.n_event; e++)
    b7_text_append(text, "  case %d: event_%d(argument, lane, shared, own, derived, y, x, latch); break;\n",
                   e, e);
  b7_text_append(text, "  default: break;\n  }\n}\n\n");
}

B7Status b7_emit_c(const B7Program *program, B7Text *text, B7Error *error) {
  static const char *const about[B7_PARTS] = {"what depends on shared parameters alone",
                                              "what depends on parameters and latches alone",
                                              "state at the start",
                                              "exact states after a while",
                                              "what exact states bring into the equations",
                                              "the same, and its derivative in time",
                                              "slopes",
                                              "slopes, their derivative in time, and the Jacobian",
                                              "observables",
                                              "rates of counted reactions"};
  B7Arena arena = b7_arena_make(text->hooks);
  append_head(program, text);
  for (B7Part part = 0; part < B7_PARTS; part++) {
    b7_text_append(text, "/* ---- %s ---- */\n\n", about[part]);
    append_function(program, &arena, text, &program->parts[part], &signatures[part], false);
  }
  b7_text_append(text, "/* ---- events ---- */\n\n");
  append_events(program, &arena, text);
  b7_text_append(text, "/* ---- linear equations ---- */\n\n");
  append_factor(program, text);
  append_solve(program, text);
  b7_text_append(text, "%s", entry_points);
  b7_emit_tables(program, text);
  b7_arena_free(&arena);
  return text->failed ? b7_fail_memory(error) : B7_OK;
}
