/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/document.h"

#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/ident.h"
#include "base/text.h"
#include "mail/header.h"
#include "mail/transfer.h"
#include "mailing/document_rows.h"
#include "mailing/document_signature.h"
#include "mailing/media.h"
#include "mailing/permit.h"
#include "templates/language.h"

#define NAME_MAX_BYTES 200 /* of a file's name: what every file system and mail reader takes */
#define EDITION_MAX    9999

const char *const document_kinds[] = {"pre-report", "synthesis", "conclusion", "initiatives-report",
                                      "book",       "other",     NULL};

DocumentSignature *document_signature_new(GBytes *armour, const char *fingerprint, const char *user_id,
                                          gint64 at, const char *by) {
  DocumentSignature *signature = g_new0(DocumentSignature, 1);
  signature->armour = g_bytes_ref(armour);
  signature->fingerprint = g_strdup(fingerprint);
  signature->user_id = g_strdup(user_id);
  signature->at = at;
  signature->by = g_strdup(by);
  return signature;
}

void document_signature_free(DocumentSignature *signature) {
  if (signature == NULL)
    return;
  g_bytes_unref(signature->armour);
  g_free(signature->fingerprint);
  g_free(signature->user_id);
  g_free(signature->by);
  g_free(signature);
}

void document_free(Document *document) {
  if (document == NULL)
    return;
  g_free(document->kind);
  g_free(document->title);
  g_free(document->created_by);
  g_clear_pointer(&document->versions, g_ptr_array_unref);
  g_free(document);
}

const DocumentVersion *document_version(const Document *document, const char *language) {
  for (guint i = 0; i < document->versions->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(document->versions, i);
    if (strcmp(v->language, language) == 0)
      return v;
  }
  return NULL;
}

char *document_path(const MailingSettings *settings, const Digest *digest, gboolean encoded) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(digest, hex);
  g_autofree char *name = g_strconcat(hex, encoded ? ".b64" : NULL, NULL);
  return g_build_filename(settings->documents, name, NULL);
}

/* ---- taking in ---- */

/* The name that people will see on the attachment: one line, no folder, nothing that turns the direction of
 * writing. */
static int tidy_name(const DocumentFile *file, char **ret, GError **error) {
  g_autofree char *base = g_path_get_basename(file->name != NULL ? file->name : file->path);
  int r = text_check_line("the file's name", base, -1, NAME_MAX_BYTES, error);
  if (r < 0)
    return r;
  g_autofree char *shown = header_shown_name(base);
  g_autofree char *tidy = text_tidy(shown);
  for (char *c = tidy; *c != '\0'; c++)
    if (strchr("/\\:*?\"<>|", *c) != NULL)
      *c = '_';
  const char *from = tidy + strspn(tidy, ". ");
  if (*from == '\0')
    return fault(error, FAULT_INPUT, "\"%s\": a document's file needs a name such as report.pdf", base);
  *ret = g_strdup(from);
  return 0;
}

static int language_of(const char *text, char **ret, GError **error) {
  enum language language = LANGUAGE_FR;
  if (text == NULL || !language_parse(text, &language))
    return fault(error, FAULT_INPUT, "\"%s\" is no language of documents; there are fr, en, es and pt",
                 text != NULL ? text : "");
  *ret = g_strdup(language_code(language));
  return 0;
}

static void version_clear(DocumentVersion *version) {
  g_free(version->language);
  g_free(version->name);
  g_free(version->media_type);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DocumentVersion, version_clear)

/* Copies the file into the documents folder and fills VERSION. */
static int take_in(const MailingSettings *settings, const DocumentFile *file, DocumentVersion *version,
                   GError **error) {
  int r = language_of(file->language, &version->language, error);
  if (r == 0)
    r = tidy_name(file, &version->name, error);
  if (r == 0)
    r = media_of_file(file->path, version->name, &version->media_type, error);
  if (r == 0)
    r = file_make_folder(settings->documents, 0750, error);
  goffset size = 0;
  if (r == 0)
    r = file_store_by_digest(file->path, settings->documents, settings->attachment_limit, &version->digest,
                             &size, error);
  version->size = size;
  return r;
}

