/* sbml_units.c - units of the model as SBML unit definitions. */
#include "sbml/sbml_writer.h"

#include <math.h>
#include <string.h>

void b7_sbml_failed(B7SbmlWriter *writer, B7Status status, const char *what) {
  if (writer->status != B7_OK) return;
  writer->status = status == B7_ERROR_MEMORY ? b7_fail_memory(&writer->error)
                                             : b7_fail(&writer->error, status, "SBML cannot hold %s", what);
}

/* What a unit is made of. SBML has cells and copies as items; reference doses are plain numbers to it. */
typedef struct Parts {
  double factor;
  int kilogram, mole, item, metre, second, kelvin, ampere, candela;
} Parts;

static Parts parts_of(const B7SbmlWriter *writer, const char *text) {
  // a share in percent is the number in front of the sign; SBML has no such unit
  if (strcmp(text, "percent") == 0 || strcmp(text, "%") == 0) text = "1";
  int powers[B7_UNIT_BASES];
  Parts parts = {.factor = 1};
  if (!b7_units_dimension(writer->units, text, &parts.factor, powers)) return (Parts){.factor = 1};
  parts.kilogram = powers[B7_UNIT_kilogram];
  parts.mole = powers[B7_UNIT_mole];
  parts.item = powers[B7_UNIT_cell] + powers[B7_UNIT_copy];
  parts.metre = powers[B7_UNIT_metre];
  parts.second = powers[B7_UNIT_second];
  parts.kelvin = powers[B7_UNIT_kelvin];
  parts.ampere = powers[B7_UNIT_ampere];
  parts.candela = powers[B7_UNIT_candela];
  return parts;
}

/* One <unit>, its scale taken out of *factor. */
static void add_unit(UnitDefinition_t *definition, UnitKind_t kind, int exponent, double multiplier,
                     double *factor) {
  if (exponent == 0) return;
  *factor /= pow(multiplier, exponent);
  Unit_t *unit = UnitDefinition_createUnit(definition);
  Unit_setKind(unit, kind);
  Unit_setExponent(unit, exponent);
  Unit_setScale(unit, 0);
  Unit_setMultiplier(unit, multiplier);
}

/* A power of ten as an exact scale, anything else as a multiplier. */
static void scale_unit(Unit_t *unit, double factor) {
  double each = pow(factor, 1.0 / Unit_getExponent(unit)), ten = round(log10(each));
  if (fabs(each / pow(10, ten) - 1) < 1e-12)
    Unit_setScale(unit, (int)ten);
  else
    Unit_setMultiplier(unit, Unit_getMultiplier(unit) * each);
}

static void define_unit(B7SbmlWriter *writer, const char *id, const char *name, Parts parts) {
  UnitDefinition_t *definition = Model_createUnitDefinition(writer->sbml);
  UnitDefinition_setId(definition, id);
  UnitDefinition_setName(definition, name);
  double factor = parts.factor;
  bool litres = parts.metre % 3 == 0;
  if (litres) factor /= pow(1e-3, parts.metre / 3);
  add_unit(definition, UNIT_KIND_ITEM, parts.item, 1, &factor);
  add_unit(definition, UNIT_KIND_KILOGRAM, parts.kilogram, 1, &factor);
  add_unit(definition, UNIT_KIND_MOLE, parts.mole, 1, &factor);
  add_unit(definition, litres ? UNIT_KIND_LITRE : UNIT_KIND_METRE, litres ? parts.metre / 3 : parts.metre, 1,
           &factor);
  add_unit(definition, UNIT_KIND_SECOND, parts.second, 86400, &factor);
  add_unit(definition, UNIT_KIND_KELVIN, parts.kelvin, 1, &factor);
  add_unit(definition, UNIT_KIND_AMPERE, parts.ampere, 1, &factor);
  add_unit(definition, UNIT_KIND_CANDELA, parts.candela, 1, &factor);
  // the scale that is left goes to the first unit: libSBML's comparisons lose the multiplier of a
  // dimensionless one
  if (UnitDefinition_getNumUnits(definition) > 0) {
    scale_unit(UnitDefinition_getUnit(definition, 0), factor);
    return;
  }
  Unit_t *unit = UnitDefinition_createUnit(definition);
  Unit_setKind(unit, UNIT_KIND_DIMENSIONLESS);
  Unit_setExponent(unit, 1);
  Unit_setScale(unit, 0);
  Unit_setMultiplier(unit, factor);
}

