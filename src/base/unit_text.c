/* unit_text.c - units as people write them: characters, then the grammar, then laboratory forms. */
#include "base/unit_text.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_MAX 200
#define DEPTH_MAX 16
#define POWER_MAX 300 /* beyond it a power of ten is no double */

typedef struct Parser {
  const char *whole; /* as written, for messages */
  const char *at;
  int depth;
  B7Error *error;
} Parser;

static B7Status refuse(const Parser *parser, const char *why) {
  return b7_fail(parser->error, B7_ERROR_INPUT, "the unit '%s' %s", parser->whole, why);
}

/* --------------------------------------------------------------------------------------------------------
 * characters ---- */

/* characters beyond ASCII that stand in units, and what they mean; superscripts stand by themselves */
static const struct {
  const char *utf8, *ascii;
  bool raised;
} CHARACTERS[] = {
    {"×", "*", false},      {"·", ".", false},    {"⋅", ".", false},      {"−", "-", false},
    {"µ", "u", false},      {"μ", "u", false},    {"°", "deg", false},    {"º", "deg", false},
    {"℃", "degC", false},   {"℉", "degF", false}, {"\u00a0", " ", false}, {"\u202f", " ", false},
    {"\u2009", " ", false}, {"⁰", "0", true},     {"¹", "1", true},       {"²", "2", true},
    {"³", "3", true},       {"⁴", "4", true},     {"⁵", "5", true},       {"⁶", "6", true},
    {"⁷", "7", true},       {"⁸", "8", true},     {"⁹", "9", true},       {"⁻", "-", true}};

static const char *ascii_of(const char *at, size_t *bytes, bool *raised) {
  for (size_t i = 0; i < sizeof CHARACTERS / sizeof CHARACTERS[0]; i++) {
    *bytes = strlen(CHARACTERS[i].utf8);
    *raised = CHARACTERS[i].raised;
    if (strncmp(at, CHARACTERS[i].utf8, *bytes) == 0) return CHARACTERS[i].ascii;
  }
  return NULL;
}

/* the text in ASCII; a run of superscripts becomes ^digits */
static B7Status to_ascii(const Parser *parser, char out[TEXT_MAX]) {
  size_t used = 0;
  out[0] = '\0';
  bool was_raised = false;
  for (const char *at = parser->whole; *at;) {
    size_t bytes = 1;
    bool raised = false;
    const char one[2] = {*at, '\0'};
    const char *ascii = (unsigned char)*at < 0x80 ? one : ascii_of(at, &bytes, &raised);
    if (!ascii) return refuse(parser, "holds a character that stands in no unit");
    int wrote = snprintf(out + used, TEXT_MAX - used, "%s%s", raised && !was_raised ? "^" : "", ascii);
    used += (size_t)wrote;
    if (used >= TEXT_MAX) return refuse(parser, "is too long");
    was_raised = raised;
    at += bytes;
  }
  return B7_OK;
}

/* --------------------------------------------------------------------------------------------------------
 * products ---- */

static B7Status multiply_symbol(const Parser *parser, B7UnitText *unit, const char *symbol, int32_t power) {
  int32_t i = 0;
  while (i < unit->n_term && strcmp(unit->terms[i].symbol, symbol) != 0) i++;
  if (i == B7_UNIT_TERMS_MAX) return refuse(parser, "has too many parts");
  if (i == unit->n_term) {
    unit->n_term++;
    unit->terms[i].power = 0;
    snprintf(unit->terms[i].symbol, sizeof unit->terms[i].symbol, "%s", symbol);
  }
  unit->terms[i].power += power;
  if (abs(unit->terms[i].power) > POWER_MAX) return refuse(parser, "has a power that no unit has");
  if (unit->terms[i].power == 0) unit->terms[i] = unit->terms[--unit->n_term];
  return B7_OK;
}

static B7Status multiply_number(const Parser *parser, B7UnitText *unit, double mantissa, int32_t exponent,
                                int32_t power) {
  unit->mantissa *= pow(mantissa, power);
  unit->exponent += exponent * power;
  if (!isnormal(unit->mantissa) || abs(unit->exponent) > POWER_MAX ||
      fabs(log10(unit->mantissa) + unit->exponent) > POWER_MAX)
    return refuse(parser, "has a factor that no unit has");
  return B7_OK;
}

