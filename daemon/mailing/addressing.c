/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/addressing.h"

#include <string.h>

#include "base/fault.h"
#include "contacts/eligibility.h"
#include "contacts/override.h"
#include "contacts/unsubscription.h"
#include "mailing/document.h"
#include "mailing/route.h"

/* ---- the documents ---- */

static guint frozen_languages(const Document *document) {
  guint languages = 0;
  for (guint i = 0; i < document->versions->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(document->versions, i);
    enum language language = LANGUAGE_FR;
    if (v->frozen_at != 0 && language_parse(v->language, &language))
      languages |= LANGUAGE_BIT(language);
  }
  return languages;
}

static gboolean has_signature(const Document *document) {
  for (guint i = 0; i < document->versions->len; i++)
    if (((const DocumentVersion *)g_ptr_array_index(document->versions, i))->signature != NULL)
      return TRUE;
  return FALSE;
}

static void add_sizes(Addressing *a, const Document *document) {
  for (guint i = 0; i < document->versions->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(document->versions, i);
    enum language language = LANGUAGE_FR;
    if (v->frozen_at != 0 && language_parse(v->language, &language))
      a->attached[language] += v->encoded_size;
  }
}

int addressing_begin(Addressing *a, const Mailing *mailing, GError **error) {
  a->available = (1U << LANGUAGE_COUNT) - 1;
  a->synthesis = FALSE;
  a->message_limit = mailing->message_limit;
  a->is_signed = strcmp(mailing->sign, "none") != 0;
  a->category = mailing->category;
  for (guint i = 0; i < mailing->documents->len; i++) {
    g_autoptr(Document) document = NULL;
    int r = document_find(a->link, g_array_index(mailing->documents, gint64, i), &document, error);
    if (r < 0)
      return r;
    a->is_signed = a->is_signed || has_signature(document);
    a->available &= frozen_languages(document);
    add_sizes(a, document);
    a->synthesis = a->synthesis || strcmp(document->kind, "synthesis") == 0;
  }
  return 0;
}

/* ---- may it be written to? ---- */

static void set_aside(Addressee *line, enum addressee_state state, enum reason reason, const char *detail) {
  if (line->state != ADDRESSEE_INCLUDED) /* the first reason stands */
    return;
  line->state = state;
  line->reason = g_strdup(reason_name(reason));
  line->detail = g_strdup(detail);
}

static int check_unsubscription(const Addressing *a, const Candidate *c, Addressee *line, GError **error) {
  gboolean stands = FALSE;
  if (c->kind != CONTACT_PERSON)
    return 0;
  int r = unsubscription_stands(a->link, c->id, line->address, a->category, &stands, error);
  if (r == 0 && stands)
    set_aside(line, ADDRESSEE_EXCLUDED, REASON_UNSUBSCRIBED, a->category);
  return r;
}

/* Any address that a letter may take, the next channels too. */
static gboolean is_also_offices(const Candidate *c) {
  gboolean also = c->email.id != 0 && c->email.also_office;
  for (gsize i = 0; i < c->channel_count; i++)
    also = also || (c->channels[i].kind == CHANNEL_EMAIL && c->channels[i].also_office);
  return also;
}

static int check_eligibility(const Addressing *a, const Candidate *c, Addressee *line, GError **error) {
  EligibilityTerms terms = {
      .synthesis = a->synthesis, .today = a->today, .stale_days = (gint32)a->settings->stale_days};
  if (a->synthesis && c->ground_count == 0) {
    int r = override_given(a->link, c->id, a->mailing, error);
    if (r < 0)
      return r;
    terms.overridden = r == 0;
  }
  enum reason reason = REASON_NONE;
  enum eligibility verdict = eligibility_check(c, &terms, &reason);
  if (verdict != ELIGIBLE)
    set_aside(line, verdict == ELIGIBILITY_HELD ? ADDRESSEE_HELD : ADDRESSEE_EXCLUDED, reason, NULL);
  if (a->attendees_only && (c->restricted != 0 || is_also_offices(c)))
    set_aside(line, ADDRESSEE_EXCLUDED, REASON_VOLUNTEER, NULL);
  return check_unsubscription(a, c, line, error);
}

/* ---- in which language? ---- */

static gboolean first_available(const char *tags, guint available, enum language *ret) {
  g_auto(GStrv) each = g_strsplit(tags != NULL ? tags : "", " ", -1);
  for (char **tag = each; *tag != NULL; tag++)
    if (language_parse(*tag, ret) && (available & LANGUAGE_BIT(*ret)) != 0)
      return TRUE;
  return FALSE;
}