typedef struct {
  Desk *desk;
  const Actor *actor;
  Document document; /* its id is 0 until it is made */
  DocumentVersion *versions;
  gsize count;
} Taking;

static int note(Desk *desk, Link *link, const Actor *actor, enum entry_kind kind, const char *text,
                const char *facts, GError **error) {
  Entry entry = {.kind = kind, .user = actor->name, .text = text, .facts = facts};
  return journal_add(desk_journal(desk), link, &entry, error);
}

static int note_version(const Taking *t, Link *link, const DocumentVersion *v, GError **error) {
  char id[IDENT_SIZE], hex[DIGEST_HEX_SIZE];
  digest_hex(&v->digest, hex);
  g_autofree char *text =
      g_strdup_printf("%s %s: %s", ident_into(IDENT_DOCUMENT, t->document.id, id), v->language, v->name);
  g_autofree char *facts = g_strdup_printf("document=%s\nlanguage=%s\nsize=%" G_GINT64_FORMAT "\nsha256=%s\n",
                                           id, v->language, v->size, hex);
  return note(t->desk, link, t->actor, ENTRY_DOCUMENT_ADDED, text, facts, error);
}

/* 0 written; 1 it is this very file already. */
static int put_version(const Taking *t, Link *link, const DocumentVersion *v, GError **error) {
  g_autoptr(Document) document = NULL;
  int r = document_find(link, t->document.id, &document, error);
  if (r < 0)
    return r;
  const DocumentVersion *had = document_version(document, v->language);
  if (had != NULL && digest_equal(&had->digest, &v->digest) && strcmp(had->name, v->name) == 0)
    return 1;
  r = document_rows_put(link, t->document.id, v, t->actor->name, error);
  if (r > 0) {
    char id[IDENT_SIZE];
    return fault(error, FAULT_RULE,
                 "%s %s is frozen and never changes; add the new file as a document of its own",
                 ident_into(IDENT_DOCUMENT, t->document.id, id), v->language);
  }
  return r < 0 ? r : note_version(t, link, v, error);
}

static int add_unit(Link *link, gpointer data, GError **error) {
  Taking *t = data;
  int r = document_rows_insert(link, &t->document, &t->document.id, error);
  if (r == 0 && t->count == 0) {
    char id[IDENT_SIZE];
    g_autofree char *text =
        g_strdup_printf("%s %s", ident_into(IDENT_DOCUMENT, t->document.id, id), t->document.title);
    r = note(t->desk, link, t->actor, ENTRY_DOCUMENT_ADDED, text, NULL, error);
  }
  for (gsize i = 0; r >= 0 && i < t->count; i++)
    r = put_version(t, link, &t->versions[i], error);
  return MIN(r, 0);
}

static int put_unit(Link *link, gpointer data, GError **error) {
  const Taking *t = data;
  return put_version(t, link, t->versions, error);
}

static int check_new(const DocumentDraft *draft, gsize count, GError **error) {
  if (draft->kind == NULL || !g_strv_contains(document_kinds, draft->kind)) {
    g_autofree char *known = g_strjoinv(", ", (char **)document_kinds);
    return fault(error, FAULT_INPUT, "\"%s\" is no kind of document; there are %s",
                 draft->kind != NULL ? draft->kind : "", known);
  }
  if (text_blank(draft->title))
    return fault(error, FAULT_INPUT, "the title is missing; say what the document is called");
  if (draft->edition < 0 || draft->edition > EDITION_MAX)
    return fault(error, FAULT_INPUT, "the edition is a number from 1 to %d, or none", EDITION_MAX);
  if (count > DOCUMENT_VERSIONS_MAX)
    return fault(error, FAULT_INPUT, "more than %d files at once; add a version for each language",
                 DOCUMENT_VERSIONS_MAX);
  return text_check_line("the title", draft->title, -1, TEXT_NAME_MAX, error);
}

/* Two files for one language would be a mistake that replaces one of them silently. */
static int check_languages(const DocumentVersion *versions, gsize count, GError **error) {
  for (gsize i = 0; i < count; i++)
    for (gsize j = i + 1; j < count; j++)
      if (strcmp(versions[i].language, versions[j].language) == 0)
        return fault(error, FAULT_INPUT, "two files are given for %s: %s and %s; a language has one version",
                     versions[i].language, versions[i].name, versions[j].name);
  return 0;
}

