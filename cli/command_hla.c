/* command_hla.c - `bridge7 hla`: two typings side by side. */
#include "bridge7_hla.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct HlaRequest {
  const char *recipient, *donor, *relation, *key, *a_bw4, *codes, *tables;
  int64_t tce;
  bool expressed, homozygous, exclude_b13, names_as_written, json;
} HlaRequest;

typedef struct Comparison {
  B7HlaMatch match[3]; /* 8, 10, 12 alleles */
  B7HlaTce tce;
  int32_t recipient_group, donor_group;
  bool null_allele, has_tce;
  B7KirMatch kir;
  B7DonorRelation relation;
  B7DonorClass donor_class;
} Comparison;

static const int32_t counted[3] = {8, 10, 12};
static const char *const certainty_words[] = {"definite", "potential", "not_evaluable"};
static const char *const serology_words[] = {"unknown", "same", "different"};
static const char *const level_words[] = {"allele", "antigen"};
static const char *const antigen_prefix[] = {"A", "B", "Cw", "DR", "DQ", "DPw"};

static int fail_usage(const char *what, const char *word) {
  fprintf(stderr, "bridge7 hla: %s '%s'; `bridge7 hla --help` shows the options\n", what, word);
  return b7_status_exit_code(B7_ERROR_USAGE);
}

// "AB=01/02,ABC=01:01/02:01"
static B7Status add_codes(B7Hla *hla, const char *codes, B7Error *error) {
  char code[16], list[4096];
  for (const char *at = codes; *at;) {
    int used = 0;
    if (sscanf(at, "%15[^=,]=%4095[^,]%n", code, list, &used) != 2) {
      *error = (B7Error){.status = B7_ERROR_INPUT};
      snprintf(error->message, sizeof error->message,
               "--code '%.200s' cannot be read; write AB=01/02,BC=02/03", at);
      return error->status;
    }
    B7Status status = b7_hla_add_code(hla, code, list, error);
    if (status != B7_OK) return status;
    at += used;
    if (*at == ',') at++;
  }
  return B7_OK;
}

static B7Status compare(const B7Hla *hla, const HlaRequest *request, B7HlaKey key, B7KirOptions options,
                        const B7HlaTyping *recipient, const B7HlaTyping *donor, Comparison *comparison,
                        B7Error *error) {
  for (int i = 0; i < 3; i++) {
    B7Status status = b7_hla_match(hla, recipient, donor, counted[i], key, request->expressed,
                                   &comparison->match[i], error);
    if (status != B7_OK) return status;
  }
  comparison->has_tce = b7_hla_typing_locus(recipient, B7_HLA_LOCUS_DPB1)[0] != 0 &&
                        b7_hla_typing_locus(donor, B7_HLA_LOCUS_DPB1)[0] != 0;
  comparison->tce =
      b7_hla_dpb1_tce(hla, recipient, donor, (int32_t)request->tce, &comparison->recipient_group,
                      &comparison->donor_group, &comparison->null_allele);
  b7_kir_match(hla, recipient, donor, options, &comparison->kir);
  B7DonorFacts facts = b7_donor_facts(comparison->relation, &comparison->match[1]);
  comparison->donor_class = b7_donor_class(hla, &facts);
  return B7_OK;
}

/* -------------------------------------------------------------------------------------------------------
 * words ---- */

static void print_range(char *text, size_t size, int32_t least, int32_t most) {
  if (least == most)
    snprintf(text, size, "%d", (int)least);
  else
    snprintf(text, size, "%d-%d", (int)least, (int)most);
}

static const char *ligand_words(uint32_t bits, char text[32]) {
  static const struct {
    uint32_t bit;
    const char *word;
  } words[] = {{B7_KIR_LIGAND_BW4, "Bw4"}, {B7_KIR_LIGAND_C1, "C1"}, {B7_KIR_LIGAND_C2, "C2"}};
  text[0] = 0;
  for (int i = 0; i < 3; i++)
    if (bits & words[i].bit) {
      if (text[0]) strcat(text, ", ");
      strcat(text, words[i].word);
    }
  return text[0] ? text : "none";
}

