/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/config.h"

#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "config/complaints.h"
#include "config/config_check.h"
#include "config/config_parse.h"
#include "config/option.h"
#include "config/origins.h"

#define DROP_INS_MAX 100
#define NAMED_MAX    16

/* ---- the struct, made and freed by the table ----------------------------------------------------- */

static void make_containers(const char *section, gpointer base) {
  for (const ConfigOption *o = option_table; o->key != NULL; o++) {
    gpointer field = (char *)base + o->offset;
    if (strcmp(o->section, section) != 0)
      continue;
    if (option_is_list(o))
      *(GPtrArray **)field = g_ptr_array_new_with_free_func(g_free);
    else if (o->type == OPTION_LOCAL)
      *(GHashTable **)field = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  }
}

/* A default of the table that the table itself refuses is a mistake of ours. */
static void set_standard(const ConfigOption *option, gpointer base) {
  g_autoptr(GError) error = NULL;
  if (option->standard != NULL && option_set(option, base, option->key, option->standard, NULL, &error) < 0)
    g_error("the default of %s.%s: %s", option->section, option->key, error->message);
}

static void set_standards(const char *section, gpointer base) {
  for (const ConfigOption *o = option_table; o->key != NULL; o++)
    if (strcmp(o->section, section) == 0)
      set_standard(o, base);
}

static void clear_section(const char *section, gpointer base) {
  for (const ConfigOption *o = option_table; o->key != NULL; o++) {
    gpointer field = (char *)base + o->offset;
    if (strcmp(o->section, section) != 0)
      continue;
    if (option_is_list(o))
      g_clear_pointer((GPtrArray **)field, g_ptr_array_unref);
    else if (o->type == OPTION_LOCAL)
      g_clear_pointer((GHashTable **)field, g_hash_table_unref);
    else
      option_clear(o, base);
  }
}

/* ---- sections that have names -------------------------------------------------------------------- */

static GPtrArray *named_all(const Config *config, const ConfigSection *section) {
  return *(GPtrArray *const *)((const char *)config + section->offset);
}

/* Their structs begin with the name. */
static char **named_name(gpointer one) {
  return one;
}

static gpointer named_find(const GPtrArray *all, const char *name) {
  for (guint i = 0; i < all->len; i++)
    if (strcmp(*named_name(all->pdata[i]), name) == 0)
      return all->pdata[i];
  return NULL;
}

static gpointer named_of(Config *config, const ConfigSection *section, const char *name) {
  GPtrArray *all = named_all(config, section);
  gpointer one = named_find(all, name);
  if (one != NULL)
    return one;
  one = g_malloc0(section->size);
  *named_name(one) = g_strdup(name);
  make_containers(section->name, one);
  set_standards(section->name, one);
  g_ptr_array_add(all, one);
  return one;
}

static void named_free(Config *config, const ConfigSection *section) {
  GPtrArray *all = named_all(config, section);
  for (guint i = 0; i < all->len; i++) {
    clear_section(section->name, all->pdata[i]);
    g_free(*named_name(all->pdata[i]));
    g_free(all->pdata[i]);
  }
  g_ptr_array_unref(all);
}

static Config *config_new(const char *path) {
  Config *config = g_new0(Config, 1);
  config->path = g_strdup(path);
  config->relays = g_ptr_array_new();
  config->inbounds = g_ptr_array_new();
  for (const ConfigSection *s = section_table; s->name != NULL; s++)
    if (s->named == NULL) {
      make_containers(s->name, (char *)config + s->offset);
      set_standards(s->name, (char *)config + s->offset);
    }
  return config;
}

void config_free(Config *config) {
  if (config == NULL)
    return;
  for (const ConfigSection *s = section_table; s->name != NULL; s++)
    if (s->named != NULL)
      named_free(config, s);
    else
      clear_section(s->name, (char *)config + s->offset);
  g_free(config->path);
  g_free(config);
}

/* ---- applying what was read ---------------------------------------------------------------------- */

