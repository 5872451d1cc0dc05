# survival.R - the same statistics on the same patients with R's survival and cmprsk.
# Rscript survival.R FILE PATIENTS   (FILE is written by bench_survival --write)
suppressMessages({library(survival); library(cmprsk)})
arguments <- commandArgs(trailingOnly = TRUE)
n <- as.integer(arguments[2])
file <- file(arguments[1], "rb")
time <- readBin(file, "double", n)
status <- readBin(file, "integer", n)
group <- readBin(file, "integer", n)
close(file)
seconds <- function(expression) as.numeric(system.time(expression)["elapsed"])
any <- status > 0
km <- seconds(curve <- survfit(Surv(time, any) ~ group, conf.type = "log-log"))
lr <- seconds(test <- survdiff(Surv(time, any) ~ group))
aj <- seconds(incidence <- cuminc(time, status, group))
at <- summary(curve, times = 730)$surv[2]
cif <- timepoints(incidence, 730)$est["1 2", 1]
cat(sprintf(paste0('{"what": "survival", "patients": %d, "seconds": {"kaplan_meier": %.6f, "logrank": %.6f, ',
                   '"aalen_johansen_and_gray": %.6f, "total": %.6f}, "values": {"survival_730": %.12g, ',
                   '"incidence2_730": %.12g, "logrank": %.12g, "gray1": %.12g, "gray2": %.12g}, "versions": "%s"}\n'),
            n, km, lr, aj, km + lr + aj, at, cif, test$chisq, incidence$Tests["1", "stat"], incidence$Tests["2", "stat"],
            paste("R", getRversion(), "survival", packageVersion("survival"), "cmprsk", packageVersion("cmprsk"))))
