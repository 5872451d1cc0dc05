/* survival_plot.c - the drawing: axes, bands, steps, censoring marks, names, patients at risk. */
#include "survival_plot.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define WIDTH 760.0
#define LEFT_LEAST 76.0
#define LETTER 6.6 /* width of a letter of the risk table */
#define NAME_LETTERS 18
#define RIGHT 24.0
#define TOP 44.0
#define PLOT_HEIGHT 300.0
#define ROW_HEIGHT 18.0
#define LEGEND_ROW 18.0

// told apart by eyes of every kind, on white and on black (Okabe and Ito 2008)
static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                      "#e69f00", "#56b4e9", "#8a8a00", "#7f7f7f"};
#define COLOURS ((int32_t)(sizeof colours / sizeof *colours))

int32_t b7_plot_ticks(double longest, double tick[B7_PLOT_TICKS_MAX]) {
  tick[0] = 0;
  if (!(longest > 0) || !isfinite(longest)) return 1;
  double raw = longest / 9, power = pow(10, floor(log10(raw))), step = power;
  static const double nice[] = {1, 2, 2.5, 5, 10};
  for (int i = 0; i < 5; i++) {
    step = nice[i] * power;
    if (step >= raw * 0.999) break;
  }
  int32_t n = 0;
  for (; n < B7_PLOT_TICKS_MAX && n * step <= longest * 1.0000001; n++) tick[n] = n * step;
  return n;
}

typedef struct Frame {
  FILE *file;
  double left, longest, highest;
} Frame;

static double x_of(const Frame *frame, double time) {
  return frame->left + (WIDTH - frame->left - RIGHT) * (frame->longest > 0 ? time / frame->longest : 0);
}

static double y_of(const Frame *frame, double value) {
  return TOP + PLOT_HEIGHT * (1 - value / frame->highest);
}

static void put_text(FILE *file, const char *text) {
  for (; *text; text++) {
    switch (*text) {
    case '&':
      fputs("&amp;", file);
      break;
    case '<':
      fputs("&lt;", file);
      break;
    case '>':
      fputs("&gt;", file);
      break;
    case '"':
      fputs("&quot;", file);
      break;
    default:
      fputc((unsigned char)*text < 32 ? ' ' : *text, file);
    }
  }
}

// steps of one column; what moves less than a fifth of a pixel is left out
static void put_steps(const Frame *frame, const B7SurvivalCurve *curve, const double *values, double start) {
  double x = x_of(frame, 0), y = y_of(frame, start), drawn_x = x;
  fprintf(frame->file, "M%.2f %.2f", x, y);
  for (int64_t row = 0; row < curve->rows; row++) {
    if (isnan(values[row])) continue;
    double next_x = x_of(frame, curve->time[row]), next_y = y_of(frame, values[row]);
    if (next_y == y || (fabs(next_y - y) < 0.2 && next_x - drawn_x < 0.2 && row + 1 < curve->rows)) continue;
    fprintf(frame->file, "H%.2fV%.2f", next_x, next_y);
    drawn_x = next_x;
    y = next_y;
  }
  if (curve->rows) fprintf(frame->file, "H%.2f", x_of(frame, curve->time[curve->rows - 1]));
}

// the area between the limits: along the upper one, back along the lower one
static void put_band(const Frame *frame, const B7SurvivalCurve *curve, const char *colour) {
  int64_t first = 0, last = -1;
  while (first < curve->rows && isnan(curve->lower[first])) first++;
  for (int64_t row = first; row < curve->rows && !isnan(curve->lower[row]); row++) last = row;
  if (last < first) return;
  double end = last + 1 < curve->rows ? curve->time[last + 1] : curve->time[last];
  fprintf(frame->file, "<path class=\"band\" fill=\"%s\" d=\"M%.2f %.2f", colour,
          x_of(frame, curve->time[first]), y_of(frame, curve->upper[first]));
  double drawn = -1;
  for (int64_t row = first + 1; row <= last; row++) {
    double x = x_of(frame, curve->time[row]);
    if (x - drawn < 0.2 && row < last) continue;
    fprintf(frame->file, "H%.2fV%.2f", x, y_of(frame, curve->upper[row]));
    drawn = x;
  }
  fprintf(frame->file, "H%.2fV%.2f", x_of(frame, end), y_of(frame, curve->lower[last]));
  drawn = WIDTH * 2;
  for (int64_t row = last; row > first; row--) {
    double x = x_of(frame, curve->time[row]);
    if (drawn - x < 0.2 && row > first + 1) continue;
    fprintf(frame->file, "H%.2fV%.2f", x, y_of(frame, curve->lower[row - 1]));
    drawn = x;
  }
  fprintf(frame->file, "H%.2fZ\"/>\n", x_of(frame, curve->time[first]));
}

