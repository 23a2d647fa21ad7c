/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/catalogue.h"

#include "base/fault.h"
#include "base/file.h"
#include "templates/wording_inner.h"

#include <string.h>

struct Catalogue {
  char *folder;
  GPtrArray *names; /* of char *, sorted, ended by NULL */
  GHashTable *sets; /* name: GUINT_TO_POINTER of its languages */
};

void catalogue_free(Catalogue *catalogue) {
  if (catalogue == NULL)
    return;
  g_free(catalogue->folder);
  g_ptr_array_unref(catalogue->names);
  g_hash_table_unref(catalogue->sets);
  g_free(catalogue);
}

static gboolean good_name(const char *name) {
  return name[0] != '-' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

static int add_name(Catalogue *catalogue, const char *name, GError **error) {
  if (!good_name(name))
    return fault(error, FAULT_INPUT,
                 "%s/wording: \"%s\" is no name of a wording; use a to z, 0 to 9 and hyphens",
                 catalogue->folder, name);
  if (catalogue->names->len >= CATALOGUE_MAX)
    return fault(error, FAULT_INPUT, "%s/wording: more than %d wordings; remove some", catalogue->folder,
                 CATALOGUE_MAX);
  guint set = 0;
  for (guint i = 0; i < LANGUAGE_COUNT; i++) {
    g_autofree char *path =
        g_strdup_printf("%s/wording/%s/%s.md", catalogue->folder, name, language_code((enum language)i));
    if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
      set |= LANGUAGE_BIT(i);
  }
  char *kept = g_strdup(name);
  g_ptr_array_add(catalogue->names, kept);
  g_hash_table_insert(catalogue->sets, kept, GUINT_TO_POINTER(set));
  return 0;
}

static gint compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int list_names(Catalogue *catalogue, GDir *dir, GError **error) {
  int r = 0;
  for (const char *name; r == 0 && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(catalogue->folder, "wording", name, NULL);
    if (name[0] != '.' && g_file_test(path, G_FILE_TEST_IS_DIR))
      r = add_name(catalogue, name, error);
  }
  g_ptr_array_sort(catalogue->names, compare_names);
  g_ptr_array_add(catalogue->names, NULL);
  return r;
}

int catalogue_open(const char *folder, Catalogue **ret, GError **error) {
  g_autofree char *path = g_build_filename(folder, "wording", NULL);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  if (dir == NULL)
    return fault(error, FAULT_ABSENT,
                 "%s: no such folder, or it cannot be read; name one that holds wordings", path);
  g_autoptr(Catalogue) catalogue = g_new0(Catalogue, 1);
  catalogue->folder = g_strdup(folder);
  catalogue->names = g_ptr_array_new_with_free_func(g_free);
  catalogue->sets = g_hash_table_new(g_str_hash, g_str_equal);
  int r = list_names(catalogue, dir, error);
  if (r < 0)
    return r;
  *ret = g_steal_pointer(&catalogue);
  return 0;
}

const char *const *catalogue_names(const Catalogue *catalogue) {
  return (const char *const *)catalogue->names->pdata;
}

guint catalogue_languages(const Catalogue *catalogue, const char *name) {
  return GPOINTER_TO_UINT(g_hash_table_lookup(catalogue->sets, name));
}

static int refuse_unknown(const Catalogue *catalogue, const char *name, GError **error) {
  g_autofree char *known = g_strjoinv(", ", (char **)catalogue->names->pdata);
  return fault(error, FAULT_ABSENT, "%s/wording: there is no wording \"%s\"; there are: %s",
               catalogue->folder, name, known);
}

static char *languages_text(guint set) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < LANGUAGE_COUNT; i++) {
    if ((set & LANGUAGE_BIT(i)) != 0)
      g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", language_code((enum language)i));
  }
  return g_string_free(text, FALSE);
}

int catalogue_load(const Catalogue *catalogue, const char *name, enum language language, Wording **ret,
                   GError **error) {
  if (!g_hash_table_contains(catalogue->sets, name))
    return refuse_unknown(catalogue, name, error);
  guint set = catalogue_languages(catalogue, name);
  if ((set & LANGUAGE_BIT(language)) == 0) {
    g_autofree char *have = languages_text(set);
    return fault(error, FAULT_ABSENT,
                 "%s/wording/%s: there is no %s.md; there are: %s; write the one that is missing",
                 catalogue->folder, name, language_code(language), have);
  }
  return wording_load(catalogue->folder, name, language, ret, error);
}

int catalogue_load_fields(const Catalogue *catalogue, const char *name, Wording **ret, GError **error) {
  if (!g_hash_table_contains(catalogue->sets, name))
    return refuse_unknown(catalogue, name, error);
  return wording_load_fields(catalogue->folder, name, ret, error);
}