static const char *class_sentence(const Comparison *comparison) {
  switch (comparison->donor_class) {
  case B7_DONOR_HAPLO_BY_DESCENT:
    return "haploidentical by descent";
  case B7_DONOR_HAPLO_BY_COUNT:
    return "haploidentical by count alone";
  case B7_DONOR_IDENTICAL_SIBLING:
    return "HLA-identical sibling";
  case B7_DONOR_MATCHED_UNRELATED:
    return "matched unrelated";
  case B7_DONOR_MISMATCHED_UNRELATED:
    return "mismatched unrelated";
  case B7_DONOR_MISMATCHED_RELATED:
    return "mismatched related";
  case B7_DONOR_AUTOLOGOUS:
    return "autologous";
  case B7_DONOR_SYNGENEIC:
    return "syngeneic";
  case B7_DONOR_CORD:
    return "cord blood";
  case B7_DONOR_NOT_HAPLO:
    return "not haploidentical by count; give --relation";
  case B7_DONOR_ERROR:
    return "relation or typing is wrong: this relative cannot have this typing";
  default:
    return "cannot be told from this typing; give --relation";
  }
}

static void print_mismatch(const B7HlaMismatch *mismatch, B7HlaLocus locus) {
  printf("      %s / %s: ", mismatch->recipient, mismatch->donor);
  char text[160];
  // the first field of DPB1 names no antigen; there the epitope groups say more
  if (locus == B7_HLA_LOCUS_DPB1) {
    printf("mismatch\n");
    return;
  }
  if (mismatch->serology == B7_HLA_SEROLOGY_UNKNOWN)
    snprintf(text, sizeof text, "%s level, serology not in the tables", level_words[mismatch->level]);
  else
    snprintf(text, sizeof text, "%s level, serologically %s (%s%s / %s%s)", level_words[mismatch->level],
             serology_words[mismatch->serology], antigen_prefix[locus], mismatch->recipient_antigen,
             antigen_prefix[locus], mismatch->donor_antigen);
  printf("%s\n", text);
}

#define TYPING_WIDTH 26

// a typing that is longer than its column stands on lines of its own
static void print_typing(const char *who, const char *text) {
  char first[32];
  snprintf(first, sizeof first, "      %s: ", who);
  // a blank after each sign, where the line may break
  char *copy = malloc(2 * strlen(text) + 1);
  size_t used = 0;
  for (const char *at = text; copy && *at; at++) {
    copy[used++] = *at;
    if (strchr(",/|+", *at)) copy[used++] = ' ';
  }
  if (copy) copy[used] = 0;
  b7_cli_print_wrapped(first, 8, copy ? copy : text);
  free(copy);
}

static bool typed(const B7HlaTyping *recipient, const B7HlaTyping *donor, B7HlaLocus locus) {
  return b7_hla_typing_locus(recipient, locus)[0] || b7_hla_typing_locus(donor, locus)[0];
}

static void print_locus(const B7HlaLocusMatch *match, const B7HlaTyping *recipient,
                        const B7HlaTyping *donor) {
  char matched[8], gvh[8], hvg[8];
  const char *left = b7_hla_typing_locus(recipient, match->locus),
             *right = b7_hla_typing_locus(donor, match->locus);
  print_range(matched, sizeof matched, match->matched_min, match->matched_max);
  print_range(gvh, sizeof gvh, match->gvh_min, match->gvh_max);
  print_range(hvg, sizeof hvg, match->hvg_min, match->hvg_max);
  bool left_fits = strlen(left) <= TYPING_WIDTH, right_fits = strlen(right) <= TYPING_WIDTH;
  printf("%-5s %-*s %-*s %7s %5s %5s\n", b7_hla_locus_name(match->locus), TYPING_WIDTH,
         !left_fits ? "see below"
         : left[0]  ? left
                    : "-",
         TYPING_WIDTH,
         !right_fits ? "see below"
         : right[0]  ? right
                     : "-",
         matched, gvh, hvg);
  if (!left_fits) print_typing("recipient", left);
  if (!right_fits) print_typing("donor", right);
  if (match->why[0]) b7_cli_print_wrapped("      ", 6, match->why);
  for (int32_t i = 0; i < match->n_mismatches; i++) print_mismatch(&match->mismatch[i], match->locus);
}

