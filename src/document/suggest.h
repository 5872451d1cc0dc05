/* suggest.h - the nearest name in spelling, for "Did you mean". Authoring leg. */
#ifndef B7_DOCUMENT_SUGGEST_H
#define B7_DOCUMENT_SUGGEST_H

/* The candidate (NULL-terminated list) nearest in spelling to word, or NULL when none is near. */
const char *b7_suggest(const char *word, const char *const *candidates);

#endif
