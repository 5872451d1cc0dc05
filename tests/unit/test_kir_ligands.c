/* KIR ligands and what one person lacks of the other's. */
#include "test_base.h"

#include "hla_fixture.h"

static B7Hla *hla;

static B7KirMatch kir(const char *recipient, const char *donor, B7KirOptions options) {
  B7HlaTyping *r = hla_typing(hla, recipient), *d = hla_typing(hla, donor);
  B7KirMatch match;
  b7_kir_match(hla, r, d, options, &match);
  b7_hla_typing_free(r);
  b7_hla_typing_free(d);
  return match;
}

static void ligands(void **state) {
  (void)state;
  const B7KirOptions none = {B7_KIR_A_NONE, false};
  B7KirMatch match = kir("B*44:02,B*51:01 C*01:02,C*07:02", "B*07:02,B*08:01 C*04:01,C*06:02", none);
  assert_true(match.evaluable && match.gvh == B7_KIR_LIGAND_C2 &&
              match.hvg == (B7_KIR_LIGAND_BW4 | B7_KIR_LIGAND_C1));
  assert_int_equal(match.recipient.certain,
                   B7_KIR_LIGAND_C1 | B7_KIR_LIGAND_BW4 | B7_KIR_LIGAND_BW4_80I | B7_KIR_LIGAND_BW4_80T);
  // the first field is not enough for C, and some B alleles carry C1
  match = kir("B*07:02,B*08:01 C*15:07,C*15:07", "B*07:02,B*08:01 C*15:02,C*12:05", none);
  assert_true(match.gvh == B7_KIR_LIGAND_C2 && match.hvg == B7_KIR_LIGAND_C1);
  match = kir("B*46:01,B*08:01 C*15:02,C*15:02", "B*07:02,B*08:01 C*01:02,C*15:02", none);
  assert_true(match.gvh == 0 && match.hvg == 0);
}

static void options(void **state) {
  (void)state;
  const char *rest = "B*07:02,B*08:01 C*01:02,C*02:02 A*02:01,A*01:01",
             *with_b13 = "B*13:01,B*08:01 C*01:02,C*02:02 A*02:01,A*01:01";
  const char *with_a24 = "A*24:02,A*02:01 B*07:02,B*08:01 C*01:02,C*02:02",
             *with_a23 = "A*23:01,A*02:01 B*07:02,B*08:01 C*01:02,C*02:02";
  assert_int_equal(kir(rest, with_a24, (B7KirOptions){B7_KIR_A_NONE, false}).gvh, 0);
  assert_int_equal(kir(rest, with_a24, (B7KirOptions){B7_KIR_A_STRICT, false}).gvh, B7_KIR_LIGAND_BW4);
  assert_int_equal(kir(rest, with_a23, (B7KirOptions){B7_KIR_A_STRICT, false}).gvh, 0);
  assert_int_equal(kir(rest, with_a23, (B7KirOptions){B7_KIR_A_ALL, false}).gvh, B7_KIR_LIGAND_BW4);
  assert_int_equal(kir(rest, with_b13, (B7KirOptions){B7_KIR_A_NONE, false}).gvh, B7_KIR_LIGAND_BW4);
  assert_int_equal(kir(rest, with_b13, (B7KirOptions){B7_KIR_A_NONE, true}).gvh, 0);
}

static void unknown_is_not_none(void **state) {
  (void)state;
  const B7KirOptions none = {B7_KIR_A_NONE, false};
  const char *whole = "B*07:02,B*08:01 C*01:02,C*02:02";
  B7KirMatch match = kir("B*07:02,B*08:01", whole, none);
  assert_true(!match.evaluable && match.gvh == 0);
  assert_string_equal(match.recipient.why, "no typing of C");
  match = kir(whole, "B*07:02,B*08:01 C*01:99,C*02:02", none);
  assert_true(!match.evaluable);
  assert_string_equal(match.donor.why, "C*01:99 is not in the table of ligands");
  assert_false(kir(whole, "B*07:02,B*08:01 C*01:02", none).evaluable);
  // A is needed only when it counts
  assert_true(kir(whole, whole, none).evaluable);
  assert_false(kir(whole, whole, (B7KirOptions){B7_KIR_A_ALL, false}).evaluable);
  // not expressed: no ligand
  assert_int_equal(kir(whole, "B*44:02N,B*08:01 C*01:02,C*02:02", none).gvh, 0);
  // open alleles with the same ligand decide, with different ones leave it open
  match = kir("B*07:02,B*08:01 C*01:02,C*07:01", "B*07:02,B*08:01 C*04:01/C*05:01,C*07:01", none);
  assert_true(match.gvh == B7_KIR_LIGAND_C2 && match.gvh_possible == B7_KIR_LIGAND_C2);
  match = kir("B*07:02,B*08:01 C*01:02,C*07:01", "B*07:02,B*08:01 C*04:01/C*07:02,C*07:01", none);
  assert_true(match.gvh == 0 && match.gvh_possible == B7_KIR_LIGAND_C2 && match.evaluable);
}

static int setup(void **state) {
  (void)state;
  hla = hla_tables();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  b7_hla_free(hla);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(ligands), cmocka_unit_test(options),
                                     cmocka_unit_test(unknown_is_not_none)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