static B7Status multiply(const Parser *parser, B7UnitText *unit, const B7UnitText *by, int32_t power) {
  B7_TRY(multiply_number(parser, unit, by->mantissa, by->exponent, power));
  for (int32_t i = 0; i < by->n_term; i++)
    B7_TRY(multiply_symbol(parser, unit, by->terms[i].symbol, by->terms[i].power * power));
  return B7_OK;
}

int32_t b7_unit_text_take(B7UnitText *unit, const char *symbol) {
  for (int32_t i = 0; i < unit->n_term; i++) {
    if (strcmp(unit->terms[i].symbol, symbol) != 0) continue;
    int32_t power = unit->terms[i].power;
    memmove(&unit->terms[i], &unit->terms[i + 1], (size_t)(--unit->n_term - i) * sizeof unit->terms[0]);
    return power;
  }
  return 0;
}

/* --------------------------------------------------------------------------------------------------------
 * laboratory forms ---- */

/* spellings of UCUM, of laboratories and of trades, in the words of UDUNITS (which knows IU as a counted
   thing of this project). U is the enzyme unit, which laboratories use for IU. */
static const struct {
  const char *written, *meant;
} SPELLINGS[] = {
    {"Cel", "degC"},      {"[degF]", "degF"},     {"%", "percent"},    {"pct", "percent"},
    {"a", "Julian_year"}, {"a_j", "Julian_year"}, {"a_t", "year"},     {"mo", "30.4375 day"},
    {"wk", "week"},       {"wks", "week"},        {"hr", "hour"},      {"hrs", "hour"},
    {"yr", "year"},       {"yrs", "year"},        {"U", "IU"},         {"units", "IU"},
    {"unit", "IU"},       {"mU", "mIU"},          {"uU", "uIU"},       {"kU", "kIU"},
    {"MU", "MIU"},        {"mcg", "ug"},          {"mcL", "uL"},       {"mcl", "uL"},
    {"mcmol", "umol"},    {"cmm", "mm3"},         {"cumm", "mm3"},     {"cc", "cm3"},
    {"gm", "g"},          {"gms", "g"},           {"mM", "mmol/L"},    {"uM", "umol/L"},
    {"nM", "nmol/L"},     {"pM", "pmol/L"},       {"Gpt", "1e9"},      {"Mpt", "1e6"},
    {"Tpt", "1e12"},      {"[in_i]", "inch"},     {"[ft_i]", "foot"},  {"[lb_av]", "lb"},
    {"mm[Hg]", "mmHg"},   {"cp", "copy"},         {"thousand", "1e3"}, {"million", "1e6"},
    {"thou", "1e3"},      {"Thou", "1e3"},        {"mill", "1e6"},     {"Mill", "1e6"},
    {"billion", "1e9"},
};

static B7Status parse_text(Parser *parser, B7UnitText *out);

/* "m[IU]" and "[iU]" are mIU and IU */
static void drop_brackets(const char *symbol, char plain[B7_UNIT_SYMBOL_MAX]) {
  const char *bracket = strchr(symbol, '[');
  bool arbitrary = bracket && strcasecmp(bracket, "[IU]") == 0;
  snprintf(plain, B7_UNIT_SYMBOL_MAX, "%.*s%s",
           (int)(arbitrary ? bracket - symbol : (ptrdiff_t)strlen(symbol)), symbol, arbitrary ? "IU" : "");
}

static B7Status multiply_written(const Parser *parser, B7UnitText *unit, const char *symbol, int32_t power) {
  char plain[B7_UNIT_SYMBOL_MAX];
  drop_brackets(symbol, plain);
  for (size_t i = 0; i < sizeof SPELLINGS / sizeof SPELLINGS[0]; i++) {
    if (strcmp(SPELLINGS[i].written, plain) != 0) continue;
    B7UnitText meant;
    Parser inner = {.whole = parser->whole, .at = SPELLINGS[i].meant, .error = parser->error};
    B7_TRY(parse_text(&inner, &meant));
    return multiply(parser, unit, &meant, power);
  }
  return multiply_symbol(parser, unit, plain, power);
}

