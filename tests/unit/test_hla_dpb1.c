/* DPB1 permissiveness by T-cell-epitope groups. */
#include "test_base.h"

#include <stdio.h>

#include "hla_fixture.h"

static B7Hla *hla;

static B7HlaTce tce(const char *recipient, const char *donor, int32_t version, int32_t *groups, bool *null) {
  B7HlaTyping *r = hla_typing(hla, recipient), *d = hla_typing(hla, donor);
  int32_t own[2];
  B7HlaTce result =
      b7_hla_dpb1_tce(hla, r, d, version, groups ? &groups[0] : &own[0], groups ? &groups[1] : &own[1], null);
  b7_hla_typing_free(r);
  b7_hla_typing_free(d);
  return result;
}

static void groups_decide(void **state) {
  (void)state;
  static const struct {
    const char *recipient, *donor;
    int32_t version;
    B7HlaTce result;
  } cases[] = {
      {"DPB1*04:01,DPB1*02:01", "DPB1*02:01,DPB1*04:01", 2, B7_HLA_TCE_MATCH},
      // one P group is one protein where it matters
      {"DPB1*03:01,DPB1*02:01", "DPB1*104:01,DPB1*02:01", 2, B7_HLA_TCE_MATCH},
      {"DPB1*04:01,DPB1*02:01", "DPB1*04:02,DPB1*05:01", 2, B7_HLA_TCE_PERMISSIVE},
      {"DPB1*10:01,DPB1*02:01", "DPB1*03:01,DPB1*04:01", 2, B7_HLA_TCE_GVH_NONPERMISSIVE},
      {"DPB1*03:01,DPB1*04:01", "DPB1*10:01,DPB1*02:01", 2, B7_HLA_TCE_HVG_NONPERMISSIVE},
      {"DPB1*08:01,DPB1*04:01", "DPB1*02:01,DPB1*04:01", 2, B7_HLA_TCE_GVH_NONPERMISSIVE},
      {"DPB1*08:01,DPB1*04:01", "DPB1*02:01,DPB1*04:01", 1, B7_HLA_TCE_PERMISSIVE},
      {"DPB1*30:01,DPB1*04:01", "DPB1*02:01,DPB1*04:01", 1, B7_HLA_TCE_UNKNOWN},
      {"DPB1*30:01,DPB1*04:01", "DPB1*02:01,DPB1*04:01", 2, B7_HLA_TCE_GVH_NONPERMISSIVE},
      {"DPB1*999:01,DPB1*04:01", "DPB1*02:01,DPB1*04:01", 2, B7_HLA_TCE_UNKNOWN},
      {"DPB1*61:01N,DPB1*64:01N", "DPB1*02:01,DPB1*04:01", 2, B7_HLA_TCE_GVH_NONPERMISSIVE},
      {"DPB1*02:01,DPB1*04:01", "DPB1*61:01N,DPB1*64:01N", 2, B7_HLA_TCE_HVG_NONPERMISSIVE},
      {"DPB1*61:01N,DPB1*61:01N", "DPB1*64:01N,DPB1*64:01N", 2, B7_HLA_TCE_PERMISSIVE},
      {"DPB1*61:01N,DPB1*04:01", "DPB1*02:01,DPB1*04:01", 2, B7_HLA_TCE_PERMISSIVE},
      // open typings
      {"DPB1*04:01/DPB1*04:02,DPB1*02:01", "DPB1*05:01,DPB1*02:01", 2, B7_HLA_TCE_PERMISSIVE},
      {"DPB1*04:01/DPB1*03:01,DPB1*02:01", "DPB1*05:01,DPB1*02:01", 2, B7_HLA_TCE_POTENTIAL},
      {"DPB1*04:01/DPB1*05:01,DPB1*02:01", "DPB1*05:01,DPB1*02:01", 2, B7_HLA_TCE_POTENTIAL},
      {"DPB1*03:01,DPB1*02:01", "DPB1*09:01/DPB1*05:01,DPB1*02:01", 2, B7_HLA_TCE_NONPERMISSIVE_UNDEFINED},
      {"DPB1*04:XX,DPB1*02:01", "DPB1*05:01,DPB1*02:01", 2, B7_HLA_TCE_NOT_EVALUABLE},
      {"DPB1*04:01", "DPB1*05:01,DPB1*02:01", 2, B7_HLA_TCE_NOT_EVALUABLE},
      {"B*15:01", "DPB1*05:01,DPB1*02:01", 2, B7_HLA_TCE_NOT_EVALUABLE},
      {"DPB1*04:01,DPB1*02:01", "DPB1*02:01,DPB1*04:01", 3, B7_HLA_TCE_NOT_EVALUABLE},
  };
  hla = hla_tables();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (tce(cases[i].recipient, cases[i].donor, cases[i].version, NULL, NULL) != cases[i].result)
      fail_msg("%s / %s is %s, not %s", cases[i].recipient, cases[i].donor,
               b7_hla_tce_word(tce(cases[i].recipient, cases[i].donor, cases[i].version, NULL, NULL)),
               b7_hla_tce_word(cases[i].result));
  int32_t groups[2];
  bool null = false;
  tce("DPB1*10:01,DPB1*02:01", "DPB1*06:01,DPB1*04:01", 2, groups, &null);
  assert_true(groups[0] == 1 && groups[1] == 2 && !null);
  tce("DPB1*61:01N,DPB1*02:01", "DPB1*03:01/DPB1*04:01,DPB1*04:01", 2, groups, &null);
  assert_true(groups[0] == 3 && groups[1] == -1 && null);
  b7_hla_free(hla);
}

// who gives and who receives only turns the direction
static void directions_turn(void **state) {
  (void)state;
  static const char *const alleles[] = {"09:01", "03:01", "06:01", "04:01", "30:01", "61:01N"};
  hla = hla_tables();
  for (int a = 0; a < 6; a++)
    for (int b = 0; b < 6; b++)
      for (int32_t version = 1; version <= 2; version++) {
        char one[64], two[64];
        snprintf(one, sizeof one, "DPB1*%s,DPB1*02:01", alleles[a]);
        snprintf(two, sizeof two, "DPB1*%s,DPB1*05:01", alleles[b]);
        B7HlaTce forth = tce(one, two, version, NULL, NULL), back = tce(two, one, version, NULL, NULL);
        if (forth == B7_HLA_TCE_GVH_NONPERMISSIVE)
          assert_int_equal(back, B7_HLA_TCE_HVG_NONPERMISSIVE);
        else if (forth == B7_HLA_TCE_HVG_NONPERMISSIVE)
          assert_int_equal(back, B7_HLA_TCE_GVH_NONPERMISSIVE);
        else
          assert_int_equal(back, forth);
      }
  b7_hla_free(hla);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(groups_decide), cmocka_unit_test(directions_turn)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
