#include "document/convert.h"

#include <string.h>

B7Status b7_converter_apply(B7Converter *converter, const char *from, const char *to, double *value,
                            B7Convertible *can, B7Error *error) {
  double scale, offset;
  *can = B7_CONVERTIBLE;
  if (strcmp(from, to) == 0) return B7_OK;
  if (!converter->units) B7_TRY(b7_units_make(converter->hooks, &converter->units, error));
  if (!b7_units_known(converter->units, from)) {
    *can = B7_UNIT_UNKNOWN;
    return B7_OK;
  }
  if (!b7_units_convertible(converter->units, from, to)) {
    *can = B7_UNIT_OTHER;
    return B7_OK;
  }
  B7_TRY(b7_units_conversion(converter->units, from, to, &scale, &offset, error));
  *value = *value * scale + offset;
  return B7_OK;
}

void b7_converter_close(B7Converter *converter) {
  b7_units_free(converter->units);
  converter->units = NULL;
}
