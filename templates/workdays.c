/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/workdays.h"

#include <string.h>

#include "base/fault.h"
#include "templates/table.h"

#define EVERYWHERE   "*"
#define FIRST_OF_ALL 1583 /* the year from which on Easter is reckoned as now */

enum column { PLACE, WHAT, FROM, TO, SOURCE };
static const char *const columns[] = {"place", "what", "from", "to", "source", NULL};

/* Where one end of a closure lies: a day of each year, one of a single year, or one counted from Easter. */
enum anchor { ANCHOR_YEARLY, ANCHOR_ONCE, ANCHOR_EASTER };
typedef struct {
  enum anchor anchor;
  guint month, day; /* of ANCHOR_YEARLY */
  gint32 offset;    /* of ANCHOR_EASTER: days after it; of ANCHOR_ONCE: the Julian day */
} End;

typedef struct {
  End from, to;
} Closure;

typedef struct {
  guint weekend;    /* bit 0 is Monday; 0: as everywhere */
  GArray *closures; /* of Closure */
} Place;

struct Workdays {
  Table *table;
  GHashTable *places; /* name -> Place */
};

static void place_free(gpointer data) {
  Place *place = data;
  g_array_unref(place->closures);
  g_free(place);
}

void workdays_free(Workdays *workdays) {
  if (workdays == NULL)
    return;
  table_free(workdays->table);
  g_hash_table_unref(workdays->places);
  g_free(workdays);
}

/* ---- reading ---- */

static int read_weekend(const Table *table, const TableRow *row, guint *ret, GError **error) {
  static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
  g_auto(GStrv) words = g_strsplit(row->cells[FROM], " ", -1);
  *ret = 0;
  for (char **word = words; *word != NULL; word++) {
    guint i = 0;
    while (names[i] != NULL && strcmp(names[i], *word) != 0)
      i++;
    if (names[i] == NULL)
      return table_refuse(table, row, error,
                          "\"%s\" is no day of the week; write mon, tue, wed, thu, fri, "
                          "sat or sun, parted by blanks",
                          *word);
    *ret |= 1U << i;
  }
  if (*ret == (1U << 7) - 1)
    return table_refuse(table, row, error, "a week without a working day cannot be meant");
  return 0;
}

static gboolean read_number(const char *text, gsize digits, guint *ret) {
  *ret = 0;
  for (gsize i = 0; i < digits; i++) {
    if (!g_ascii_isdigit(text[i]))
      return FALSE;
    *ret = *ret * 10 + (guint)(text[i] - '0');
  }
  return TRUE;
}

/* "12-24" */
static gboolean read_yearly(const char *text, End *end) {
  end->anchor = ANCHOR_YEARLY;
  return strlen(text) == 5 && text[2] == '-' && read_number(text, 2, &end->month) &&
         read_number(text + 3, 2, &end->day) &&
         g_date_valid_dmy((GDateDay)end->day, (GDateMonth)end->month, 2000);
}

/* "2014-07-28" */
static gboolean read_once(const char *text, End *end) {
  guint year = 0, month = 0, day = 0;
  end->anchor = ANCHOR_ONCE;
  if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || !read_number(text, 4, &year) ||
      !read_number(text + 5, 2, &month) || !read_number(text + 8, 2, &day) ||
      !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  end->offset = (gint32)g_date_get_julian(&date);
  return TRUE;
}

/* "easter+39", "easter-2" */
static gboolean read_easter(const char *text, End *end) {
  gint64 offset = 0;
  end->anchor = ANCHOR_EASTER;
  if (!g_str_has_prefix(text, "easter"))
    return FALSE;
  const char *rest = text + strlen("easter");
  rest += *rest == '+' ? 1 : 0;
  if (!g_ascii_string_to_signed(rest, 10, -100, 100, &offset, NULL))
    return FALSE;
  end->offset = (gint32)offset;
  return TRUE;
}

static int read_closure(const Table *table, const TableRow *row, Closure *ret, GError **error) {
  const char *texts[] = {row->cells[FROM], row->cells[TO][0] != '\0' ? row->cells[TO] : row->cells[FROM]};
  End *ends[] = {&ret->from, &ret->to};
  for (int i = 0; i < 2; i++)
    if (!read_yearly(texts[i], ends[i]) && !read_once(texts[i], ends[i]) && !read_easter(texts[i], ends[i]))
      return table_refuse(table, row, error,
                          "\"%s\" is no day; write 07-14 for each year, 2014-07-28 for one alone, or "
                          "easter+1",
                          texts[i]);
  if (ret->from.anchor != ret->to.anchor)
    return table_refuse(table, row, error, "first and last day are to be written in the same way");
  if (ret->from.anchor != ANCHOR_YEARLY && ret->from.offset > ret->to.offset)
    return table_refuse(table, row, error, "the last day lies before the first");
  return 0;
}