static void put_censored(const Frame *frame, const B7SurvivalCurve *curve, const char *colour) {
  double drawn = -10;
  fprintf(frame->file, "<path class=\"mark\" stroke=\"%s\" d=\"", colour);
  for (int64_t row = 0; row < curve->rows; row++) {
    double x = x_of(frame, curve->time[row]);
    if (curve->censored[row] == 0 || x - drawn < 3) continue;
    fprintf(frame->file, "M%.2f %.2fv8", x, y_of(frame, curve->estimate[row]) - 4);
    drawn = x;
  }
  fprintf(frame->file, "\"/>\n");
}

static void put_axes(const Frame *frame, const B7SurvivalPlot *plot) {
  FILE *file = frame->file;
  double bottom = TOP + PLOT_HEIGHT;
  for (int i = 0; i <= 4; i++) {
    double value = frame->highest * i / 4, y = y_of(frame, value);
    fprintf(
        file,
        "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/><text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n",
        i ? "grid" : "axis", frame->left, y, WIDTH - RIGHT, frame->left - 8, y + 4, round(value * 1000) / 10);
  }
  for (int32_t i = 0; i < plot->ticks; i++)
    fprintf(
        file,
        "<path class=\"axis\" d=\"M%.1f %.1fv5\"/><text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g</text>\n",
        x_of(frame, plot->tick[i]), bottom, x_of(frame, plot->tick[i]), bottom + 19, plot->tick[i]);
  fprintf(file, "<text class=\"label\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
          (frame->left + WIDTH - RIGHT) / 2, bottom + 38);
  put_text(file, plot->x_label);
  fprintf(
      file,
      "</text>\n<text class=\"label\" transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">",
      frame->left - 48, TOP + PLOT_HEIGHT / 2);
  put_text(file, plot->y_label);
  fprintf(file, "</text>\n");
}

// names where the curves are not: survival falls to the lower left, incidence rises to the upper right
static void put_names(const Frame *frame, const B7SurvivalPlot *plot) {
  bool falling = plot->curves > 0 && plot->curve[0].start > 0.5;
  double x = falling ? WIDTH - RIGHT - 160 : frame->left + 14, y = TOP + 16;
  if (plot->curves < 2) return;
  for (int32_t i = 0; i < plot->curves; i++, y += LEGEND_ROW) {
    fprintf(
        frame->file,
        "<path class=\"curve\" stroke=\"%s\" d=\"M%.1f %.1fh22\"/><text class=\"name\" x=\"%.1f\" y=\"%.1f\">",
        colours[i % COLOURS], x, y - 4, x + 28, y);
    put_text(frame->file, plot->name[i]);
    fprintf(frame->file, "</text>\n");
  }
}

static void put_risk_table(const Frame *frame, const B7SurvivalPlot *plot) {
  double y = TOP + PLOT_HEIGHT + 66;
  fprintf(frame->file, "<text class=\"label\" x=\"%.1f\" y=\"%.1f\">At risk</text>\n", 12.0, y);
  for (int32_t i = 0; i < plot->curves; i++) {
    y += ROW_HEIGHT;
    if (plot->curves > 1) {
      fprintf(frame->file, "<text class=\"risk\" x=\"12\" y=\"%.1f\" style=\"fill:%s\">", y,
              colours[i % COLOURS]);
      char cut[NAME_LETTERS + 1];
      snprintf(cut, sizeof cut, "%s", plot->name[i]);
      put_text(frame->file, cut);
      fprintf(frame->file, "</text>\n");
    }
    for (int32_t k = 0; k < plot->ticks; k++)
      fprintf(frame->file, "<text class=\"risk\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f</text>\n",
              x_of(frame, plot->tick[k]), y, b7_survival_at_risk(&plot->curve[i], plot->tick[k]));
  }
}