/* A bare prefix over a volume counts: K/uL is a thousand in a microlitre, not kelvin; G/L is 1e9 in a litre,
   not gauss. M alone is mol/L. */
static void read_bare_prefix(B7UnitText *unit) {
  static const struct {
    const char *prefix, *volume;
    int32_t volume_power, exponent;
  } COUNTS[] = {{"K", "uL", -1, 3}, {"k", "uL", -1, 3}, {"K", "ul", -1, 3}, {"K", "mm", -3, 3},
                {"k", "mm", -3, 3}, {"M", "uL", -1, 6}, {"M", "ul", -1, 6}, {"M", "mm", -3, 6},
                {"G", "L", -1, 9},  {"G", "l", -1, 9},  {"T", "L", -1, 12}, {"T", "l", -1, 12}};
  B7UnitTerm *first = &unit->terms[0], *second = &unit->terms[1];
  if (unit->n_term == 1 && strcmp(first->symbol, "M") == 0 && first->power == 1) {
    *first = (B7UnitTerm){"mol", 1};
    *second = (B7UnitTerm){"L", -1};
    unit->n_term = 2;
  }
  for (size_t i = 0; unit->n_term == 2 && i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
    bool counts = strcmp(first->symbol, COUNTS[i].prefix) == 0 && first->power == 1 &&
                  strcmp(second->symbol, COUNTS[i].volume) == 0 && second->power == COUNTS[i].volume_power;
    if (!counts) continue;
    b7_unit_text_take(unit, COUNTS[i].prefix);
    unit->exponent += COUNTS[i].exponent;
  }
}

/* --------------------------------------------------------------------------------------------------------
 * grammar ---- */

static void skip_blanks(Parser *parser) {
  while (*parser->at == ' ' || *parser->at == '\t') parser->at++;
}

static bool symbol_character(char c) {
  return isalpha((unsigned char)c) || c == '_' || c == '%' || c == '\'' || c == '"';
}

/* [^ | **] whole number; 1 when there is none */
static B7Status parse_power(Parser *parser, int32_t *power) {
  bool marked = *parser->at == '^' || strncmp(parser->at, "**", 2) == 0;
  const char *at = parser->at + (*parser->at == '^' ? 1 : marked ? 2 : 0);
  *power = 1;
  bool digits = isdigit((unsigned char)*at) || ((*at == '-' || *at == '+') && isdigit((unsigned char)at[1]));
  if (!digits) return marked ? refuse(parser, "has a power that is no whole number") : B7_OK;
  char *end;
  long value = strtol(at, &end, 10);
  if (labs(value) > POWER_MAX || (*end == '.' && isdigit((unsigned char)end[1])))
    return refuse(parser, "has a power that no unit has");
  *power = (int32_t)value;
  parser->at = end;
  return B7_OK;
}

/* what a number in a unit shows that it was not meant so */
static B7Status suspect_number(const Parser *parser, const char *start, size_t length) {
  if (length > 3 && (strncmp(start, "10e", 3) == 0 || strncmp(start, "10E", 3) == 0)) {
    const char *power = start + 3;
    return b7_fail(parser->error, B7_ERROR_INPUT,
                   "'%.*s' in '%s' is ten times 1e%.*s; write '10*%.*s' for 10 to the power %.*s",
                   (int)length, start, parser->whole, (int)(length - 3), power, (int)(length - 3), power,
                   (int)(length - 3), power);
  }
  static const char *const LOST[] = {"103", "106", "109", "1012"};
  for (size_t i = 0; i < sizeof LOST / sizeof LOST[0]; i++) {
    bool lost = strlen(LOST[i]) == length && strncmp(LOST[i], start, length) == 0;
    if (lost && start[length] == '/')
      return b7_fail(parser->error, B7_ERROR_INPUT,
                     "'%s' in '%s' has lost the place of its exponent; write '10*%s%s'", LOST[i],
                     parser->whole, LOST[i] + 2, start + length);
  }
  return B7_OK;
}