/* The contact's own wish, its holder's, then what its State's offices are written to in. */
static gboolean choose_language(const Addressing *a, const Candidate *c, enum language *ret) {
  if (first_available(c->languages, a->available, ret))
    return TRUE;
  for (gsize i = 0; i < c->holder_count; i++)
    if (first_available(c->holders[i].languages, a->available, ret))
      return TRUE;
  const State *state = c->country != NULL ? states_find(a->settings->states, c->country) : NULL;
  if (state == NULL)
    return FALSE;
  *ret = state->language;
  return (a->available & LANGUAGE_BIT(state->language)) != 0;
}

static char *languages_text(guint languages) {
  GString *out = g_string_new(NULL);
  for (int language = 0; language < LANGUAGE_COUNT; language++)
    if ((languages & LANGUAGE_BIT(language)) != 0)
      g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", language_code(language));
  return g_string_free(out, FALSE);
}

static char *why_no_language(const Addressing *a, const Candidate *c) {
  const State *state = c->country != NULL ? states_find(a->settings->states, c->country) : NULL;
  g_autofree char *have = languages_text(a->available);
  GString *out = g_string_new(NULL);
  if (c->languages != NULL && *c->languages != '\0')
    g_string_append_printf(out, "it is written to in %s", c->languages);
  else
    g_string_append(out, "no language is noted for it");
  if (state != NULL)
    g_string_append_printf(out, ", its State by default in %s", language_code(state->language));
  else
    g_string_append(out, ", nor a State that is known");
  g_string_append_printf(out, "; all documents are frozen in %s; freeze another version, or note a language",
                         *have != '\0' ? have : "no common language");
  return g_string_free(out, FALSE);
}

/* ---- how is it addressed? ---- */

static char *whole_name(const char *given, const char *family) {
  if (given == NULL || family == NULL)
    return g_strdup(given != NULL ? given : family);
  return g_strconcat(given, " ", family, NULL);
}

static char *holders_names(const Candidate *c) {
  if (c->holder_count == 0)
    return NULL;
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  for (gsize i = 0; i < c->holder_count; i++) {
    char *name = whole_name(c->holders[i].given_name, c->holders[i].family_name);
    if (name != NULL)
      g_ptr_array_add(names, name);
  }
  if (names->len == 0)
    return NULL;
  g_ptr_array_add(names, NULL);
  return g_strjoinv(", ", (char **)names->pdata);
}

static enum form_gender form_of(enum gender gender) {
  switch (gender) {
  case GENDER_M:
    return FORM_M;
  case GENDER_F:
    return FORM_F;
  case GENDER_PLURAL:
    return FORM_PLURAL;
  default:
    return FORM_UNKNOWN;
  }
}

/* A person is one who attends, unless its kind is another that only a person can be: press, member,
 * professor. */
static void query_person(const Addressing *a, const Candidate *c, const char *name, FormsQuery *q) {
  gboolean other = c->office_kind != NULL && forms_kind_personal(a->settings->forms, c->office_kind);
  q->kind = other ? c->office_kind : "attendee";
  q->gender = form_of(c->gender);
  q->name = name != NULL ? name : c->name;
  q->surname = c->family_name != NULL ? c->family_name : q->name; /* who has one name is called by it */
  q->honorific = c->honorific;
  q->salutation_wish = c->salutation;
}

static void query_office(const Candidate *c, const char *holders, FormsQuery *q) {
  const char *standard =
      c->kind == CONTACT_ORGANISATION ? "org_president" : ""; /* "": the table has no such row */
  q->kind = c->office_kind != NULL ? c->office_kind : standard;
  q->name = holders;
  q->title = c->office;
  if (c->holder_count == 0) {
    q->gender = FORM_VACANT;
  } else if (c->holder_count > 1) {
    q->gender = FORM_PLURAL;
  } else {
    q->gender = form_of(c->holders[0].gender);
    q->surname = c->holders[0].family_name != NULL ? c->holders[0].family_name : q->name;
    q->honorific = c->holders[0].honorific;
    q->salutation_wish = c->holders[0].salutation;
  }
}

static void take_form(Addressee *line, FormsAddress *address) {
  line->salutation = g_steal_pointer(&address->salutation);
  line->inside = g_steal_pointer(&address->inside_address);
  line->close = g_steal_pointer(&address->close);
  line->form = g_steal_pointer(&address->row);
  line->form_reviewed = address->reviewed;
}

