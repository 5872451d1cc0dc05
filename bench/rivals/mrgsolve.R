# mrgsolve on the problem, its $ODE the compiled right-hand side, its own data set and dosing engine: times of processor in ms per
# patient, observables to files.
#   Rscript mrgsolve.R MODEL.so PROBLEM FOLDER NAME RTOL[,RTOL...] INTEGRATE_DRUGS(0|1)
# Doses of drugs are dosing records where drugs are integrated; an infusion of cells or a graft, whose jumps depend on the state, is a
# record that $EVENT answers with modeled events. Drugs in closed form are kept by the compiled side.
words <- commandArgs(trailingOnly = TRUE)
suppressPackageStartupMessages(library(mrgsolve))
dyn.load(words[1], local = FALSE)
folder <- words[3]
name <- words[4]
tolerances <- strsplit(words[5], ",")[[1]]
drugs <- as.integer(words[6])

sizes <- .C("rival_load", words[2], drugs, sizes = integer(6))$sizes
days <- .C("rival_times", event = double(sizes[5]), output = double(sizes[6]), negligible = double(sizes[1]))
patients <- readBin(words[2], "double", 1)
width <- sizes[1] + drugs * sizes[2]
last <- max(days$output)
later <- which(days$event > 1e-9 & days$event <= last)

compartments <- paste0("A", seq_len(width))
# functions of our own in $GLOBAL: mrgsolve takes declarations out of the other blocks
spec <- sprintf('
$CMT %s
$PREAMBLE
rival_leave_doses(%d);
$GLOBAL
#include "rivals.h"
static int width = %d;
static std::vector<double> jump(%d);
static void start(int patient, dvec &initial) {
  rival_start(&patient, &jump[0]);
  for (int i = 0; i < width; i++) initial[i] = jump[i];
}
static void slope_at(double now, const double *y, double *slope) {
  rival_slope(&width, &now, const_cast<double *>(y), slope, 0, 0);
}
static void happen(databox &self, double now, const dvec &y) {
  for (int i = 0; i < width; i++) jump[i] = y[i];
  rival_event(&width, &now, &jump[0]);
  for (int i = 0; i < width; i++) {
    if (jump[i] == y[i]) continue;
    mrgsolve::evdata replace(now, 8);
    replace.cmt = i + 1;
    replace.amt = jump[i];
    replace.now = true;
    self.mevector.push_back(replace);
  }
}
$MAIN
if (NEWIND <= 1) start((int)ID - 1, _A_0_);
$ODE
slope_at(SOLVERTIME, _A_, _DADT_);
$EVENT
if (EVID == 2) happen(self, TIME, _A_);
', paste(compartments, collapse = " "), drugs, width, width)
Sys.setenv(PKG_CPPFLAGS = paste0("-I", normalizePath("bench/rivals")))
model <- mcode(name, spec, project = file.path(folder), soloc = file.path(folder), audit = FALSE, quiet = TRUE)

# a record an event time, after the outputs of that time: what is no dosing record is a record for $EVENT
one_patient <- function(patient) {
  .C("rival_start", as.integer(patient - 1), double(width))
  doses <- data.frame(time = numeric(0), evid = integer(0), cmt = integer(0), amt = numeric(0))
  rest <- days$event[later]
  if (drugs == 1) {
    dose <- lapply(later, function(e) .C("rival_dose_of", as.integer(e - 1), drug = integer(1), amount = double(1)))
    drug <- sapply(dose, function(d) d$drug)
    is_dose <- drug >= 0
    doses <- data.frame(time = rest[is_dose], evid = 1L, cmt = sizes[1] + drug[is_dose] + 1L, amt = sapply(dose[is_dose], function(d) d$amount))
    rest <- rest[!is_dose]
  }
  rest <- data.frame(time = unique(rest), evid = rep(2L, length(unique(rest))), cmt = 1L, amt = 0)
  rows <- rbind(data.frame(time = days$output, evid = 0L, cmt = 0L, amt = 0), doses, rest)
  cbind(ID = patient, rows[order(rows$time), ])
}
data <- do.call(rbind, lapply(seq_len(patients), one_patient))
data <- valid_data_set(data, model)
observed <- data[, "evid"] == 0

seconds <- function() sum(proc.time()[c("user.self", "sys.self")])
for (text in tolerances) {
  # RTOL or RTOL_SCALE: absolute tolerances times SCALE
  parts <- as.numeric(strsplit(text, "_")[[1]])
  rtol <- parts[1]
  scale <- min(1, rtol / 1e-6) * c(parts[-1], 1)[1]
  # the engine's own absolute tolerances; drugs in reference doses
  atol <- scale * c(days$negligible, rep(1e-6, drugs * sizes[2]))
  ready <- custom_tol(update(model, rtol = rtol, maxsteps = 1e6), .rtol = setNames(rep(rtol, width), compartments),
                      .atol = setNames(atol, compartments))
  before <- seconds()
  # a patient whom the solver gives up stops the run: NaN for all, an error without limit
  out <- tryCatch(suppressWarnings(mrgsim_q(ready, data, output = "df")), error = function(e) {
    message(conditionMessage(e))
    NULL
  })
  spent <- seconds() - before
  file <- file(sprintf("%s/%s_%s.bin", folder, name, text), "wb")
  for (i in seq_len(patients)) {
    rows <- matrix(NaN, width, length(days$output))
    if (!is.null(out)) rows <- t(as.matrix(out[observed & data[, "ID"] == i, compartments]))
    .C("rival_start", as.integer(i - 1), double(width))
    seen <- .C("rival_observe", length(days$output), days$output, as.integer(width), as.double(rows), NAOK = TRUE,
               observables = double(length(days$output) * sizes[4]))$observables
    writeBin(seen, file)
  }
  close(file)
  cat(text, 1e3 * spent / patients, sprintf("mrgsolve-%s\n", packageVersion("mrgsolve")))
}