/* "1e9" as 1 and 9, so that powers of ten stay exact */
static void split_number(const char *start, size_t length, double *mantissa, long *exponent) {
  char digits[TEXT_MAX];
  snprintf(digits, sizeof digits, "%.*s", (int)length, start);
  char *mark = strpbrk(digits, "eE");
  *exponent = mark ? strtol(mark + 1, NULL, 10) : strcmp(digits, "10") == 0 ? 1 : 0;
  if (mark) *mark = '\0';
  *mantissa = strcmp(digits, "10") == 0 && !mark ? 1 : strtod(digits, NULL);
}

/* digits, a fraction, an exponent; the point of a product ("10.e") is none of a number */
static size_t number_length(const char *start) {
  static const char DIGITS[] = "0123456789";
  size_t length = strspn(start, DIGITS);
  if (start[length] == '.' && isdigit((unsigned char)start[length + 1]))
    length += 1 + strspn(start + length + 1, DIGITS);
  if (start[length] != 'e' && start[length] != 'E') return length;
  size_t sign = start[length + 1] == '+' || start[length + 1] == '-';
  size_t digits = strspn(start + length + 1 + sign, DIGITS);
  return digits ? length + 1 + sign + digits : length;
}

static B7Status parse_number(Parser *parser, B7UnitText *unit, int32_t sign) {
  const char *start = parser->at;
  if (start[0] == '0' && isalnum((unsigned char)start[1]))
    return refuse(parser, "holds a number that begins with 0");
  const size_t length = number_length(start);
  const char *end = start + length;
  if (*end == ',') return refuse(parser, "holds a comma; write a decimal point and no thousands sign");
  B7_TRY(suspect_number(parser, start, length));
  double mantissa;
  long exponent;
  split_number(start, length, &mantissa, &exponent);
  if (labs(exponent) > POWER_MAX) return refuse(parser, "has a factor that no unit has");
  // 10*9 of UCUM is a power
  parser->at = end;
  bool ten = length == 2 && strncmp(start, "10", 2) == 0;
  if (ten && *end == '*' && (isdigit((unsigned char)end[1]) || end[1] == '-' || end[1] == '+')) parser->at++;
  int32_t power = 1;
  if (parser->at != end || *end == '^' || strncmp(end, "**", 2) == 0) B7_TRY(parse_power(parser, &power));
  return multiply_number(parser, unit, mantissa, (int32_t)exponent, power * sign);
}

/* {cells}: UCUM's note, which counts when it names what is counted */
static B7Status parse_note(Parser *parser, B7UnitText *unit, int32_t sign) {
  size_t length = strcspn(parser->at, "}");
  if (parser->at[length] != '}') return refuse(parser, "opens a { that nothing closes");
  const char *note = parser->at + 1;
  bool cells = strncmp(note, "cell", 4) == 0, copies = strncmp(note, "cop", 3) == 0;
  parser->at += length + 1;
  return cells || copies ? multiply_symbol(parser, unit, cells ? "cell" : "copy", sign) : B7_OK;
}

static B7Status parse_symbol(Parser *parser, B7UnitText *unit, int32_t sign) {
  char symbol[B7_UNIT_SYMBOL_MAX];
  size_t length = 0;
  for (int depth = 0; symbol_character(parser->at[length]) || parser->at[length] == '[' || depth; length++) {
    depth += (parser->at[length] == '[') - (parser->at[length] == ']');
    if (!parser->at[length]) return refuse(parser, "opens a [ that nothing closes");
    if (parser->at[length] == ']' && !symbol_character(parser->at[length + 1])) {
      length++;
      break;
    }
  }
  if (length >= sizeof symbol) return refuse(parser, "has a name that no unit has");
  snprintf(symbol, sizeof symbol, "%.*s", (int)length, parser->at);
  const char *percent = strchr(symbol, '%');
  if (percent && symbol[1])
    return refuse(parser, "holds a % beside letters; write g/dL for g%, mg/dL for mg%");
  if (strcmp(symbol, "x") == 0 || strcmp(symbol, "X") == 0 || strcmp(symbol, "per") == 0)
    return b7_fail(parser->error, B7_ERROR_INPUT, "the unit '%s' needs a number or a unit behind '%s'",
                   parser->whole, symbol);
  parser->at += length;
  int32_t power;
  B7_TRY(parse_power(parser, &power));
  return multiply_written(parser, unit, symbol, power * sign);
}