static void print_total(const B7HlaMatch *match) {
  char matched[8], gvh[8], hvg[8];
  print_range(matched, sizeof matched, match->matched_min, match->matched_max);
  print_range(gvh, sizeof gvh, match->gvh_min, match->gvh_max);
  print_range(hvg, sizeof hvg, match->hvg_min, match->hvg_max);
  if (match->certainty == B7_HLA_CERTAINTY_NOT_EVALUABLE)
    printf("%2d/%-2d  not evaluable; possible %s/%d\n", (int)match->alleles, (int)match->alleles, matched,
           (int)match->alleles);
  else
    printf("%2d/%-2d  %s/%d%s, GVH %s, HVG %s\n", (int)match->alleles, (int)match->alleles, matched,
           (int)match->alleles, match->certainty == B7_HLA_CERTAINTY_POTENTIAL ? " potential" : "", gvh, hvg);
}

static void print_others(const B7HlaTyping *recipient, const B7HlaTyping *donor) {
  const char *left = b7_hla_typing_others(recipient), *right = b7_hla_typing_others(donor);
  if (left[0]) b7_cli_print_wrapped("not compared, recipient: ", 6, left);
  if (right[0]) b7_cli_print_wrapped("not compared, donor: ", 6, right);
}

/* MATCH says the same binding domains; where the two fields leave that open or differ, both are told */
static bool match_by_group_alone(const Comparison *comparison) {
  const B7HlaMatch *all = &comparison->match[2];
  for (int32_t l = 0; l < all->loci; l++)
    if (all->locus[l].locus == B7_HLA_LOCUS_DPB1)
      return comparison->tce == B7_HLA_TCE_MATCH && all->locus[l].matched_min < 2;
  return false;
}

static void print_tce(const Comparison *comparison, const HlaRequest *request) {
  char text[400];
  int used = snprintf(text, sizeof text, "%s by T-cell-epitope groups, version %d",
                      b7_hla_tce_word(comparison->tce), (int)request->tce);
  if (comparison->recipient_group >= 0 && comparison->donor_group >= 0)
    used += snprintf(text + used, sizeof text - (size_t)used, " (lowest: recipient %d, donor %d)",
                     (int)comparison->recipient_group, (int)comparison->donor_group);
  if (match_by_group_alone(comparison))
    used += snprintf(
        text + used, sizeof text - (size_t)used,
        ": of the binding domains (P groups), not of the two fields that are counted above; --key ard "
        "counts as this line does");
  snprintf(text + used, sizeof text - (size_t)used,
           comparison->null_allele ? "; a null allele took part, for which sources differ" : "");
  b7_cli_print_wrapped("DPB1   ", 7, text);
}