/* "10^9/L" -> "b7_u3_10_9_per_L": readable, and unique by its number */
static const char *make_id(B7SbmlWriter *writer, const char *text) {
  char word[64];
  size_t n = 0;
  for (const char *at = text; *at && n < 50; at++) {
    bool fits = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');
    if (*at == '/') {
      memcpy(word + n, "_per_", 5);
      n += 5;
    } else if (fits) {
      word[n++] = *at;
    } else if (n && word[n - 1] != '_') {
      word[n++] = '_';
    }
  }
  word[n] = '\0';
  return b7_arena_format(&writer->arena, "b7_u%zu_%s", writer->count + 1, word);
}

B7SbmlUnit *b7_sbml_unit(B7SbmlWriter *writer, const char *text) {
  for (size_t i = 0; i < writer->count; i++)
    if (strcmp(writer->rows[i].text, text) == 0) return &writer->rows[i];
  B7SbmlUnit *rows =
      b7_arena_grow(&writer->arena, writer->rows, writer->count, &writer->capacity, sizeof(B7SbmlUnit));
  const char *id = make_id(writer, text);
  if (!rows || !id) {
    b7_sbml_failed(writer, B7_ERROR_MEMORY, "");
    return NULL;
  }
  writer->rows = rows;
  define_unit(writer, id, *text ? text : "1", parts_of(writer, text));
  rows[writer->count] = (B7SbmlUnit){.text = text, .id = id};
  return &rows[writer->count++];
}

void b7_sbml_one(B7SbmlWriter *writer, const char *id, const char *unit_id) {
  Parameter_t *one = Model_createParameter(writer->sbml);
  Parameter_setId(one, id);
  Parameter_setValue(one, 1);
  Parameter_setUnits(one, unit_id);
  Parameter_setConstant(one, 1);
}

static void add_compartment(B7SbmlWriter *writer, const char *id, unsigned dimensions, const char *units) {
  Compartment_t *compartment = Model_createCompartment(writer->sbml);
  Compartment_setId(compartment, id);
  Compartment_setSpatialDimensions(compartment, dimensions);
  Compartment_setSize(compartment, 1);
  Compartment_setUnits(compartment, units);
  Compartment_setConstant(compartment, 1);
}

/* pg/mL is an amount in a compartment of one litre, 1/m2 one in a square metre; the rest is an amount in the
   body. What SBML does not take as an amount (a rate, a temperature) becomes a plain number: its unit stands
   in the annotation. */
B7SbmlUnit *b7_sbml_state_unit(B7SbmlWriter *writer, const char *text) {
  B7SbmlUnit *unit = b7_sbml_unit(writer, text);
  if (!unit || unit->one) return unit;
  size_t index = (size_t)(unit - writer->rows);
  Parts parts = parts_of(writer, text);
  int amounts = (parts.kilogram != 0) + (parts.mole != 0) + (parts.item != 0);
  bool single = amounts == 0 || (amounts == 1 && parts.kilogram + parts.mole + parts.item == 1);
  bool amount = single && !parts.second && !parts.kelvin && !parts.ampere && !parts.candela;
  unit->one = b7_arena_format(&writer->arena, "b7_one_%zu", index + 1);
  unit->substance = amount ? unit->id : "dimensionless";
  unit->one_substance = unit->one;
  unit->compartment = "b7_body";
  if (!unit->one) b7_sbml_failed(writer, B7_ERROR_MEMORY, "");
  if (!unit->one) return NULL;
  b7_sbml_one(writer, unit->one, unit->id);
  if (amount && (parts.metre == -3 || parts.metre == -2)) {
    bool volume = parts.metre == -3;
    bool *known = volume ? &writer->has_litre : &writer->has_square_metre;
    unit->concentration = true;
    unit->compartment = volume ? "b7_litre" : "b7_square_metre";
    if (!*known) add_compartment(writer, unit->compartment, volume ? 3 : 2, volume ? "litre" : "b7_m2");
    if (!volume && !*known) define_unit(writer, "b7_m2", "m2", (Parts){.factor = 1, .metre = 2});
    *known = true;
    parts.metre = 0;
    parts.factor *= volume ? 1e-3 : 1;
    const char *id = b7_arena_format(&writer->arena, "b7_amount_%zu", index + 1);
    const char *one = b7_arena_format(&writer->arena, "b7_one_amount_%zu", index + 1);
    if (!id || !one) b7_sbml_failed(writer, B7_ERROR_MEMORY, "");
    if (!id || !one) return NULL;
    define_unit(writer, id, volume ? "amount in one litre" : "amount in one square metre", parts);
    b7_sbml_one(writer, one, id);
    unit->substance = id;
    unit->one_substance = one;
  } else if (!amount) {
    unit->one_substance = "b7_one";
  }
  return unit;
}
