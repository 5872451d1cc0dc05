/* calibration_documents.c - the files that a fit reads, each once. */
#include "fit/calibration.h"

#include <string.h>

#include "base/status.h"

B7Status b7_calibration_document(B7Calibration *calibration, const char *path, const B7Node **root,
                                 B7Error *error) {
  for (int32_t i = 0; i < calibration->n_document; i++) {
    if (strcmp(calibration->document_paths[i], path) != 0) continue;
    *root = b7_document_root(calibration->documents[i]);
    return B7_OK;
  }
  B7Arena *arena = &calibration->arena;
  size_t room = calibration->document_room;
  B7Document **documents =
      b7_arena_grow(arena, calibration->documents, (size_t)calibration->n_document, &room, sizeof *documents);
  room = calibration->document_room;
  const char **paths = b7_arena_grow(arena, calibration->document_paths, (size_t)calibration->n_document,
                                     &room, sizeof *paths);
  char *kept = b7_arena_text(arena, path, strlen(path));
  if (!documents || !paths || !kept) return b7_fail_memory(error);
  calibration->documents = documents;
  calibration->document_paths = paths;
  calibration->document_room = room;
  B7_TRY(b7_document_load(path, &arena->hooks, &documents[calibration->n_document], error));
  paths[calibration->n_document] = kept;
  *root = b7_document_root(documents[calibration->n_document++]);
  return B7_OK;
}
