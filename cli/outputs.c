#include "outputs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static B7Status fail(const char *path, const char *message, B7Error *error) {
  *error = (B7Error){.status = B7_ERROR_FILE};
  snprintf(error->file, sizeof error->file, "%s", path);
  snprintf(error->message, sizeof error->message, "%s", message);
  return error->status;
}

B7Status b7_cli_can_write(const char *path, B7Error *error) {
  char folder[4096], message[512];
  struct stat facts;
  if (!path) return B7_OK;
  const char *slash = strrchr(path, '/');
  snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
  if (slash == path) snprintf(folder, sizeof folder, "/");
  if (stat(folder, &facts) != 0) {
    snprintf(message, sizeof message,
             errno == ENOENT ? "cannot be written: there is no folder '%.300s'; make it first"
                             : "cannot be written: the folder '%.300s' cannot be looked into",
             folder);
    return fail(path, message, error);
  }
  if (!S_ISDIR(facts.st_mode)) {
    snprintf(message, sizeof message, "cannot be written: '%.300s' is a file, not a folder", folder);
    return fail(path, message, error);
  }
  if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode))
    return fail(path, "is a folder; give the name of a file", error);
  if (access(folder, W_OK) == 0) return B7_OK;
  snprintf(message, sizeof message, "cannot be written: the folder '%.300s' takes no files (%s)", folder,
           strerror(errno));
  return fail(path, message, error);
}