static void print_words(const Comparison *comparison, const HlaRequest *request, const B7HlaTyping *recipient,
                        const B7HlaTyping *donor) {
  const B7HlaMatch *all = &comparison->match[2];
  printf("%-5s %-*s %-*s %7s %5s %5s\n", "locus", TYPING_WIDTH, "recipient", TYPING_WIDTH, "donor", "matched",
         "GVH", "HVG");
  int32_t missing = 0;
  for (int32_t l = 0; l < all->loci; l++) {
    if (typed(recipient, donor, all->locus[l].locus))
      print_locus(&all->locus[l], recipient, donor);
    else
      missing++;
  }
  if (missing) printf("not typed:");
  for (int32_t l = 0; l < all->loci; l++)
    if (!typed(recipient, donor, all->locus[l].locus)) printf(" %s", b7_hla_locus_name(all->locus[l].locus));
  if (missing) printf("\n");
  print_others(recipient, donor);
  printf("\n");
  for (int i = 0; i < 3; i++) print_total(&comparison->match[i]);
  if (comparison->has_tce) print_tce(comparison, request);
  char one[32], two[32], text[300];
  const B7KirMatch *kir = &comparison->kir;
  if (!kir->evaluable)
    snprintf(text, sizeof text, "not evaluable: %s%s", kir->recipient.evaluable ? "donor: " : "recipient: ",
             kir->recipient.evaluable ? kir->donor.why : kir->recipient.why);
  else if (kir->gvh != kir->gvh_possible || kir->hvg != kir->hvg_possible)
    snprintf(text, sizeof text, "ligand mismatch depends on the alleles that are open");
  else
    snprintf(
        text, sizeof text,
        "ligands of the donor that the recipient lacks (GVH): %s; of the recipient that the donor lacks (HVG): %s",
        ligand_words(kir->gvh, one), ligand_words(kir->hvg, two));
  b7_cli_print_wrapped("KIR    ", 7, text);
  b7_cli_print_wrapped("donor  ", 7, class_sentence(comparison));
  printf("\n%s\n", B7_CLI_NOTICE);
}

/* --------------------------------------------------------------------------------------------------------
 * JSON ---- */

static void json_pair(const char *key, int32_t least, int32_t most) {
  printf(", \"%s\": [%d, %d]", key, (int)least, (int)most);
}

static void json_field(const char *key, const char *text) {
  printf(", \"%s\": ", key);
  b7_cli_json_text(text);
}

static void json_ligands(const char *key, uint32_t bits) {
  char text[32];
  json_field(key, bits ? ligand_words(bits, text) : "");
}

static void print_json(const Comparison *comparison, const HlaRequest *request, const B7HlaTyping *recipient,
                       const B7HlaTyping *donor) {
  printf("{\"loci\": [");
  const B7HlaMatch *all = &comparison->match[2];
  for (int32_t l = 0; l < all->loci; l++) {
    const B7HlaLocusMatch *own = &all->locus[l];
    printf("%s\n  {\"locus\": \"%s\"", l ? "," : "", b7_hla_locus_name(own->locus));
    json_field("recipient", b7_hla_typing_locus(recipient, own->locus));
    json_field("donor", b7_hla_typing_locus(donor, own->locus));
    json_field("certainty", certainty_words[own->certainty]);
    json_pair("matched", own->matched_min, own->matched_max);
    json_pair("gvh", own->gvh_min, own->gvh_max);
    json_pair("hvg", own->hvg_min, own->hvg_max);
    json_field("why", own->why);
    printf(", \"mismatches\": [");
    for (int32_t i = 0; i < own->n_mismatches; i++) {
      const B7HlaMismatch *mismatch = &own->mismatch[i];
      printf("%s{\"level\": \"%s\", \"serology\": \"%s\"", i ? ", " : "", level_words[mismatch->level],
             serology_words[mismatch->serology]);
      json_field("recipient", mismatch->recipient);
      json_field("donor", mismatch->donor);
      json_field("recipient_antigen", mismatch->recipient_antigen);
      json_field("donor_antigen", mismatch->donor_antigen);
      printf("}");
    }
    printf("]}");
  }
  printf("],\n \"matches\": [");
  for (int i = 0; i < 3; i++) {
    const B7HlaMatch *match = &comparison->match[i];
    printf("%s\n  {\"alleles\": %d", i ? "," : "", (int)match->alleles);
    json_field("certainty", certainty_words[match->certainty]);
    json_pair("matched", match->matched_min, match->matched_max);
    json_pair("gvh", match->gvh_min, match->gvh_max);
    json_pair("hvg", match->hvg_min, match->hvg_max);
    printf("}");
  }
  printf("],\n \"dpb1_tce\": {\"version\": %d, \"result\": \"%s\", \"match_of_p_groups_alone\": %s, "
         "\"recipient_group\": %d, \"donor_group\": %d}",
         (int)request->tce, b7_hla_tce_word(comparison->tce),
         match_by_group_alone(comparison) ? "true" : "false", (int)comparison->recipient_group,
         (int)comparison->donor_group);
  printf(",\n \"not_compared\": {\"recipient\": ");
  b7_cli_json_text(b7_hla_typing_others(recipient));
  json_field("donor", b7_hla_typing_others(donor));
  printf("}");
  printf(",\n \"kir_ligands\": {\"evaluable\": %s", comparison->kir.evaluable ? "true" : "false");
  json_ligands("gvh", comparison->kir.gvh);
  json_ligands("gvh_possible", comparison->kir.gvh_possible);
  json_ligands("hvg", comparison->kir.hvg);
  json_ligands("hvg_possible", comparison->kir.hvg_possible);
  json_field("recipient_why", comparison->kir.recipient.why);
  json_field("donor_why", comparison->kir.donor.why);
  printf("},\n \"donor_class\": \"%s\"", b7_donor_class_word(comparison->donor_class));
  json_field("notice", B7_CLI_NOTICE);
  printf("}\n");
}