static int ask_forms(const Addressing *a, const FormsQuery *q, Addressee *line, GError **error) {
  g_auto(FormsAddress) address = {0};
  g_autofree char *missing = NULL;
  int r = forms_address(a->settings->forms, q, &address, &missing, error);
  if (r < 0)
    return r;
  if (r == 0) {
    take_form(line, &address);
    return 0;
  }
  gboolean name =
      r == FORMS_NO_PIECE && (g_strcmp0(missing, "name") == 0 || g_strcmp0(missing, "surname") == 0);
  g_autofree char *why = forms_why(q, r, missing);
  set_aside(line, ADDRESSEE_HELD, name ? REASON_NAME_MISSING : REASON_FORM_MISSING, why);
  return 0;
}

/* To: names the office, never its holder: it survives a succession and shows no title in an unsigned field.
 */
static int name_office(const Addressing *a, const FormsQuery *q, const Candidate *c, Addressee *line,
                       GError **error) {
  g_autofree char *missing = NULL;
  int r = forms_office_name(a->settings->forms, q, &line->to_name, &missing, error);
  if (r < 0)
    return r;
  if (r > 0)
    line->to_name = g_strdup(c->office != NULL         ? c->office
                             : c->organisation != NULL ? c->organisation
                                                       : c->name);
  return 0;
}

static int address(const Addressing *a, const Candidate *c, enum language language, Addressee *line,
                   GError **error) {
  char day[DAY_TEXT_SIZE];
  g_autofree char *name = whole_name(c->given_name, c->family_name);
  FormsQuery q = {.language = language,
                  .state = c->country,
                  .organisation = c->organisation,
                  .portfolio = c->portfolio,
                  .city = c->city,
                  .day = day_text(a->today, day)};
  if (c->kind == CONTACT_PERSON)
    query_person(a, c, name, &q);
  else
    query_office(c, line->holder, &q);
  int r = ask_forms(a, &q, line, error);
  if (r < 0)
    return r;
  if (c->kind != CONTACT_PERSON)
    return name_office(a, &q, c, line, error);
  line->to_name = g_strdup(q.name);
  return 0;
}

/* ---- the line ---- */

/* The address that is known, even if it must not be used: the line says why. */
static void take_address(const CandidateChannel *email, Addressee *line) {
  line->channel = email->id;
  line->address = email->id != 0 ? g_strdup(email->send) : NULL;
  line->utf8 = email->id != 0 && email->needs_utf8;
}

void addressing_lead(Addressee *line, const Route *route) {
  g_free(line->address);
  line->channel = route->channel;
  line->address = route->kind == CHANNEL_EMAIL ? g_strdup(route->address) : NULL;
  line->utf8 = route->utf8;
  line->variant = route->variant;
}

static void take_routes(const Addressing *a, const Candidate *c, gint64 attached, Addressee *line) {
  VariantTerms terms = {.attached = attached, .limit = a->message_limit, .is_signed = a->is_signed};
  g_autoptr(GPtrArray) routes = route_of_candidate(c, &terms);
  if (routes->len == 0)
    return;
  addressing_lead(line, g_ptr_array_index(routes, 0));
  if (route_are_kept(routes))
    line->planned_routes = g_steal_pointer(&routes);
}

static void take_grounds(const Candidate *c, Addressee *line) {
  for (gsize i = 0; i < c->ground_count; i++) {
    line->ground_approval = line->ground_approval || c->grounds[i].kind == GROUND_APPROVAL;
    line->ground_promotion = line->ground_promotion || c->grounds[i].kind == GROUND_PROMOTION;
  }
}

int addressing_of(const Addressing *a, const Candidate *c, Addressee **ret, GError **error) {
  g_autoptr(Addressee) line = g_new0(Addressee, 1);
  line->mailing = a->mailing;
  line->generation = a->roll;
  line->contact = c->id;
  line->restricted = !a->attendees_only && (c->restricted != 0 || is_also_offices(c));
  line->name = g_strdup(c->name);
  line->country = g_strdup(c->country);
  line->holder = holders_names(c);
  line->stamp_holder = c->stamps.holder;
  line->stamp_channel = c->stamps.channel;
  line->stamp_ground = c->stamps.ground;
  random_bytes(line->salt, sizeof line->salt);
  take_address(&c->email, line);
  take_grounds(c, line);
  int r = check_eligibility(a, c, line, error);
  enum language language = LANGUAGE_FR;
  gboolean known = r == 0 && choose_language(a, c, &language);
  if (known)
    r = address(a, c, language, line, error);
  else if (r == 0) {
    g_autofree char *why = why_no_language(a, c);
    set_aside(line, ADDRESSEE_HELD, REASON_LANGUAGE_MISSING, why);
  }
  if (r < 0)
    return r;
  take_routes(a, c, known ? a->attached[language] : 0, line);
  line->language = g_strdup(line->to_name != NULL ? language_code(language) : "");
  *ret = g_steal_pointer(&line);
  return 0;
}
