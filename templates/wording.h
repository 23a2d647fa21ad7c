/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wording.h - the text of a letter in one language, as a translator writes it
 *
 * FOLDER/wording/NAME/{fr,en,es,pt}.md: a first line "Subject: ...", a blank line, then Markdown with
 * Mustache tags. FOLDER/wording/NAME/fields declares each field that the wording may use, one a line:
 *
 *     name  level  kind  sample ...
 *
 * level  mailing    the same for all recipients in one language
 *        recipient  each recipient's own
 * kind   text       one line of words
 *        lines      several lines, each kept ("/" between spaces parts them in a sample)
 *        time       a day, days or a moment, given as 2013-12-02, 2013-11-09/2013-11-11 or RFC 3339 and put
 *                   into the words of each language, or given in words (language_time_given)
 *        url        a whole http, https or mailto address; the only kind that may be all of a link's address
 *        flag       true or false, for sections (sample: yes, no)
 *        list       several texts, for sections; within them {{.}} ("|" parts them in a sample)
 *
 * Further lines, each once unless said otherwise:
 *
 *     name.en  sample ...         another sample for one language; any number
 *     purpose: WORDS              what the letter is for, in one line
 *     first-contact               the letter may be the first one its recipient gets from us: each language
 *                                 must say who writes (organisation), where the address is from
 *                                 (address_source) and how to object (objection)
 *     needs: name name ...        fields that must have a value although the text stands without
 *     differs: name en,pt REASON  why these languages do without a field that the others use; any number
 *
 * Lines that begin with # are comments. A field of the mailing's level that the text would write, because no
 * section that is left out holds it, must have a value too; else the mailing is not submitted.
 *
 * Fields of the wordings that come with Valise, and thus what a composer fills. A field that it has nothing
 * for is given as VALUE_NONE, not left out; those marked * may be empty in them, those marked + come from
 * `--value` alone.
 *
 *   mailing    organisation            text   our name in the letter's language
 *              organisation_address    lines  our postal address
 *              sender_name             text   who signs
 *              sender_title          * text   as what
 *              place                   text   where the letter is dated
 *              date                    time   when
 *              reference               text   of the mailing, to be quoted in replies
 *              objection               text   mail address to which one objects to being written to
 *              address_source        *+ text  where the recipients' addresses are from, a sentence; the
 *                                             wordings have one of their own
 *              forum                 *+ text  name, place and time of the forum, in the letter's language
 *              answer_by             *+ time  until when an answer is wanted
 *              questions             *+ list  the questions put to the attendees
 *              embargo               * time   the moment from which on the document is public, when it is
 *                                             published at one after the letter's date
 *              change                  + text what an erratum corrects, a sentence
 *              announced             *+ time  when the pre-report will be sent (registration)
 *              press_contact         *+ text  name and telephone of who answers the press
 *              document_title          text   of the mailing's first document, as the next ones
 *              document_date         * time
 *              document_edition      * text   "3e édition"
 *              document_languages    * text   the languages there are: "français, anglais et espagnol"
 *              document_file           text   name of the attached file
 *              document_sha256         text   64 hexadecimal digits
 *              document_url          * url    where the file lies, for letters that carry none: then the
 *                                             text says so instead of "attached"
 *              document_size         * text   beside it: "1.2 MiB"
 *              linked_documents      * lines  beside it: the mailing's further documents, an address a line
 *              verify_url            * url    page where a document can be checked
 *              prior_reference       * text   of the letter that this one follows: the mailing that
 *                                             `--value prior=M-7` names, or that it supplements
 *              prior_date            * time   when its sending began
 *              prior_title           * text   its document
 *              prior_file            * text
 *              prior_sha256          * text
 *              newer                 * flag   this mailing's document is another one than that
 *   recipient  name                    text   of the person, or of the office
 *              salutation              lines  FormsAddress.salutation
 *              inside_address          lines  FormsAddress.inside_address (and a postal address, if wished)
 *              close                   text   FormsAddress.close
 *              reply_address           text   Reply-To of this message
 *              page_url              * url    the recipient's page
 *              unsubscribe_url       * url    page where a person leaves mail of this category
 *              ground_approval         flag   has expressed approval of our activities (synthesis)
 *              ground_promotion        flag   promotes the social and solidarity economy (synthesis)
 *              offices                 list   the offices that share one mailbox (covering note)
 */
#pragma once

#include "base/digest.h"
#include "templates/language.h"
#include "templates/value.h"

#include <glib.h>

#define WORDING_FILE_MAX    (64 * 1024) /* bytes of one language's text, and of fields */
#define WORDING_FIELDS_MAX  100
#define WORDING_SUBJECT_MAX 65 /* characters, with samples; checked by the catalogue */

enum field_level { FIELD_MAILING, FIELD_RECIPIENT };
enum field_kind { FIELD_TEXT, FIELD_LINES, FIELD_TIME, FIELD_URL, FIELD_FLAG, FIELD_LIST };

typedef struct {
  const char *name;
  enum field_level level;
  enum field_kind kind;
  const char *sample; /* as it stands in the file */
  guint line;         /* in the file */
} Field;

typedef struct Wording Wording;

/* Reads and checks one language of a wording: every tag declared and used as its kind may be, no unescaped
 * tags, no partials, a subject, valid UTF-8, sizes, no raw HTML, links only to http, https and mailto,
 * sections that open and close in one paragraph or on lines of their own. 0 and *ret; FAULT_ABSENT when a
 * file is missing; FAULT_INPUT with file, line, tag and remedy. */
int wording_load(const char *folder, const char *name, enum language language, Wording **ret, GError **error);
/* The fields file alone: no language has to be there, and no field is used. */
int wording_load_fields(const char *folder, const char *name, Wording **ret, GError **error);
void wording_free(Wording *wording);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wording, wording_free)

const char *wording_name(const Wording *wording);
enum language wording_language(const Wording *wording);
/* The path of its file, as sentences name it. */
const char *wording_path(const Wording *wording);
/* SHA-256 over the bytes of fields, then of the language's file. */
const Digest *wording_digest(const Wording *wording);
gboolean wording_first_contact(const Wording *wording);
/* What its fields file says that it is for; NULL when it says nothing. */
const char *wording_purpose(const Wording *wording);

guint wording_field_count(const Wording *wording);
const Field *wording_field_at(const Wording *wording, guint index);
/* The field NAME (LENGTH bytes), or NULL. */
const Field *wording_field(const Wording *wording, const char *name, gsize length);
/* Does the text use this field? */
gboolean wording_uses(const Wording *wording, const Field *field);
/* A field that must have a value and has none. */
typedef struct {
  const Field *field;
  guint line; /* where the text would write it; 0: the fields file says that it is needed */
} WordingLack;
/* What of the mailing's level would be missing in the letter with the values of MAILING (a map; NULL: none at
 * all): of WordingLack, each field once. The caller frees it. */
GArray *wording_lacks(const Wording *wording, const Value *mailing);
/* "text", "lines", ... and "mailing", "recipient". */
const char *wording_kind_name(enum field_kind kind);
const char *wording_level_name(enum field_level level);
/* The sample of a field in the wording's language, as it stands in the file. */
const char *wording_sample(const Wording *wording, const Field *field);
/* A map of the samples of one level; it lives in POOL. */
Value wording_samples(const Wording *wording, enum field_level level, ValuePool *pool);