/* -----------------------------------------------------------------------------------------------------
 * command ---- */

static int run(B7Hla *hla, const HlaRequest *request, B7HlaKey key, B7KirOptions options,
               B7DonorRelation relation) {
  B7Error error;
  if (request->tables && b7_hla_read_release(hla, request->tables, &error) != B7_OK)
    return b7_cli_fail(&error);
  if (request->names_as_written) b7_hla_take_names_as_written(hla);
  if (request->codes && add_codes(hla, request->codes, &error) != B7_OK) return b7_cli_fail(&error);
  B7HlaTyping *recipient = NULL, *donor = NULL;
  Comparison comparison = {.relation = relation};
  B7Status status =
      b7_hla_typing_make(hla, request->recipient, "recipient", request->homozygous, &recipient, &error);
  if (status == B7_OK)
    status = b7_hla_typing_make(hla, request->donor, "donor", request->homozygous, &donor, &error);
  if (status == B7_OK) status = compare(hla, request, key, options, recipient, donor, &comparison, &error);
  int code = 0;
  if (status != B7_OK)
    code = b7_cli_fail(&error);
  else if (request->json)
    print_json(&comparison, request, recipient, donor);
  else
    print_words(&comparison, request, recipient, donor);
  // an impossible relation is a mistake of the input, not a class of donor
  if (status == B7_OK && comparison.donor_class == B7_DONOR_ERROR) code = b7_status_exit_code(B7_ERROR_INPUT);
  b7_hla_typing_free(recipient);
  b7_hla_typing_free(donor);
  return code;
}

