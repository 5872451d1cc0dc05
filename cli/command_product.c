/* command_product.c - `bridge7 product list|show|compare`: cell products, and where each of their numbers comes from.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define COLUMN 26

/* "1e6", "4.5e5", "2": as people write doses */
static const char *plain(double number, char *text, size_t size) {
  snprintf(text, size, "%.3g", number);
  char *e = strchr(text, 'e');
  if (!e) return text;
  char *digits = e + 1;
  if (*digits == '+') memmove(digits, digits + 1, strlen(digits));
  if (*digits == '-') digits++;
  while (digits[0] == '0' && digits[1]) memmove(digits, digits + 1, strlen(digits));
  return text;
}

static const char *dose_text(const B7ProductEntry *entry, char *text, size_t size) {
  char low[32], high[32];
  const char *unit = entry->per_kg ? "cells/kg" : "cells";
  if (isnan(entry->usual_low)) {
    snprintf(text, size, "-");
  } else if (entry->usual_low == entry->usual_high) {
    snprintf(text, size, "%s %s", plain(entry->usual_low, low, sizeof low), unit);
  } else {
    snprintf(text, size, "%s to %s %s", plain(entry->usual_low, low, sizeof low),
             plain(entry->usual_high, high, sizeof high), unit);
  }
  return text;
}

/* names of the data file as words */
static const char *spoken(const char *name, char *text, size_t size) {
  snprintf(text, size, "%s", name);
  for (char *c = text; *c; c++) *c = *c == '_' ? ' ' : *c;
  return text;
}

static const B7ProductAttribute *attribute(const B7ProductEntry *entry, const char *name) {
  for (int32_t i = 0; i < entry->n_attribute; i++) {
    if (strcmp(entry->attributes[i].name, name) == 0) return &entry->attributes[i];
  }
  return NULL;
}

static const char *unit_of(const B7ProductAttribute *attribute) {
  return attribute->unit && strcmp(attribute->unit, "1") != 0 ? attribute->unit : "";
}

static const char *value_text(const B7ProductAttribute *attribute, char *text, size_t size) {
  if (!attribute) {
    snprintf(text, size, "-");
  } else if (attribute->words) {
    snprintf(text, size, "%s", attribute->words);
  } else if (isnan(attribute->value)) {
    snprintf(text, size, "of the donor");
  } else {
    snprintf(text, size, "%g%s%s", attribute->value, unit_of(attribute)[0] ? " " : "", unit_of(attribute));
  }
  return text;
}

static void list_part(const B7ProductEntry *rows, int32_t count, const char *title, bool comparators) {
  char dose[64], source[64];
  printf("%s\n", title);
  for (int32_t i = 0; i < count; i++) {
    if (rows[i].comparator != comparators) continue;
    if (comparators) {
      printf("  %-22s %s\n", rows[i].name, rows[i].label);
      continue;
    }
    printf("  %-22s %-31s %-25s %s\n", rows[i].name, spoken(rows[i].cell_source, source, sizeof source),
           dose_text(&rows[i], dose, sizeof dose), rows[i].label);
  }
}

static void list(const B7ProductTable *table) {
  const B7ProductEntry *rows;
  int32_t count = b7_product_table_rows(table, &rows);
  printf("  %-22s %-31s %-25s %s\n", "product", "cells from", "usual dose", "what it is");
  list_part(rows, count, "cells", false);
  list_part(rows, count, "treatments without cells, for comparison", true);
}

/* a long reason goes on below itself */
static void print_wrapped(const char *text, int indent, int width) {
  int column = 0;
  while (*text) {
    size_t word = strcspn(text, " ");
    if (column > 0 && column + 1 + (int)word > width) {
      printf("\n%*s", indent, "");
      column = 0;
    }
    printf("%s%.*s", column ? " " : "", (int)word, text);
    column += (column ? 1 : 0) + (int)word;
    text += word;
    while (*text == ' ') text++;
  }
  putchar('\n');
}

static void show_row(const char *label, const char *value, bool assumed, const char *basis) {
  enum { LABEL = 32, VALUE = 20 };
  printf("  %-*s ", LABEL - 1, label);
  if (strlen(value) > VALUE) {
    print_wrapped(value, LABEL + 2, 100 - LABEL);
    printf("%*s", LABEL + 2 + VALUE + 1, "");
  } else {
    printf("%-*s ", VALUE, value);
  }
  printf("%-8s ", assumed ? "assumed" : "source");
  print_wrapped(basis, LABEL + 2 + VALUE + 1 + 9, 60);
}

static void show_attributes(const B7ProductEntry *entry, const char *title, bool planning) {
  char text[256];
  printf("\n%s\n", title);
  for (int32_t i = 0; i < entry->n_attribute; i++) {
    const B7ProductAttribute *row = &entry->attributes[i];
    if (row->planning == planning)
      show_row(row->label, value_text(row, text, sizeof text), row->assumed, row->basis);
  }
}

static void show(const B7ProductEntry *entry) {
  char text[64];
  printf("%s: %s\n", entry->name, entry->label);
  if (entry->comparator) {
    printf("\na treatment without cells, listed for comparison\n");
    return;
  }
  printf("\n  %-31s %s\n", "cells from", spoken(entry->cell_source, text, sizeof text));
  printf("  %-31s %s\n", "against fratricide", entry->fratricide_strategy);
  if (isnan(entry->usual_low)) {
    printf("  %-31s none printed\n", "usual dose");
  } else {
    show_row("usual dose", dose_text(entry, text, sizeof text), entry->usual_assumed, entry->usual_basis);
  }
  show_attributes(entry, "what the model reads, and what is told", false);
  show_attributes(entry, "making and paying", true);
}

static void print_cell(const char *text) {
  int length = (int)strlen(text);
  if (length > COLUMN) {
    printf(" %.*s~", COLUMN - 1, text);
  } else {
    printf(" %-*s", COLUMN, text);
  }
}

/* one line an attribute that any of them has; a star where they differ */
static void compare(const B7ProductEntry *const *entries, int count) {
  char text[256], first[256];
  printf("  %-31s", "");
  for (int k = 0; k < count; k++) print_cell(entries[k]->name);
  printf("\n  %-31s", "cells from");
  for (int k = 0; k < count; k++) print_cell(spoken(entries[k]->cell_source, text, sizeof text));
  printf("\n  %-31s", "usual dose");
  for (int k = 0; k < count; k++) print_cell(dose_text(entries[k], text, sizeof text));
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
      printf("%s %-31s", differs ? "*" : " ", entries[owner]->attributes[i].label);
      for (int k = 0; k < count; k++) print_cell(value_text(attribute(entries[k], name), text, sizeof text));
      printf("\n");
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
      if (row->words) {
        b7_cli_json_text(row->words);
      } else {
        b7_cli_json_number(row->value);
        printf(", \"unit\": ");
        b7_cli_json_text(row->unit);
      }
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
