/* formulary.h - what courses need to know of the drugs of data/drugs.yaml: names, doses, bases. Authoring
 * leg. */
#ifndef B7_READ_CATALOGUE_FORMULARY_H
#define B7_READ_CATALOGUE_FORMULARY_H

#include "base/memory.h"
#include "treat/given.h"

typedef struct B7Drug {
  const char *name, *symbol, *class_name;
  const char **aliases; /* NULL-terminated */
  B7Dose reference;     /* one reference dose: the unit "dose" of the kernel's amounts */
  B7Dose usual_low, usual_high;
  bool basis_allowed[3]; /* by B7DoseBasis */
  B7Role role;           /* outside of chemotherapy and the like; B7_ROLES: only the lane says */
} B7Drug;

typedef struct B7Formulary {
  int32_t n_drug;
  B7Drug *drugs;
  const char **names; /* every name, symbol and alias, NULL-terminated: for suggestions */
} B7Formulary;

/* Read the drug table; everything lives in the arena. Keys that only the model reads (effects, loss_rate,
 * ...) are passed over. */
B7Status b7_formulary_load(const char *path, B7Arena *arena, B7Formulary *out, B7Error *error);
/* By name, symbol or alias, letters without case; -1 when there is none. */
int32_t b7_formulary_find(const B7Formulary *formulary, const char *name);
/* The bases a drug may be dosed in, as "mg/m2 or mg", into text[size]. */
void b7_formulary_bases(const B7Drug *drug, char *text, size_t size);

#endif
