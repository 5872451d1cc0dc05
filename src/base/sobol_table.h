/* sobol_table.h - the numbers behind the Sobol sequence; see sobol_table.c. */
#ifndef B7_BASE_SOBOL_TABLE_H
#define B7_BASE_SOBOL_TABLE_H

#include <stdint.h>

#define B7_SOBOL_ROWS 95

/* Of one dimension after the first: degree and inner coefficients of the polynomial, and its first direction
   numbers. */
typedef struct B7SobolRow {
  uint8_t degree;
  uint8_t coefficients;
  uint16_t first[9];
} B7SobolRow;

extern const B7SobolRow b7_sobol_rows[B7_SOBOL_ROWS];

#endif
