/* test_treatments.c - lists of treatments: put together, sorted, changed. */
#include "test_base.h"

#include "treat/treatments.h"

static double days_a[] = {0, 1, 2}, days_b[] = {-3};
static B7Attribute cells[] = {{.name = "cd34_per_kg", .value = 4e6, .unit = "cell/kg", .is_amount = true},
                              {.name = "mismatch_gvh", .value = 0.4, .unit = "1"}};

static const B7Given rows[] = {
    {.kind = B7_GIVEN_DRUG,
     .lane = B7_TREATMENT_LANE_LYMPHODEPLETION,
     .role = B7_ROLE_LYMPHODEPLETION,
     .name = "fludarabine",
     .dose = {.amount = 30, .kind = B7_DOSE_KIND_MASS_MG, .basis = B7_DOSE_BASIS_PER_M2},
     .reference = {.amount = 30, .kind = B7_DOSE_KIND_MASS_MG, .basis = B7_DOSE_BASIS_PER_M2},
     .n_day = 3,
     .day = days_a},
    {.kind = B7_GIVEN_DRUG,
     .lane = B7_TREATMENT_LANE_CONDITIONING,
     .role = B7_ROLE_CONDITIONING,
     .name = "busulfan",
     .dose = {.amount = 3.2, .kind = B7_DOSE_KIND_MASS_MG, .basis = B7_DOSE_BASIS_PER_KG},
     .reference = {.amount = 3.2, .kind = B7_DOSE_KIND_MASS_MG, .basis = B7_DOSE_BASIS_PER_KG},
     .start_day = -3,
     .n_day = 1,
     .day = days_b},
    {.kind = B7_GIVEN_GRAFT,
     .lane = B7_TREATMENT_LANE_TRANSPLANT,
     .role = B7_ROLE_GRAFT,
     .name = "bone_marrow",
     .n_day = 1,
     .day = days_a,
     .n_attribute = 2,
     .attributes = cells}};

static B7Treatments list_at(B7Arena *arena, double day) {
  B7Treatments list = {.arena = arena};
  B7Error error;
  assert_int_equal(b7_treatments_add(&list, rows, 3, day, &error), B7_OK);
  return list;
}

static void a_list_has_days_of_its_own(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Treatments list = list_at(&arena, 40);
  assert_int_equal(list.n_given, 3);
  assert_true(list.given[0].day[2] == 42 && days_a[2] == 2);
  assert_true(list.given[1].start_day == 37 && list.given[1].day[0] == 37);
  b7_treatments_sort(&list);
  assert_string_equal(list.given[0].name, "busulfan");
  // equal starts keep their order
  assert_string_equal(list.given[1].name, "fludarabine");
  assert_string_equal(list.given[2].name, "bone_marrow");
  b7_arena_free(&arena);
}

static void what_is_picked_is_changed(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Error error;
  B7Treatments list = list_at(&arena, 10);
  int32_t found;
  const B7Which graft = {.roles = 1u << B7_ROLE_GRAFT}, flu = {.name = "fludarabine"}, all = {0};
  assert_int_equal(b7_treatments_scale(&list, &graft, 0.5, &found, &error), B7_OK);
  assert_int_equal(found, 1);
  // cells are halved, the mismatch is not, and the source stays as it was
  assert_true(list.given[2].attributes[0].value == 2e6 && list.given[2].attributes[1].value == 0.4);
  assert_true(cells[0].value == 4e6);
  assert_int_equal(b7_treatments_move(&list, &flu, -4), 1);
  assert_true(list.given[0].day[0] == 6 && list.given[0].start_day == 6);
  const B7Dose mg = {.amount = 25, .kind = B7_DOSE_KIND_MASS_MG, .basis = B7_DOSE_BASIS_PER_M2},
               in_cells = {.amount = 1e6, .kind = B7_DOSE_KIND_CELLS, .basis = B7_DOSE_BASIS_PER_KG};
  assert_int_equal(b7_treatments_dose(&list, &flu, &mg), 1);
  assert_true(list.given[0].dose.amount == 25 && list.given[1].dose.amount == 3.2);
  assert_int_equal(b7_treatments_dose(&list, &all, &in_cells), 0);
  b7_arena_free(&arena);
}

static void a_transplant_goes_as_a_whole(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Treatments list = list_at(&arena, 0);
  assert_int_equal(b7_treatments_leave_out(&list, &b7_which_transplant), 2);
  assert_int_equal(list.n_given, 1);
  assert_string_equal(list.given[0].name, "fludarabine");
  assert_int_equal(b7_treatments_leave_out(&list, &(B7Which){.name = "melphalan"}), 0);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_list_has_days_of_its_own),
                                     cmocka_unit_test(what_is_picked_is_changed),
                                     cmocka_unit_test(a_transplant_goes_as_a_whole)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
