/* page.c - the report as one HTML file: the built page with its data put in. */
#include "base/files.h"
#include "base/memory.h"
#include "base/status.h"

#include <string.h>

/* web/dist/report.html, put here by b7_embed */
extern const unsigned char b7_page_template[];
extern const size_t b7_page_template_length;

/* web/report.html holds this word once, alone between the tags of the data element */
static const char data_mark[] = "@BRIDGE7_DATA@";

B7Status b7_report_write_html(const char *page_json, const char *path, B7Error *error) {
  b7_error_clear(error);
  if (!page_json || page_json[strspn(page_json, " \t\r\n")] != '{')
    return b7_fail(error, B7_ERROR_USAGE, "the data of a report page is a JSON object (docs/page_format.md)");
  const char *page = (const char *)b7_page_template;
  const char *mark = strstr(page, data_mark);
  if (!mark)
    return b7_fail(error, B7_ERROR_USAGE, "the page in this build has no place for data; build web/ again");

  // '<' stands only inside strings of a JSON text, where \u003c means the same: nothing can end the element
  // early
  size_t json_length = strlen(page_json), escaped = json_length;
  for (const char *c = page_json; *c; c++) escaped += *c == '<' ? strlen("\\u003c") - 1 : 0;
  size_t head = (size_t)(mark - page), tail = b7_page_template_length - head - strlen(data_mark);
  size_t length = head + escaped + tail;
  char *bytes = b7_memory_resize(NULL, NULL, 0, length);
  if (!bytes) return b7_fail_memory(error);

  char *out = bytes;
  memcpy(out, page, head);
  out += head;
  for (const char *c = page_json; *c; c++) {
    if (*c == '<') {
      memcpy(out, "\\u003c", 6);
      out += 6;
    } else {
      *out++ = *c;
    }
  }
  memcpy(out, mark + strlen(data_mark), tail);
  B7Status status = b7_file_write(path, bytes, length, error);
  b7_memory_resize(NULL, bytes, length, 0);
  return status;
}
