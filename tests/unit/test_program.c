/* Compiling with an allocator that refuses at every possible call: an error each time, nothing leaked,
 * nothing crashed; and the lowering of small graphs. */
#include "test_base.h"

#include "compile/algebra/simplify.h"
#include "compile/code/emit_c.h"
#include "compile/code/program.h"
#include "scarce_memory.h"

static B7Model *model;

static B7Status make_kernel(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7Kernel *kernel;
  B7Status status = b7_kernel_make(model, B7_KERNEL_INTERPRETED, NULL, &hooks, &kernel, error);
  if (status != B7_OK) assert_null(kernel);
  b7_kernel_free(kernel);
  return status;
}

static B7Status emit_text(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  char *text;
  B7Status status = b7_kernel_emit_c(model, &hooks, &text, error);
  if (status != B7_OK) assert_null(text);
  b7_text_free(&hooks, text);
  return status;
}

static void refused_memory_is_an_error_and_leaks_nothing(void **state) {
  (void)state;
  B7Error error;
  assert_int_equal(b7_model_load(B7_TEST_FOLDER "/golden/small.yaml", NULL, &model, &error), B7_OK);
  assert_true(scarce_memory_refuse_each("b7_kernel_make", make_kernel) > 5);
  assert_true(scarce_memory_refuse_each("b7_kernel_emit_c", emit_text) > 5);
  b7_model_free(model);
}

/* Lower one root that is stored into slope 0. */
static B7Code lower(B7Graph *graph, B7Arena *arena, int32_t root) {
  B7Ahead *ahead = B7_ARENA_ARRAY(arena, B7Ahead, graph->count + 1);
  for (size_t i = 0; i < graph->count; i++) ahead[i] = (B7Ahead){B7_ARRAYS, -1};
  static const int32_t place[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  B7Root roots[1] = {{B7_ARRAY_SLOPE, 0, root}};
  B7Code code;
  assert_true(b7_lower(graph, arena, roots, 1, ahead, true, true, place, &code));
  return code;
}

static int count(const B7Code *code, B7Op op) {
  int n = 0;
  for (int32_t i = 0; i < code->n; i++) n += code->instructions[i].op == op;
  return n;
}

static void products_are_fused_into_sums(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Graph g = b7_graph_make(&arena);
  int32_t y[4];
  for (int i = 0; i < 4; i++) y[i] = b7_graph_input(&g, B7_ARRAY_STATE, i);
  int32_t product = b7_graph_multiply(&g, y[0], y[1]), other = b7_graph_multiply(&g, y[2], y[3]);
  struct {
    int32_t root;
    B7Op op;
  } forms[] = {{b7_graph_add(&g, product, y[2]), B7_OP_FMA},
               {b7_graph_subtract(&g, product, y[2]), B7_OP_FMS},
               {b7_graph_subtract(&g, y[2], product), B7_OP_FNMA},
               {b7_graph_subtract(&g, y[2], y[3]), B7_OP_SUBTRACT}};
  for (int i = 0; i < 4; i++) {
    B7Code code = lower(&g, &arena, forms[i].root);
    assert_int_equal(count(&code, forms[i].op), 1);
    assert_int_equal(count(&code, B7_OP_MULTIPLY) + count(&code, B7_OP_NEGATE) + count(&code, B7_OP_ADD), 0);
  }
  // of two products one is fused; a product with another use is not
  B7Code code = lower(&g, &arena, b7_graph_add(&g, product, other));
  assert_int_equal(count(&code, B7_OP_FMA), 1);
  assert_int_equal(count(&code, B7_OP_MULTIPLY), 1);
  code = lower(&g, &arena, b7_graph_add(&g, product, b7_graph_function(&g, B7_OP_EXP, product)));
  assert_int_equal(count(&code, B7_OP_MULTIPLY), 1);
  assert_int_equal(count(&code, B7_OP_ADD), 1);
  b7_arena_free(&arena);
}

/* No register is taken for a new value while an old one in it is still to be used. */
static void registers_hold_values_until_their_last_use(void **state) {
  (void)state;
  B7Model *model = NULL;
  B7Program *program = NULL;
  B7Error error;
  assert_int_equal(b7_model_load(B7_SOURCE_FOLDER "/model", NULL, &model, &error), B7_OK);
  assert_int_equal(b7_program_make(model, NULL, &program, &error), B7_OK);
  b7_model_free(model);
  for (B7Part part = 0; part < B7_PARTS; part++) {
    const B7Code *code = &program->parts[part];
    int32_t *holds = calloc((size_t)code->n_slot + 1, sizeof *holds);
    for (int32_t i = 0; i < code->n; i++) {
      const B7Instruction *at = &code->instructions[i];
      for (int k = 0; k < b7_op_operands(at->op); k++) {
        assert_true(at->operand[k] < i);
        assert_int_equal(holds[code->instructions[at->operand[k]].slot], at->operand[k]);
      }
      if (at->op == B7_OP_STORE) continue;
      assert_in_range(at->slot, 0, code->n_slot - 1);
      holds[at->slot] = i;
    }
    free(holds);
  }
  b7_program_free(program);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refused_memory_is_an_error_and_leaks_nothing),
      cmocka_unit_test(products_are_fused_into_sums),
      cmocka_unit_test(registers_hold_values_until_their_last_use),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