static void put_all(const Frame *frame, const B7SurvivalPlot *plot) {
  double height = TOP + PLOT_HEIGHT + 66 + ROW_HEIGHT * plot->curves + 34;
  FILE *file = frame->file;
  fprintf(
      file,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\">\n"
      "<style>\n"
      "svg { --page: #ffffff; --ink: #1b1b1b; --soft: #5c5c5c; --line: #dddddd; font: 13px system-ui, sans-serif; }\n"
      "@media (prefers-color-scheme: dark) { svg { --page: #16181c; --ink: #eeeeee; --soft: #b0b0b0; --line: #3a3d42; } }\n"
      ".page { fill: var(--page); } text { fill: var(--ink); } .tick, .note { fill: var(--soft); font-size: 12px; }\n"
      ".title { font-size: 16px; font-weight: 600; } .risk { font-size: 12px; font-variant-numeric: tabular-nums; }\n"
      ".axis { stroke: var(--soft); fill: none; } .grid { stroke: var(--line); fill: none; }\n"
      ".curve { fill: none; stroke-width: 2; stroke-linejoin: round; } .band { opacity: 0.18; } .mark { stroke-width: 1.2; }\n"
      "</style>\n<title>",
      WIDTH, height, WIDTH, height);
  put_text(file, plot->title);
  fprintf(
      file,
      "</title>\n<rect class=\"page\" width=\"%.0f\" height=\"%.0f\"/>\n<text class=\"title\" x=\"%.1f\" y=\"26\">",
      WIDTH, height, frame->left);
  put_text(file, plot->title);
  fprintf(file, "</text>\n");
  put_axes(frame, plot);
  for (int32_t i = 0; i < plot->curves; i++) put_band(frame, &plot->curve[i], colours[i % COLOURS]);
  for (int32_t i = 0; i < plot->curves; i++) {
    fprintf(file, "<path class=\"curve\" stroke=\"%s\" d=\"", colours[i % COLOURS]);
    put_steps(frame, &plot->curve[i], plot->curve[i].estimate, plot->curve[i].start);
    fprintf(file, "\"/>\n");
    if (plot->mark_censored) put_censored(frame, &plot->curve[i], colours[i % COLOURS]);
  }
  put_names(frame, plot);
  put_risk_table(frame, plot);
  fprintf(file, "<text class=\"note\" x=\"12\" y=\"%.1f\">", height - 12);
  put_text(file, plot->caption);
  fprintf(file, "</text>\n</svg>\n");
}

static B7Status fail_file(const char *path, B7Error *error) {
  *error = (B7Error){.status = B7_ERROR_FILE};
  snprintf(error->file, sizeof error->file, "%s", path);
  snprintf(error->message, sizeof error->message, "cannot be written: %s", strerror(errno));
  return error->status;
}

B7Status b7_survival_plot_write(const B7SurvivalPlot *plot, const char *path, B7Error *error) {
  char temporary[1024];
  snprintf(temporary, sizeof temporary, "%s.part", path);
  Frame frame = {.file = fopen(temporary, "w"), .highest = 1};
  if (!frame.file) return fail_file(path, error);
  double top = 0;
  for (int32_t i = 0; i < plot->curves; i++) {
    const B7SurvivalCurve *curve = &plot->curve[i];
    if (curve->rows) frame.longest = fmax(frame.longest, curve->time[curve->rows - 1]);
    top = fmax(top, curve->start);
    for (int64_t row = 0; row < curve->rows; row++)
      top = fmax(top, isnan(curve->upper[row]) ? curve->estimate[row] : curve->upper[row]);
  }
  // the names of the risk table stand left of the axis
  size_t letters = 0;
  for (int32_t i = 0; i < plot->curves && plot->curves > 1; i++)
    if (strlen(plot->name[i]) > letters) letters = strlen(plot->name[i]);
  if (letters > NAME_LETTERS) letters = NAME_LETTERS;
  frame.left = fmax(LEFT_LEAST, 44 + LETTER * (double)letters);
  // an incidence of a few per cent deserves its own scale
  static const double heights[] = {0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 1};
  for (int i = 6; i >= 0; i--)
    if (top <= heights[i]) frame.highest = heights[i];
  put_all(&frame, plot);
  bool good = !ferror(frame.file);
  good = fclose(frame.file) == 0 && good;
  if (good && rename(temporary, path) == 0) return B7_OK;
  B7Status status = fail_file(path, error);
  remove(temporary);
  return status;
}
