/* product.c - `bridge7 product list|show|compare`: cell products, and where each of their numbers comes from.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

static const char *dose_text(const B7ProductEntry *entry, char *text, size_t size) {
  if (isnan(entry->usual_low)) {
    snprintf(text, size, "-");
  } else {
    snprintf(text, size, "%.3g to %.3g %s", entry->usual_low, entry->usual_high,
             entry->per_kg ? "cells/kg" : "cells");
  }
  return text;
}

static const B7ProductAttribute *attribute(const B7ProductEntry *entry, const char *name) {
  for (int32_t i = 0; i < entry->n_attribute; i++) {
    if (strcmp(entry->attributes[i].name, name) == 0) return &entry->attributes[i];
  }
  return NULL;
}

static const char *value_text(const B7ProductAttribute *attribute, char *text, size_t size) {
  if (!attribute) {
    snprintf(text, size, "-");
  } else if (isnan(attribute->value)) {
    snprintf(text, size, "of donor");
  } else {
    snprintf(text, size, "%g", attribute->value);
  }
  return text;
}

static void list(const B7ProductTable *table) {
  const B7ProductEntry *rows;
  int32_t count = b7_product_table_rows(table, &rows);
  char dose[64];
  printf("%-22s %-34s %-28s %s\n", "product", "cells from", "usual dose", "what it is");
  for (int32_t i = 0; i < count; i++) {
    printf("%-22s %-34s %-28s %s\n", rows[i].name, rows[i].comparator ? "no cells" : rows[i].cell_source,
           dose_text(&rows[i], dose, sizeof dose), rows[i].label);
  }
}

static void show(const B7ProductEntry *entry) {
  char text[64];
  printf("%s\n%s\n\n", entry->name, entry->label);
  if (entry->comparator) {
    printf("a treatment without cells, listed for comparison\n");
    return;
  }
  printf("cells from   %s\nfratricide   %s\nusual dose   %s\n\n", entry->cell_source,
         entry->fratricide_strategy, dose_text(entry, text, sizeof text));
  printf("%-22s %10s %-12s %-8s %s\n", "attribute", "value", "unit", "basis", "source or reason");
  for (int32_t i = 0; i < entry->n_attribute; i++) {
    const B7ProductAttribute *row = &entry->attributes[i];
    printf("%-22s %10s %-12s %-8s %s\n", row->name, value_text(row, text, sizeof text), row->unit,
           row->assumed ? "assumed" : "sourced", row->basis);
  }
}

/* one line an attribute that any of them has; a star where they differ */
static void compare(const B7ProductEntry *const *entries, int count) {
  char text[64], first[64];
  printf("%-24s", "");
  for (int k = 0; k < count; k++) printf(" %-22s", entries[k]->name);
  printf("\n%-24s", "usual dose");
  for (int k = 0; k < count; k++) printf(" %-22s", dose_text(entries[k], text, sizeof text));
  printf("\n");
  for (int owner = 0; owner < count; owner++) {
    for (int32_t i = 0; i < entries[owner]->n_attribute; i++) {
      const char *name = entries[owner]->attributes[i].name;
      bool before = false, differs = false;
      for (int k = 0; k < owner; k++) before = before || attribute(entries[k], name);
      if (before) continue;
      value_text(attribute(entries[0], name), first, sizeof first);
      for (int k = 1; k < count; k++)
        differs = differs || strcmp(first, value_text(attribute(entries[k], name), text, sizeof text)) != 0;
      printf("%s %-22s", differs ? "*" : " ", name);
      for (int k = 0; k < count; k++)
        printf(" %-22s", value_text(attribute(entries[k], name), text, sizeof text));
      printf("%s\n", entries[owner]->attributes[i].unit);
    }
  }
}

static void print_json(const B7ProductEntry *const *entries, int count) {
  printf("[");
  for (int k = 0; k < count; k++) {
    const B7ProductEntry *entry = entries[k];
    printf("%s{\"product\": ", k ? ",\n " : "");
    b7_cli_json_text(entry->name);
    printf(", \"label\": ");
    b7_cli_json_text(entry->label);
    printf(", \"cell_source\": ");
    b7_cli_json_text(entry->cell_source);
    printf(", \"comparator\": %s, \"usual_dose\": [", entry->comparator ? "true" : "false");
    b7_cli_json_number(entry->usual_low);
    printf(", ");
    b7_cli_json_number(entry->usual_high);
    printf("], \"usual_dose_per_kg\": %s, \"attributes\": {", entry->per_kg ? "true" : "false");
    for (int32_t i = 0; i < entry->n_attribute; i++) {
      const B7ProductAttribute *row = &entry->attributes[i];
      printf("%s\"%s\": {\"value\": ", i ? ", " : "", row->name);
      b7_cli_json_number(row->value);
      printf(", \"unit\": ");
      b7_cli_json_text(row->unit);
      printf(", \"%s\": ", row->assumed ? "assumed" : "source");
      b7_cli_json_text(row->basis);
      printf("}");
    }
    printf("}}");
  }
  printf("]\n");
}

static int run(const B7ProductTable *table, const B7CliWords *words, bool json) {
  const char *action = words->words[0];
  int names = words->count - 1;
  bool wants_list = strcmp(action, "list") == 0, wants_show = strcmp(action, "show") == 0,
       wants_compare = strcmp(action, "compare") == 0;
  if (!wants_list && !wants_show && !wants_compare) {
    fprintf(stderr, "bridge7 product: '%s' is not one of list, show, compare\n", action);
    return b7_status_exit_code(B7_ERROR_USAGE);
  }
  if (wants_list ? names > 0 : wants_show ? names != 1 : names < 2) {
    fprintf(stderr, "bridge7 product: list takes no name, show one, compare two or more\n");
    return b7_status_exit_code(B7_ERROR_USAGE);
  }
  const B7ProductEntry *entries[64], *rows;
  B7Error error;
  int count = names;
  for (int k = 0; k < names; k++) {
    if (b7_product_table_find(table, words->words[k + 1], &entries[k], &error) != B7_OK)
      return b7_cli_fail(&error);
  }
  if (wants_list) {
    count = b7_product_table_rows(table, &rows);
    for (int k = 0; k < count && k < 64; k++) entries[k] = &rows[k];
  }
  if (json) {
    print_json(entries, count < 64 ? count : 64);
  } else if (wants_list) {
    list(table);
  } else if (wants_show) {
    show(entries[0]);
  } else {
    compare(entries, count);
  }
  return 0;
}

int b7_cli_product(int argc, char **argv) {
  bool json = false;
  const B7CliOption options[] = {{.name = "--json", .help = "the same as JSON", .flag = &json},
                                 {.name = NULL}};
  const B7CliCommand command = {.name = "product",
                                .arguments = "list|show|compare [PRODUCT ...]",
                                .about =
                                    "Cell products as data: kinds and named products, usual doses, and for "
                                    "each number its source or why it is assumed.",
                                .example = "bridge7 product compare donor_derived universal_crispr\n"
                                           "  what differs between the two, attribute by attribute",
                                .options = options,
                                .positional_min = 1,
                                .positional_max = 13};
  B7CliWords words;
  int code = b7_cli_parse(&command, argc, argv, &words);
  if (code >= 0) return code;
  char folder[4000], path[4096];
  b7_cli_folder("data", folder, sizeof folder);
  snprintf(path, sizeof path, "%s/products.yaml", folder);
  B7ProductTable *table;
  B7Error error;
  if (b7_product_table_load(path, NULL, &table, &error) != B7_OK) return b7_cli_fail(&error);
  code = run(table, &words, json);
  b7_product_table_free(table);
  return code;
}
