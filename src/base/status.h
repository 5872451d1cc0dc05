/* status.h - errors are filled once, where they arise, and forwarded. */
#ifndef B7_BASE_STATUS_H
#define B7_BASE_STATUS_H

#include "bridge7.h"

/* Fill error (Nullable) and return status. */
B7Status b7_fail(B7Error *error, B7Status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with a place; file Nullable, line and column 1-based or 0. */
B7Status b7_fail_at(B7Error *error, B7Status status, const char *file, int32_t line, int32_t column,
                    const char *format, ...) __attribute__((format(printf, 6, 7)));
B7Status b7_fail_memory(B7Error *error);
void b7_error_clear(B7Error *error);

/* Forward a failure. */
#define B7_TRY(call)                                                                                         \
  do {                                                                                                       \
    B7Status b7_try_status = (call);                                                                         \
    if (b7_try_status != B7_OK) return b7_try_status;                                                        \
  } while (0)

#endif
