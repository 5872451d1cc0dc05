/* Unit tests of endpoint_list.c: every row says what it is, and its "yes" is one of its codes. */
#include "test_base.h"

#include <string.h>

#include "bridge7_endpoints.h"

static void every_row_is_whole(void **state) {
  (void)state;
  for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++) {
    const B7EndpointRow *row = b7_endpoint_row((B7Endpoint)e);
    assert_true(row->name[0] && row->label[0] && row->n_code >= 2);
    assert_int_equal(b7_endpoint_find(row->name), e);
    assert_true(row->yes > 0 && row->yes < row->n_code);
    assert_string_equal(b7_endpoint_words((B7Endpoint)e, row->n_code), "?");
    assert_string_equal(b7_endpoint_words((B7Endpoint)e, -1), "?");
    for (int32_t c = 0; c < row->n_code; c++) assert_true(strcmp(row->words[c], "?") != 0);
  }
}

static void times_name_their_event(void **state) {
  (void)state;
  for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++) {
    const B7EndpointRow *row = b7_endpoint_row((B7Endpoint)e);
    assert_int_equal(row->event[0] != '\0', b7_endpoint_timed((B7Endpoint)e));
    if (b7_endpoint_competes((B7Endpoint)e)) assert_true(b7_endpoint_timed((B7Endpoint)e));
  }
  assert_string_equal(b7_endpoint_row(B7_ENDPOINT_CIR)->competes, "death without relapse");
}

static void codes_have_their_words(void **state) {
  (void)state;
  assert_string_equal(b7_endpoint_words(B7_ENDPOINT_RESPONSE, B7_RESPONSE_CRH), "CRh");
  assert_string_equal(b7_endpoint_words(B7_ENDPOINT_AGVHD_MAGIC, B7_AGVHD_III), "III");
  assert_string_equal(b7_endpoint_words(B7_ENDPOINT_GRAFT_FAILURE, B7_GRAFT_FAILURE_SECONDARY), "secondary");
  assert_string_equal(b7_endpoint_words(B7_ENDPOINT_CRS, B7_GRADE_5), "5");
  assert_int_equal(b7_endpoint_yes(B7_ENDPOINT_RESPONSE), B7_RESPONSE_CRI);
}

static void no_endpoint_has_no_row(void **state) {
  (void)state;
  assert_null(b7_endpoint_row(B7_ENDPOINT_COUNT));
  assert_string_equal(b7_endpoint_name(B7_ENDPOINT_COUNT), "?");
  assert_int_equal(b7_endpoint_find("nothing"), B7_ENDPOINT_COUNT);
  assert_false(b7_endpoint_timed(B7_ENDPOINT_COUNT));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_is_whole),
      cmocka_unit_test(times_name_their_event),
      cmocka_unit_test(codes_have_their_words),
      cmocka_unit_test(no_endpoint_has_no_row),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
