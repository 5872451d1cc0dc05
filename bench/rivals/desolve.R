# deSolve's lsoda on the problem, the right-hand side compiled: times of processor in ms per patient, observables to files.
#   Rscript desolve.R MODEL.so PROBLEM FOLDER NAME RTOL[,RTOL...] INTEGRATE_DRUGS(0|1) ANALYTIC(0|1)
words <- commandArgs(trailingOnly = TRUE)
library(deSolve)
dyn.load(words[1])
folder <- words[3]
name <- words[4]
tolerances <- strsplit(words[5], ",")[[1]]
drugs <- as.integer(words[6])
analytic <- words[7] == "1"

sizes <- .C("rival_load", words[2], drugs, sizes = integer(6))$sizes
days <- .C("rival_times", event = double(sizes[5]), output = double(sizes[6]), negligible = double(sizes[1]))
patients <- readBin(words[2], "double", 1)
width <- sizes[1] + drugs * sizes[2]
# events of day 0 are done by rival_start
event_day <- unique(days$event[days$event > 1e-9 & days$event <= max(days$output)])
times <- sort(unique(c(days$output, event_day)))
keep <- match(days$output, times)

seconds <- function() sum(proc.time()[c("user.self", "sys.self")])
for (text in tolerances) {
  # RTOL or RTOL_SCALE: absolute tolerances times SCALE
  parts <- as.numeric(strsplit(text, "_")[[1]])
  rtol <- parts[1]
  scale <- min(1, rtol / 1e-6) * c(parts[-1], 1)[1]
  # the engine's own absolute tolerances; drugs in reference doses
  atol <- scale * c(days$negligible, rep(1e-6, drugs * sizes[2]))
  spent <- 0
  file <- file(sprintf("%s/%s_%s.bin", folder, name, text), "wb")
  for (i in seq_len(patients) - 1) {
    before <- seconds()
    y <- .C("rival_start", as.integer(i), y = double(width))$y
    # a patient whom the solver gives up keeps NaN, which counts as an error without limit
    out <- tryCatch(suppressWarnings(lsoda(y, times, func = "rival_slope", parms = NULL, dllname = "model", initfunc = NULL, rtol = rtol, atol = atol,
                 maxsteps = 1e6, events = list(func = "rival_event", time = event_day),
                 jacfunc = if (analytic) "rival_jacobian" else NULL, jactype = if (analytic) "fullusr" else "fullint")),
                    error = function(e) matrix(NaN, 0, width + 1))
    spent <- spent + seconds() - before
    rows <- matrix(NaN, length(times), width)
    if (nrow(out) > 0) rows[seq_len(nrow(out)), ] <- out[, -1]
    rows <- t(rows[keep, ])
    seen <- .C("rival_observe", length(keep), days$output, as.integer(width), as.double(rows), NAOK = TRUE,
               observables = double(length(keep) * sizes[4]))$observables
    writeBin(seen, file)
  }
  close(file)
  cat(text, 1e3 * spent / patients, sprintf("deSolve-%s\n", packageVersion("deSolve")))
}
