/* Units made of anything: read or refused with a message; what is read is written, in both spellings, as a unit
 * that reads as the same. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/unit_text.h"

static void check(bool holds) {
  if (!holds) abort();
}

/* texts that are written may be longer than what is read */
static bool short_enough(const char *text) {
  return strlen(text) < 200;
}

static void plain_reads_again(const B7UnitText *unit) {
  char text[1500];
  B7UnitText again;
  check(b7_unit_text_write(unit, text, sizeof text));
  if (!short_enough(text)) return;
  check(b7_unit_text_read(text, &again, NULL) == B7_OK && again.n_term == unit->n_term);
  for (int32_t i = 0; i < unit->n_term; i++)
    check(strcmp(unit->terms[i].symbol, again.terms[i].symbol) == 0 &&
          unit->terms[i].power == again.terms[i].power);
  double a = b7_unit_text_factor(unit), b = b7_unit_text_factor(&again);
  check(a == b || fabs(a / b - 1) < 1e-12);
}

/* the spelling of UCUM settles: "d" and "day" meet in its first reading */
static void ucum_reads_again(const B7UnitText *unit) {
  char text[3][1500];
  B7UnitText again = *unit;
  for (int i = 0; i < 3; i++) {
    // a factor such as 109 is asked back, however it arose
    if (!b7_unit_text_ucum(&again, text[i], sizeof text[i]) || !short_enough(text[i])) return;
    if (b7_unit_text_read(text[i], &again, NULL) != B7_OK) return;
  }
  check(strcmp(text[1], text[2]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char text[300];
  B7UnitText unit;
  B7Error error = {.status = B7_OK};
  if (size >= sizeof text) return 0;
  memcpy(text, data, size);
  text[size] = '\0';
  if (b7_unit_text_read(text, &unit, &error) != B7_OK) {
    check(error.message[0] != '\0');
    return 0;
  }
  plain_reads_again(&unit);
  ucum_reads_again(&unit);
  return 0;
}
