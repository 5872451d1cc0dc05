/* options.c - option structs of callers: defaults given, choices taken. */
#include "base/options.h"

#include <string.h>

#include "base/status.h"

void b7_options_give(const void *defaults, size_t size, void *options, size_t struct_size) {
  size_t known = struct_size < size ? struct_size : size;
  if (known < sizeof known) return;
  memcpy(options, defaults, known);
  memcpy(options, &known, sizeof known);
}

B7Status b7_options_take(const void *given, void *own, size_t size, const char *maker, B7Error *error) {
  size_t known;
  memcpy(&known, given, sizeof known);
  if (known <= sizeof known || known > size)
    return b7_fail(error, B7_ERROR_USAGE, "these options were not begun with %s(&options, sizeof options)",
                   maker);
  memcpy(own, given, known);
  memcpy(own, &size, sizeof size);
  return B7_OK;
}
