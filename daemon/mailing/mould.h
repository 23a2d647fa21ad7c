/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mould.h - what all messages of one mailing and language share, and how one is cast from it
 *
 * A mould is immutable and counted; couriers cast from it at the same time. The rack keeps the moulds in use.
 * Only this room includes it.
 */
#pragma once

#include "mail/message.h"
#include "mailing/document.h"
#include "mailing/roll.h"
#include "mailing/terms.h"

typedef struct Mould Mould;

/* What apart from mailing and language makes two letters different. */
enum mould_form {
  MOULD_LETTER = 0,
  MOULD_LINK = 1 << 0, /* the documents are not attached: the letter says where they are */
  MOULD_NOTE = 1 << 1, /* a covering note to a mailbox that several have; TERMS are those of notes */
  MOULD_FORMS = 1 << 2
};
/* The form in which LINE is written to in VARIANT. */
guint mould_form_of(const Addressee *line, enum variant variant);

/* From TERMS (frozen or gathered) for LANGUAGE and FORM; files and versions of documents by LINK. FAULT_RULE
 * for links when no base_url is among the terms. */
int mould_new(Desk *desk, Link *link, const Mailing *mailing, const Terms *terms, enum language language,
              guint form, Mould **ret, GError **error);
Mould *mould_ref(Mould *mould);
void mould_unref(Mould *mould);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mould, mould_unref)

/* A test (trial.h): nothing of it is the addressee's but the words. */
typedef struct {
  const char *word; /* its own; makes its Message-ID and its boundaries */
  const char *to;   /* the mailbox of who asked for it */
  gboolean utf8;
} MouldTrial;

/* What makes a copy its own. */
typedef struct {
  gint64 delivery; /* 0: a preview, whose tokens are a word that opens nothing */
  gint64 dated;
  const struct Route *route;  /* NULL: the address of the line itself, without limits */
  gboolean no_signature_part; /* its gateway takes a message with one away from its reader */
  const MouldTrial *trial;    /* NULL: it is none. With no delivery and no route */
} MouldCopy;

/* The sealed message of one addressee. *ret_splice (may be NULL) is set when the addressee is restricted.
 * FAULT_INPUT, FAULT_RULE when the letter cannot be made. */
int mould_cast(const Mould *mould, const Addressee *addressee, const MouldCopy *copy, Message **ret,
               GBytes **ret_splice, GError **error);
/* The letter alone, as mould_cast puts it in: subject, text, HTML. */
int mould_words(const Mould *mould, const Addressee *addressee, const MouldCopy *copy, GString *subject,
                GString *text, GString *html, GError **error);

/* "<d1042.INSTANCE@DOMAIN>"; the caller frees it. */
char *mould_message_id(const char *instance, const char *domain, gint64 delivery);

/* Are its letters signed, each by itself? */
gboolean mould_is_signed(const Mould *mould);
/* Do its messages have signature parts, of their own or beside a document? */
gboolean mould_has_signatures(const Mould *mould);
const char *mould_category(const Mould *mould); /* of the mailing; owned by MOULD */
/* Where anybody will find a document's version, BASE/d/SHA256/NAME; the caller frees it. */
char *mould_document_url(const char *base_url, const DocumentVersion *version);
guint mould_attachment_count(const Mould *mould);
/* The version at INDEX; owned by MOULD. */
const DocumentVersion *mould_attachment(const Mould *mould, guint index);
const char *mould_folder(const Mould *mould);

/* ---- the rack ---- */

typedef struct MouldRack MouldRack;
MouldRack *mould_rack_new(void);
void mould_rack_free(MouldRack *rack);
MouldRack *desk_rack(const Desk *desk);
/* A reference to the mould of MAILING, LANGUAGE ("fr") and FORM, made by LINK when it is not there.
 * FAULT_RULE when nothing is frozen for it. */
int mould_rack_take(Desk *desk, Link *link, gint64 mailing, const char *language, guint form, Mould **ret,
                    GError **error);
/* Forget what is kept of MAILING (0: of all): its words were frozen anew. */
void mould_rack_forget(MouldRack *rack, gint64 mailing);