static int digest_file(const Catalogue *catalogue, const char *name, const char *file, DigestState *state,
                       GError **error) {
  g_autofree char *path = g_build_filename(catalogue->folder, "wording", name, file, NULL);
  g_autoptr(GBytes) bytes = NULL;
  int r = file_read(path, WORDING_FILE_MAX, &bytes, error);
  if (r < 0)
    return r;
  g_autofree char *heading = g_strdup_printf("%s %zu\n", file, g_bytes_get_size(bytes));
  digest_add(state, heading, strlen(heading));
  digest_add(state, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  return 0;
}

int catalogue_digest(const Catalogue *catalogue, const char *name, Digest *ret, GError **error) {
  if (!g_hash_table_contains(catalogue->sets, name))
    return refuse_unknown(catalogue, name, error);
  g_autoptr(DigestState) state = digest_begin();
  int r = digest_file(catalogue, name, "fields", state, error);
  for (guint i = 0; r == 0 && i < LANGUAGE_COUNT; i++) {
    g_autofree char *file = g_strdup_printf("%s.md", language_code((enum language)i));
    if ((catalogue_languages(catalogue, name) & LANGUAGE_BIT(i)) != 0)
      r = digest_file(catalogue, name, file, state, error);
  }
  if (r == 0)
    *ret = digest_finish(g_steal_pointer(&state));
  return r;
}

/* What a first letter must say, and by which field it says so. */
static const struct {
  const char *field, *duty;
} first_duties[] = {{"organisation", "who is writing"},
                    {"address_source", "where the address is from"},
                    {"objection", "how to object"}};

static void check_first_contact(const Wording *wording, GPtrArray *complaints) {
  for (gsize i = 0; wording->first_contact && i < G_N_ELEMENTS(first_duties); i++) {
    const char *name = first_duties[i].field;
    const Field *field = wording_field(wording, name, strlen(name));
    if (field == NULL)
      wording_complain(complaints, "%s: a first contact must say %s; declare the field %s and use it",
                       wording->fields_path, first_duties[i].duty, name);
    else if (!wording_uses(wording, field))
      wording_complain(complaints, "%s line 1: a first contact must say %s; use {{%s}} in the text",
                       wording->path, first_duties[i].duty, name);
  }
}

/* Has somebody given a reason why LANGUAGE does without the field? */
static gboolean may_differ(const Wording *wording, guint field, enum language language) {
  for (guint i = 0; i < wording->differences->len; i++) {
    const WordingDifference *difference = &g_array_index(wording->differences, WordingDifference, i);
    if (difference->field == field && (difference->languages & LANGUAGE_BIT(language)) != 0)
      return TRUE;
  }
  return FALSE;
}

/* A tag that one language has and another lacks is a sentence forgotten in translation. */
static void compare_tags(const Wording *have, const Wording *lacks, GPtrArray *complaints) {
  for (guint i = 0; i < wording_field_count(have); i++) {
    const char *name = wording_field_at(have, i)->name;
    if (have->used[i] > 0 && lacks->used[i] == 0 && !may_differ(lacks, i, lacks->language))
      wording_complain(
          complaints,
          "%s: {{%s}} is missing, which %s.md has in line %u; add it, remove it there, or give a reason in "
          "%s: \"differs: %s %s REASON\"",
          lacks->path, name, language_code(have->language), have->used[i], lacks->fields_path, name,
          language_code(lacks->language));
  }
}

static void compare_all(Wording *const *wordings, GPtrArray *complaints) {
  for (guint i = 0; i < LANGUAGE_COUNT; i++) {
    for (guint j = 0; wordings[i] != NULL && j < LANGUAGE_COUNT; j++) {
      if (i != j && wordings[j] != NULL)
        compare_tags(wordings[i], wordings[j], complaints);
    }
  }
}

static void check_name(const Catalogue *catalogue, const char *name, GPtrArray *complaints) {
  Wording *wordings[LANGUAGE_COUNT] = {NULL};
  for (guint i = 0; i < LANGUAGE_COUNT; i++) {
    g_autoptr(GError) error = NULL;
    if (catalogue_load(catalogue, name, (enum language)i, &wordings[i], &error) < 0) {
      wording_complain(complaints, "%s", error->message);
      continue;
    }
    wording_proof_file(wordings[i], complaints);
    wording_proof_letter(wordings[i], complaints);
    check_first_contact(wordings[i], complaints);
  }
  compare_all(wordings, complaints);
  for (guint i = 0; i < LANGUAGE_COUNT; i++)
    wording_free(wordings[i]);
}

int catalogue_check(const Catalogue *catalogue, const char *name, GPtrArray **ret_complaints,
                    GError **error) {
  if (name != NULL && !g_hash_table_contains(catalogue->sets, name))
    return refuse_unknown(catalogue, name, error);
  GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);
  for (const char *const *each = catalogue_names(catalogue); *each != NULL; each++) {
    if (name == NULL || strcmp(name, *each) == 0)
      check_name(catalogue, *each, complaints);
  }
  if (complaints->len > 0) {
    *ret_complaints = complaints;
    return 1;
  }
  g_ptr_array_unref(complaints);
  return 0;
}