static B7Status parse_unit(Parser *parser, B7UnitText *out);

static B7Status parse_part(Parser *parser, B7UnitText *unit, int32_t sign) {
  const char c = *parser->at;
  if (c == '(') {
    B7UnitText inside;
    if (++parser->depth > DEPTH_MAX) return refuse(parser, "is nested too deeply");
    parser->at++;
    B7_TRY(parse_unit(parser, &inside));
    if (*parser->at != ')') return refuse(parser, "opens a ( that nothing closes");
    parser->at++;
    parser->depth--;
    int32_t power;
    B7_TRY(parse_power(parser, &power));
    return multiply(parser, unit, &inside, power * sign);
  }
  if (isdigit((unsigned char)c)) return parse_number(parser, unit, sign);
  if (c == '{') return parse_note(parser, unit, sign);
  if (symbol_character(c) || c == '[') return parse_symbol(parser, unit, sign);
  return c ? b7_fail(parser->error, B7_ERROR_INPUT, "the unit '%s' is not understood at '%s'", parser->whole,
                     parser->at)
           : refuse(parser, "ends where a part should follow");
}

/* the sign between two parts: 1 product, -1 quotient, 0 none is there; a blank or nothing is a product */
static int32_t parse_joint(Parser *parser) {
  bool blank = *parser->at == ' ' || *parser->at == '\t';
  skip_blanks(parser);
  const char *at = parser->at;
  if (*at == '\0' || *at == ')' || strncmp(at, "per ", 4) == 0) return 0;
  bool times = *at == '*' || *at == '.' ||
               ((*at == 'x' || *at == 'X') && isdigit((unsigned char)at[1 + strspn(at + 1, " ")]));
  if (*at == '/' || times) {
    parser->at++;
    skip_blanks(parser);
    return *at == '/' ? -1 : 1;
  }
  return blank || strchr("{([", *at) || isalnum((unsigned char)*at) || symbol_character(*at) ? 1 : 0;
}

static B7Status parse_product(Parser *parser, B7UnitText *out) {
  *out = (B7UnitText){.mantissa = 1};
  int32_t sign = parse_joint(parser);
  if (sign == 0) return *parser->at ? refuse(parser, "has an empty part") : B7_OK;
  while (sign) {
    B7_TRY(parse_part(parser, out, sign));
    sign = parse_joint(parser);
  }
  return B7_OK;
}

static B7Status parse_unit(Parser *parser, B7UnitText *out) {
  B7_TRY(parse_product(parser, out));
  while (strncmp(parser->at, "per ", 4) == 0) {
    B7UnitText below;
    parser->at += 4;
    B7_TRY(parse_product(parser, &below));
    B7_TRY(multiply(parser, out, &below, -1));
  }
  return B7_OK;
}

static B7Status parse_text(Parser *parser, B7UnitText *out) {
  *out = (B7UnitText){.mantissa = 1};
  skip_blanks(parser);
  if (!*parser->at) return B7_OK;
  B7_TRY(parse_unit(parser, out));
  if (!*parser->at) return B7_OK;
  return b7_fail(parser->error, B7_ERROR_INPUT, "the unit '%s' is not understood at '%s'", parser->whole,
                 parser->at);
}

B7Status b7_unit_text_read(const char *text, B7UnitText *out, B7Error *error) {
  char ascii[TEXT_MAX];
  Parser parser = {.whole = text, .at = ascii, .error = error};
  B7_TRY(to_ascii(&parser, ascii));
  B7_TRY(parse_text(&parser, out));
  read_bare_prefix(out);
  return B7_OK;
}

