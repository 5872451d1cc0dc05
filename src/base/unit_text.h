/* unit_text.h - the one grammar of units: what laboratories, UCUM, SI and UDUNITS write, read into a factor
 * and symbols that UDUNITS knows. Running leg (no UDUNITS here).
 *
 *   unit    = product {"per" product}
 *   product = ["/"] part {[" " | "." | "*" | "x" | "/"] part}       read from left to right
 *   part    = "(" unit ")" | number [power] | symbol [power] | "{" note "}"
 *   power   = ["^" | "**"] whole number, also as superscripts; "10*9" and "10^9" are powers of ten
 *
 * Laboratory forms: x10^9/L, 10*3/uL, K/uL, G/L, /mm3, [degF], Cel, [IU]/L, U/L, mcg, uM, {cells}/uL.
 * Refused with what to write: 10e9/L (ten times 1e9/L), 109/L (an exponent that lost its place), mg%, 1,5.
 */
#ifndef B7_BASE_UNIT_TEXT_H
#define B7_BASE_UNIT_TEXT_H

#include "base/status.h"

#define B7_UNIT_TERMS_MAX 24
#define B7_UNIT_SYMBOL_MAX 48

typedef struct B7UnitTerm {
  char symbol[B7_UNIT_SYMBOL_MAX];
  int32_t power; /* not 0 */
} B7UnitTerm;

/* mantissa * 10^exponent * symbol^power * ...; symbols differ from one another. */
typedef struct B7UnitText {
  double mantissa;
  int32_t exponent, n_term;
  B7UnitTerm terms[B7_UNIT_TERMS_MAX];
} B7UnitText;

/* "" is 1. INPUT with a message that names the part that is not understood and what to write instead. Symbols
 * are not looked up: only UDUNITS knows whether "foo" is a unit. */
B7Status b7_unit_text_read(const char *text, B7UnitText *out, B7Error *error);
/* The factor, powers of ten exact where a double can hold them. */
double b7_unit_text_factor(const B7UnitText *unit);
/* As UDUNITS reads it: "1e9 L-1", "percent". false when size is too small. */
bool b7_unit_text_write(const B7UnitText *unit, char *out, size_t size);
/* As UCUM spells it: "10*9/L", "{cell}/uL", "Cel". false when UCUM has no way to write it, or size is too
 * small. */
bool b7_unit_text_ucum(const B7UnitText *unit, char *out, size_t size);
/* Takes the term of a symbol out; its power, 0 when it is not there. */
int32_t b7_unit_text_take(B7UnitText *unit, const char *symbol);

#endif
