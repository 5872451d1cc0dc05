#include "base/dates.h"

#include <stdio.h>
#include <string.h>

/* Days from civil and back: the era algorithm of Hinnant (2013), exact over the whole proleptic Gregorian
 * calendar. */

static int32_t day_from_civil(int32_t year, int32_t month, int32_t day) {
  year -= month <= 2;
  int32_t era = (year >= 0 ? year : year - 399) / 400;
  int32_t year_of_era = year - era * 400;
  int32_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static void civil_from_day(int32_t day_number, int32_t *year, int32_t *month, int32_t *day) {
  int32_t z = day_number + 719468;
  int32_t era = (z >= 0 ? z : z - 146096) / 146097;
  int32_t day_of_era = z - era * 146097;
  int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int32_t shifted_month = (5 * day_of_year + 2) / 153;
  *day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  *month = shifted_month + (shifted_month < 10 ? 3 : -9);
  *year = year_of_era + era * 400 + (*month <= 2);
}

bool b7_date_parse(const char *text, int32_t *day) {
  if (!text || strlen(text) != 10 || text[4] != '-' || text[7] != '-') return false;
  int32_t digits[10];
  for (int i = 0; i < 10; i++) {
    if (i == 4 || i == 7) continue;
    if (text[i] < '0' || text[i] > '9') return false;
    digits[i] = text[i] - '0';
  }
  int32_t year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
  int32_t month = digits[5] * 10 + digits[6];
  int32_t day_of_month = digits[8] * 10 + digits[9];
  if (month < 1 || month > 12 || day_of_month < 1 || day_of_month > 31) return false;
  // a day that the month lacks comes back as another date
  int32_t number = day_from_civil(year, month, day_of_month);
  int32_t y, m, d;
  civil_from_day(number, &y, &m, &d);
  if (y != year || m != month || d != day_of_month) return false;
  *day = number;
  return true;
}

void b7_date_format(int32_t day, char text[11]) {
  int32_t y, m, d;
  civil_from_day(day, &y, &m, &d);
  if (y < 0 || y > 9999) {
    memcpy(text, "----------", 11);
    return;
  }
  const int32_t numbers[3] = {y, m, d};
  const int starts[3] = {0, 5, 8}, widths[3] = {4, 2, 2};
  memcpy(text, "0000-00-00", 11);
  for (int part = 0; part < 3; part++) {
    int32_t rest = numbers[part];
    for (int i = widths[part] - 1; i >= 0; i--, rest /= 10) text[starts[part] + i] = (char)('0' + rest % 10);
  }
}