typedef struct {
  Config *config;
  char *folder;
  GPtrArray *files; /* the names that assignments point to */
  GPtrArray *assignments;
  Origins *origins;
  Complaints *complaints;
} Reading;

#define complain(reading, assignment, ...)                                                                   \
  complaints_add((reading)->complaints, (assignment)->file, (assignment)->line, __VA_ARGS__)

static char *suggestion(const char *word) {
  return word != NULL ? g_strdup_printf("; do you mean %s?", word) : g_strdup("");
}

/* TRUE when the head of a section makes sense; complains once a head. */
static gboolean check_head(Reading *r, const Assignment *a) {
  const ConfigSection *section = option_section(a->section);
  if (section == NULL) {
    g_autofree char *hint = suggestion(option_nearest_section(a->section));
    complain(r, a, "there is no section [%s]%s", a->section, hint);
  } else if (section->named != NULL && a->name == NULL)
    complain(r, a, "[%s] needs a name; write [%s \"%s\"]", a->section, a->section, section->named);
  else if (section->named == NULL && a->name != NULL)
    complain(r, a, "[%s] takes no name; write [%s]", a->section, a->section);
  else if (section->named != NULL && named_find(named_all(r->config, section), a->name) == NULL &&
           named_all(r->config, section)->len >= NAMED_MAX)
    complain(r, a, "there are more than %d sections [%s \"...\"]; take some away", NAMED_MAX, a->section);
  else
    return TRUE;
  return FALSE;
}

static gpointer base_of(Reading *r, const Assignment *a) {
  const ConfigSection *section = option_section(a->section);
  return section->named != NULL ? named_of(r->config, section, a->name)
                                : (gpointer)((char *)r->config + section->offset);
}

/* The same scalar twice in one file is a slip; in a drop-in it is the drop-in's purpose. */
static gboolean is_twice(Reading *r, const ConfigOption *option, const Assignment *a) {
  const Assignment *before = origins_find(r->origins, a->section, a->name, a->key);
  if (before == NULL || before->file != a->file || option_is_list(option) || *before->value == '\0' ||
      *a->value == '\0')
    return FALSE;
  complain(r, a, "%s is set already on line %u; keep one of the two", a->key, before->line);
  return TRUE;
}

static void take_back(const ConfigOption *option, gpointer base) {
  option_clear(option, base);
  if (!option_is_list(option))
    set_standard(option, base);
}

static void apply(Reading *r, const Assignment *a) {
  g_autoptr(GError) error = NULL;
  const ConfigOption *option = option_find(a->section, a->key);
  if (option == NULL) {
    g_autofree char *hint = suggestion(option_nearest(a->section, a->key));
    complain(r, a, "there is no key %s in [%s]%s", a->key, a->section, hint);
    return;
  }
  if (is_twice(r, option, a))
    return;
  gpointer base = base_of(r, a);
  /* The first line of a list replaces the default list; further ones add to it. */
  if (option_is_list(option) && origins_find(r->origins, a->section, a->name, a->key) == NULL)
    option_clear(option, base);
  if (*a->value == '\0')
    take_back(option, base);
  else if (option_set(option, base, a->key, a->value, r->folder, &error) < 0)
    complain(r, a, "%s", error->message);
  origins_note(r->origins, a);
}

static void apply_all(Reading *r) {
  gboolean known = FALSE;
  for (guint i = 0; i < r->assignments->len; i++) {
    const Assignment *a = r->assignments->pdata[i];
    if (a->key != NULL) {
      if (known)
        apply(r, a);
      continue;
    }
    known = check_head(r, a);
    if (known) {
      base_of(r, a);
      origins_note(r->origins, a);
    }
  }
}

/* ---- files --------------------------------------------------------------------------------------- */