static Place *place_of(Workdays *workdays, const char *name) {
  Place *place = g_hash_table_lookup(workdays->places, name);
  if (place != NULL)
    return place;
  place = g_new0(Place, 1);
  place->closures = g_array_new(FALSE, TRUE, sizeof(Closure));
  g_hash_table_insert(workdays->places, (gpointer)name, place);
  return place;
}

static int take_row(Workdays *workdays, const TableRow *row, GError **error) {
  const Table *table = workdays->table;
  if (row->cells[PLACE][0] == '\0' || row->cells[FROM][0] == '\0' || row->cells[SOURCE][0] == '\0')
    return table_refuse(table, row, error, "place, from and source are to be filled");
  Place *place = place_of(workdays, row->cells[PLACE]);
  if (strcmp(row->cells[WHAT], "weekend") == 0)
    return read_weekend(table, row, &place->weekend, error);
  if (strcmp(row->cells[WHAT], "closed") != 0)
    return table_refuse(table, row, error, "\"%s\" is neither weekend nor closed", row->cells[WHAT]);
  Closure closure = {0};
  int r = read_closure(table, row, &closure, error);
  if (r == 0)
    g_array_append_val(place->closures, closure);
  return r;
}

int workdays_load(const char *folder, Workdays **ret, GError **error) {
  g_autofree char *path = g_build_filename(folder, "workdays.tsv", NULL);
  g_autoptr(Workdays) workdays = g_new0(Workdays, 1);
  workdays->places = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, place_free);
  int r = table_read(path, WORKDAYS_FILE_MAX, WORKDAYS_MAX, columns, &workdays->table, error);
  for (guint i = 0; r == 0 && i < workdays->table->rows->len; i++)
    r = take_row(workdays, table_row(workdays->table, i), error);
  if (r == 0)
    *ret = g_steal_pointer(&workdays);
  return r;
}

/* ---- asking ---- */

/* Easter Sunday of the Gregorian calendar (the anonymous reckoning of 1876). */
static gint32 easter_of(guint year) {
  guint a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, g = (8 * b + 13) / 25;
  guint h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  guint m = (a + 11 * h + 19 * l) / 433, n = h + l - 7 * m;
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, (GDateDay)((n + 19 + (n + 90) / 25) % 32), (GDateMonth)((n + 90) / 25),
                 (GDateYear)year);
  return (gint32)g_date_get_julian(&date);
}

/* Over the end of the year where the last day of a closure lies before its first. */
static gboolean is_within_year(const Closure *closure, guint month, guint day) {
  guint now = month * 100 + day, from = closure->from.month * 100 + closure->from.day,
        to = closure->to.month * 100 + closure->to.day;
  return from <= to ? now >= from && now <= to : now >= from || now <= to;
}

static gboolean is_closed(const Closure *closure, const GDate *date) {
  gint32 day = (gint32)g_date_get_julian(date), easter = 0;
  guint year = g_date_get_year(date);
  switch (closure->from.anchor) {
  case ANCHOR_YEARLY:
    return is_within_year(closure, g_date_get_month(date), g_date_get_day(date));
  case ANCHOR_ONCE:
    return day >= closure->from.offset && day <= closure->to.offset;
  default:
    easter = year >= FIRST_OF_ALL ? easter_of(year) : 0;
    return easter != 0 && day >= easter + closure->from.offset && day <= easter + closure->to.offset;
  }
}

static gboolean any_closed(const Place *place, const GDate *date) {
  for (guint i = 0; place != NULL && i < place->closures->len; i++)
    if (is_closed(&g_array_index(place->closures, Closure, i), date))
      return TRUE;
  return FALSE;
}

/* The part's own weekend, else its State's, else Saturday and Sunday. */
static guint weekend_of(const Place *const places[3]) {
  for (int i = 0; i < 3; i++)
    if (places[i] != NULL && places[i]->weekend != 0)
      return places[i]->weekend;
  return 1U << 5 | 1U << 6;
}

gboolean workdays_is_working(const Workdays *workdays, const char *country, gint32 day) {
  const Place *places[3] = {NULL, NULL, NULL};
  if (!g_date_valid_julian((guint32)MAX(day, 0)))
    return FALSE;
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_julian(&date, (guint32)day);
  if (workdays != NULL) {
    g_autofree char *state = country != NULL ? g_strndup(country, strcspn(country, "-")) : NULL;
    places[0] = country != NULL ? g_hash_table_lookup(workdays->places, country) : NULL;
    places[1] =
        state != NULL && strcmp(state, country) != 0 ? g_hash_table_lookup(workdays->places, state) : NULL;
    places[2] = g_hash_table_lookup(workdays->places, EVERYWHERE);
  }
  guint weekday = (guint)g_date_get_weekday(&date) - G_DATE_MONDAY;
  if ((weekend_of(places) & 1U << weekday) != 0)
    return FALSE;
  return !any_closed(places[0], &date) && !any_closed(places[1], &date) && !any_closed(places[2], &date);
}