int b7_cli_hla(int argc, char **argv) {
  HlaRequest request = {.relation = "unknown", .key = "two_field", .a_bw4 = "none", .tce = 2};
  const B7CliOption options[] = {
      {.name = "--recipient",
       .value_name = "TYPING",
       .help = "\"A*02:01,A*24:02 B*15:01,B*40:01 ...\"",
       .text = &request.recipient},
      {.name = "--donor", .value_name = "TYPING", .help = "the same for the donor", .text = &request.donor},
      {.name = "--relation",
       .value_name = "WORD",
       .help = "child, parent, sibling, unrelated, cord, ...",
       .text = &request.relation},
      {.name = "--key",
       .value_name = "KEY",
       .help = "two_field (default) or ard (P groups)",
       .text = &request.key},
      {.name = "--expressed", .help = "null alleles do not count", .flag = &request.expressed},
      {.name = "--homozygous", .help = "a single allele stands for two", .flag = &request.homozygous},
      {.name = "--tce",
       .value_name = "VERSION",
       .help = "DPB1 epitope groups, 1 or 2 (default)",
       .integer = &request.tce},
      {.name = "--a-bw4",
       .value_name = "WHICH",
       .help = "Bw4 of HLA-A: none (default), strict, all",
       .text = &request.a_bw4},
      {.name = "--exclude-b13", .help = "Bw4 without B*13:01, B*13:02", .flag = &request.exclude_b13},
      {.name = "--code",
       .value_name = "LIST",
       .help = "NMDP codes: AB=01/02,BC=02/03",
       .text = &request.codes},
      {.name = "--tables",
       .value_name = "FOLDER",
       .help = "files of an IPD-IMGT/HLA release",
       .text = &request.tables},
      {.name = "--names-as-written",
       .help = "alleles that no table holds are taken as written",
       .flag = &request.names_as_written},
      {.name = "--json", .help = "result as JSON", .flag = &request.json},
      {.name = NULL}};
  const B7CliCommand command = {
      .name = "hla",
      .arguments = "--recipient TYPING --donor TYPING",
      .about =
          "Compare two HLA typings: 8/8, 10/10 and 12/12 with their directions, serology of the mismatches,\n"
          "DPB1 permissiveness, KIR ligands, class of the donor.",
      .example =
          "  bridge7 hla --relation child --recipient \"A*02:01,A*24:02 B*15:01,B*40:01 C*03:04,C*07:02\n"
          "    DRB1*09:01,DRB1*15:01 DQB1*03:03,DQB1*06:02\" --donor \"A*02:01,A*24:02 B*15:18,B*40:01 C*03:04,C*07:02\n"
          "    DRB1*09:01,DRB1*15:01 DQB1*03:03,DQB1*06:02\"\n"
          "  shows 9/10 with one mismatch each way: B62 against B71",
      .options = options,
      .positional_min = 0,
      .positional_max = 0};
  B7CliWords words;
  int code = b7_cli_parse(&command, argc, argv, &words);
  if (code >= 0) return code;
  if (!request.recipient) return fail_usage("a typing is missing:", "--recipient");
  if (!request.donor) return fail_usage("a typing is missing:", "--donor");
  if (request.tce != 1 && request.tce != 2)
    return fail_usage("--tce takes 1 or 2, not", request.tce > 2 ? "more" : "less");
  B7DonorRelation relation;
  if (!b7_donor_relation_find(request.relation, &relation))
    return fail_usage("no relation is called", request.relation);
  bool ard = strcmp(request.key, "ard") == 0;
  if (!ard && strcmp(request.key, "two_field") != 0)
    return fail_usage("--key takes two_field or ard, not", request.key);
  B7KirOptions kir = {.exclude_b13 = request.exclude_b13};
  if (strcmp(request.a_bw4, "strict") == 0)
    kir.hla_a_bw4 = B7_KIR_A_STRICT;
  else if (strcmp(request.a_bw4, "all") == 0)
    kir.hla_a_bw4 = B7_KIR_A_ALL;
  else if (strcmp(request.a_bw4, "none") != 0)
    return fail_usage("--a-bw4 takes none, strict or all, not", request.a_bw4);
  char data[1024], criteria[1024];
  B7Error error = {.status = B7_ERROR_FILE,
                   .message = "the folders data and criteria of the product are not found; set B7_HOME"};
  if (!b7_cli_folder("data", data, sizeof data) || !b7_cli_folder("criteria", criteria, sizeof criteria))
    return b7_cli_fail(&error);
  B7Hla *hla = NULL;
  if (b7_hla_load(data, criteria, NULL, &hla, &error) != B7_OK) return b7_cli_fail(&error);
  code = run(hla, &request, ard ? B7_HLA_KEY_ARD : B7_HLA_KEY_TWO_FIELD, kir, relation);
  b7_hla_free(hla);
  return code;
}