static int read_file(Reading *r, const char *path, GError **error) {
  g_autoptr(GBytes) text = NULL;
  int result = file_read(path, CONFIG_FILE_MAX, &text, error);
  if (result < 0)
    return result;
  char *label = g_strdup(path);
  g_ptr_array_add(r->files, label);
  config_parse(label, text, r->assignments, r->complaints);
  return 0;
}

static gint by_bytes(gconstpointer a, gconstpointer b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_drop_ins(Reading *r, const char *path, GError **error) {
  g_autofree char *folder = g_strconcat(path, ".d", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
    if (*name != '.' && g_str_has_suffix(name, ".conf"))
      g_ptr_array_add(names, g_build_filename(folder, name, NULL));
  if (names->len > DROP_INS_MAX)
    return fault(error, FAULT_INPUT, "%s: more than %d files; merge some of them", folder, DROP_INS_MAX);
  g_ptr_array_sort(names, by_bytes);
  int result = 0;
  for (guint i = 0; i < names->len && result == 0; i++)
    result = read_file(r, names->pdata[i], error);
  return result;
}

static int read_files(Reading *r, const char *path, GError **error) {
  int result = read_file(r, path, error);
  if (result == FAULT_ABSENT) {
    g_clear_error(error);
    return fault(
        error, FAULT_ABSENT,
        "%s: there is no such file; write one (valised --print-config shows every key) or name another with "
        "--config",
        path);
  }
  return result < 0 ? result : read_drop_ins(r, path, error);
}

static void complete_maildir(const Config *config, char **url) {
  if (*url == NULL || !g_str_has_prefix(*url, "maildir:"))
    return;
  const char *path = *url + strlen("maildir:");
  if (g_path_is_absolute(path))
    return;
  char *whole = g_strdup_printf("maildir:%s/%s", config->valise.state_dir, path);
  g_free(*url);
  *url = whole;
}

static void complete_maildirs(Config *config) {
  for (guint i = 0; i < config->relays->len; i++)
    complete_maildir(config, &((ConfigRelay *)config->relays->pdata[i])->url);
  for (guint i = 0; i < config->inbounds->len; i++)
    complete_maildir(config, &((ConfigInbound *)config->inbounds->pdata[i])->url);
}

static void reading_clear(Reading *r) {
  config_free(r->config);
  g_free(r->folder);
  g_ptr_array_unref(r->assignments);
  g_ptr_array_unref(r->files);
  origins_free(r->origins);
  complaints_free(r->complaints);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

int config_load(const char *path, Config **ret, GError **error) {
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_auto(Reading) r = {
      .config = config_new(path),
      .folder = g_path_get_dirname(absolute),
      .files = g_ptr_array_new_with_free_func(g_free),
      .assignments = config_assignments(),
      .origins = origins_new(),
      .complaints = complaints_new(),
  };
  int result = read_files(&r, path, error);
  if (result < 0)
    return result;
  apply_all(&r);
  config_check(r.config, r.origins, r.complaints);
  result = complaints_result(r.complaints, error);
  if (result < 0)
    return result;
  complete_maildirs(r.config);
  *ret = g_steal_pointer(&r.config);
  return 0;
}

/* ---- asking -------------------------------------------------------------------------------------- */

const char *config_in_language(const Config *config, GHashTable *texts, const char *language) {
  const char *text = language != NULL ? g_hash_table_lookup(texts, language) : NULL;
  if (text == NULL)
    text = g_hash_table_lookup(texts, "");
  for (guint i = 0; text == NULL && i < config->organisation.languages->len; i++)
    text = g_hash_table_lookup(texts, config->organisation.languages->pdata[i]);
  return text;
}

GTimeZone *config_zone(const Config *config) {
  GTimeZone *zone = g_time_zone_new_identifier(config->organisation.time_zone);
  return zone != NULL ? zone : g_time_zone_new_utc();
}

const ConfigRelay *config_relay(const Config *config, const char *name) {
  return named_find(config->relays, name);
}

const ConfigInbound *config_inbound(const Config *config, const char *name) {
  return named_find(config->inbounds, name);
}