double b7_unit_text_factor(const B7UnitText *unit) {
  // a division by a power of ten is rounded once, a product with its reciprocal twice
  double power = pow(10, abs(unit->exponent));
  return unit->exponent < 0 ? unit->mantissa / power : unit->mantissa * power;
}

bool b7_unit_text_write(const B7UnitText *unit, char *out, size_t size) {
  int used = 0;
  if (unit->mantissa == 1 && unit->exponent != 0)
    used = snprintf(out, size, "1e%d", (int)unit->exponent);
  else if (unit->mantissa != 1)
    used = snprintf(out, size, "%.17g", b7_unit_text_factor(unit));
  else if (unit->n_term == 0)
    used = snprintf(out, size, "1");
  for (int32_t i = 0; i < unit->n_term && used >= 0 && (size_t)used < size; i++) {
    const B7UnitTerm *term = &unit->terms[i];
    used += snprintf(out + used, size - (size_t)used, term->power == 1 ? "%s%s" : "%s%s%d", used ? " " : "",
                     term->symbol, (int)term->power);
  }
  return used >= 0 && (size_t)used < size;
}

/* a symbol of UDUNITS in UCUM, NULL where UCUM has none; others are the same in both */
static const char *ucum_symbol(const char *symbol) {
  static const struct {
    const char *plain, *ucum;
  } SYMBOLS[] = {{"percent", "%"},   {"degC", "Cel"},      {"degF", "[degF]"},   {"IU", "[IU]"},
                 {"mIU", "m[IU]"},   {"kIU", "k[IU]"},     {"cell", "{cell}"},   {"cells", "{cell}"},
                 {"copy", "{copy}"}, {"copies", "{copy}"}, {"dose", "{dose}"},   {"doses", "{dose}"},
                 {"day", "d"},       {"days", "d"},        {"hour", "h"},        {"hours", "h"},
                 {"week", "wk"},     {"weeks", "wk"},      {"month", NULL},      {"months", NULL},
                 {"year", "a_t"},    {"years", "a_t"},     {"Julian_year", "a"}, {"minute", "min"},
                 {"second", "s"},    {"inch", "[in_i]"},   {"mmHg", "mm[Hg]"},   {"litre", "L"}};
  for (size_t i = 0; i < sizeof SYMBOLS / sizeof SYMBOLS[0]; i++)
    if (strcmp(SYMBOLS[i].plain, symbol) == 0) return SYMBOLS[i].ucum;
  return symbol;
}

bool b7_unit_text_ucum(const B7UnitText *unit, char *out, size_t size) {
  int used = 0;
  // UCUM's numbers are whole, and it has powers of ten
  const double whole = b7_unit_text_factor(unit);
  double mantissa = unit->mantissa;
  int32_t exponent = unit->exponent;
  for (; fmod(mantissa, 10) == 0; exponent++) mantissa /= 10;
  if (mantissa == 1 && exponent != 0)
    used = snprintf(out, size, "10*%d", (int)exponent);
  else if (whole != round(whole) || !(whole < 1e15))
    return false;
  else if (whole != 1)
    used = snprintf(out, size, "%.15g", whole);
  // what multiplies stands before what divides
  for (int32_t pass = 0; pass < 2; pass++)
    for (int32_t i = 0; i < unit->n_term && (size_t)used < size; i++) {
      const B7UnitTerm *term = &unit->terms[i];
      const char *symbol = ucum_symbol(term->symbol);
      // a note takes no power
      if (!symbol || (symbol[0] == '{' && abs(term->power) != 1)) return false;
      if ((term->power < 0) != (pass == 1)) continue;
      used += snprintf(out + used, size - (size_t)used, "%s%s",
                       pass   ? "/"
                       : used ? "."
                              : "",
                       ucum_symbol(term->symbol));
      if (abs(term->power) != 1 && (size_t)used < size)
        used += snprintf(out + used, size - (size_t)used, "%d", abs(term->power));
    }
  if (used == 0 && size > 1) used = snprintf(out, size, "1");
  return (size_t)used < size;
}