int document_add(Desk *desk, const Actor *actor, const DocumentDraft *draft, const DocumentFile *files,
                 gsize count, gint64 *ret_id, GError **error) {
  int r = permit_check(actor, PERMIT_ORGANISE, "adding a document", error);
  if (r == 0)
    r = check_new(draft, count, error);
  if (r < 0)
    return r;
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autofree char *tidy = text_tidy(draft->title);
  g_autofree DocumentVersion *versions = g_new0(DocumentVersion, count + 1);
  for (gsize i = 0; r == 0 && i < count; i++)
    r = take_in(settings, &files[i], &versions[i], error);
  if (r == 0)
    r = check_languages(versions, count, error);
  Taking taking = {.desk = desk, .actor = actor, .versions = versions, .count = count};
  taking.document = (Document){.kind = (char *)draft->kind,
                               .title = tidy,
                               .edition = draft->edition,
                               .dated = draft->dated,
                               .created_at = clock_wall(desk_clock(desk)),
                               .created_by = (char *)actor->name};
  if (r == 0)
    r = store_write(desk_store(desk), add_unit, &taking, error);
  *ret_id = taking.document.id;
  for (gsize i = 0; i < count; i++)
    version_clear(&versions[i]);
  return r;
}

int document_put(Desk *desk, const Actor *actor, gint64 document, const DocumentFile *file, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_auto(DocumentVersion) version = {0};
  int r = permit_check(actor, PERMIT_ORGANISE, "adding a version of a document", error);
  if (r == 0)
    r = take_in(settings, file, &version, error);
  Taking taking = {
      .desk = desk, .actor = actor, .document = {.id = document}, .versions = &version, .count = 1};
  return r < 0 ? r : store_write(desk_store(desk), put_unit, &taking, error);
}

/* ---- freezing ---- */

typedef struct {
  Desk *desk;
  const Actor *actor;
  Document *document;
  gint64 now;
} Freezing;

static int freeze_unit(Link *link, gpointer data, GError **error) {
  const Freezing *f = data;
  char id[IDENT_SIZE];
  ident_into(IDENT_DOCUMENT, f->document->id, id);
  g_autoptr(GString) facts = g_string_new(NULL);
  g_string_append_printf(facts, "document=%s\n", id);
  for (guint i = 0; i < f->document->versions->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(f->document->versions, i);
    if (v->frozen_at != 0)
      continue;
    int r = document_rows_freeze(link, f->document->id, v, f->now, error);
    if (r > 0)
      return fault(error, FAULT_BUSY,
                   "%s %s changed while it was being frozen; look at it and freeze it again", id,
                   v->language);
    if (r < 0)
      return r;
    if (v->signature != NULL && (r = document_signature_rows_put(link, f->document->id, v, error)) < 0)
      return r;
    char hex[DIGEST_HEX_SIZE];
    digest_hex(&v->digest, hex);
    g_string_append_printf(facts, "%s=%s\n", v->language, hex);
    if (v->signature != NULL)
      g_string_append_printf(facts, "%s-signed-by=%s\n", v->language, v->signature->fingerprint);
  }
  g_autofree char *text = g_strdup_printf("%s %s", id, f->document->title);
  return note(f->desk, link, f->actor, ENTRY_DOCUMENT_FROZEN, text, facts->str, error);
}

static int name_version(const Document *document, const DocumentVersion *v, GError **error) {
  char id[IDENT_SIZE];
  return fault_prefix(error, "%s %s (%s)", ident_into(IDENT_DOCUMENT, document->id, id), v->language,
                      v->name);
}

/* The file is read once more here: what is frozen is what lies on the disk, or nothing. */
static int encode(const MailingSettings *settings, DocumentVersion *v, GError **error) {
  g_autofree char *plain = document_path(settings, &v->digest, FALSE);
  g_autofree char *encoded = document_path(settings, &v->digest, TRUE);
  guint64 size = 0;
  int r = transfer_base64_file(plain, &v->digest, encoded, 0640, &size, &v->encoded_digest, error);
  v->encoded_size = (gint64)size;
  return r;
}

static int encode_open(Desk *desk, Document *document, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  for (guint i = 0; i < document->versions->len; i++) {
    DocumentVersion *v = g_ptr_array_index(document->versions, i);
    if (v->frozen_at == 0 && encode(settings, v, error) < 0)
      return name_version(document, v, error);
  }
  return 0;
}

static int find_for_freezing(Desk *desk, gint64 id, Document **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = document_find(link, id, ret, error);
  if (r < 0)
    return r;
  if ((*ret)->frozen_at != 0)
    return 1;
  char text[IDENT_SIZE];
  return (*ret)->versions->len > 0
             ? 0
             : fault(error, FAULT_RULE, "%s has no file yet; add one for each language first",
                     ident_into(IDENT_DOCUMENT, id, text));
}

int document_freeze(Desk *desk, const Actor *actor, gint64 id, const char *confirm, GError **error) {
  g_autoptr(Document) document = NULL;
  int r = permit_check(actor, PERMIT_STEER, "freezing a document", error);
  if (r == 0)
    r = find_for_freezing(desk, id, &document, error);
  if (r != 0)
    return r;
  int signing = document_signature_permit(desk, actor, document, confirm, error);
  r = signing < 0 ? signing : encode_open(desk, document, error);
  if (r == 0 && signing == 0)
    r = document_signature_make(desk, actor, document, error);
  if (r < 0)
    return r;
  Freezing freezing = {desk, actor, document, clock_wall(desk_clock(desk))};
  return store_write(desk_store(desk), freeze_unit, &freezing, error);
}

/* ---- verifying ---- */

static int check_file(const char *path, const Digest *wanted, gint64 wanted_size, GError **error) {
  Digest digest;
  goffset size = 0;
  int r = file_digest(path, &digest, &size, error);
  if (r == FAULT_ABSENT) {
    g_clear_error(error);
    return fault(error, FAULT_RULE, "%s is missing; put back the file from a backup", path);
  }
  if (r < 0)
    return r;
  if (size != wanted_size)
    return fault(error, FAULT_RULE,
                 "%s has %" G_GINT64_FORMAT " bytes instead of %" G_GINT64_FORMAT
                 ": it was changed or cut; put back the file from a backup",
                 path, (gint64)size, wanted_size);
  if (!digest_equal(&digest, wanted))
    return fault(error, FAULT_RULE, "%s has another SHA-256: it was changed; put back the file from a backup",
                 path);
  return 0;
}

int document_check_version(const MailingSettings *settings, const Document *document,
                           const DocumentVersion *v, GError **error) {
  g_autofree char *plain = document_path(settings, &v->digest, FALSE);
  g_autofree char *encoded = document_path(settings, &v->digest, TRUE);
  int r = check_file(plain, &v->digest, v->size, error);
  if (r == 0 && v->frozen_at != 0)
    r = check_file(encoded, &v->encoded_digest, v->encoded_size, error);
  return r < 0 ? name_version(document, v, error) : 0;
}

int document_verify(Desk *desk, gint64 id, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autoptr(Document) document = NULL;
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = document_find(link, id, &document, error);
  g_clear_pointer(&link, link_return);
  for (guint i = 0; r == 0 && i < document->versions->len; i++)
    r = document_check_version(settings, document, g_ptr_array_index(document->versions, i), error);
  return r;
}

int document_of_digest(Desk *desk, const Digest *digest, GPtrArray **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  const DocumentCode code = document_code_whole(digest);
  return r < 0 ? r : document_rows_of_code(link, &code, ret, error);
}

/* ---- reading ---- */

int document_find(Link *link, gint64 document, Document **ret, GError **error) {
  int r = document_rows_find(link, document, ret, error);
  if (r <= 0)
    return r;
  char id[IDENT_SIZE];
  return fault(error, FAULT_ABSENT, "%s: there is no such document; `valise documents list` shows them",
               document > 0 ? ident_into(IDENT_DOCUMENT, document, id) : "F-0");
}

int document_list(Link *link, gint64 after, gint64 limit, GPtrArray **ret, GError **error) {
  return document_rows_list(link, after, limit, ret, error);
}
