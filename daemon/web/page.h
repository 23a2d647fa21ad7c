/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * page.h - one HTML page for a recipient: it reads without style, without script, in any width
 *
 * Whatever is a value is escaped here, and every text from outside stands in a <bdi>, so that a name written
 * from right to left turns nothing around it.
 */
#pragma once

#include "http/response.h"
#include "templates/language.h"

#include <glib.h>

typedef struct Page Page;

/* ORGANISATION is whose page it is. */
Page *page_new(enum language language, const char *title, const char *organisation);
void page_free(Page *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Page, page_free)

void page_paragraph(Page *page, const char *text);
/* The same, loudly: the answer that somebody came for; read out by screen readers first. */
void page_answer(Page *page, const char *text);
/* The same for what went wrong with what was written. */
void page_problem(Page *page, const char *text);
void page_heading(Page *page, const char *text);
/* A list of facts, "term: value"; CODE: the value is to be compared letter by letter. */
void page_facts_begin(Page *page);
void page_fact(Page *page, const char *term, const char *value, gboolean code);
void page_facts_end(Page *page);
/* A paragraph that is a link; LANGUAGE of what it leads to. HREF is ours and escaped for URLs already. */
void page_link(Page *page, const char *href, const char *text, enum language language);
/* A form with one button that POSTs NAME=VALUE to ACTION. */
void page_button(Page *page, const char *action, const char *name, const char *value, const char *label);
/* A form with several fields and buttons that POSTs to ACTION, in the page's language. */
void page_form_begin(Page *page, const char *action);
/* A line to be written; VALUE (may be NULL) is what stood in it. MAX characters. */
void page_field(Page *page, const char *name, const char *label, const char *value, guint max);
/* The same for several lines. */
void page_text(Page *page, const char *name, const char *label, const char *value, guint max);
void page_submit(Page *page, const char *name, const char *value, const char *label);
void page_form_end(Page *page);
/* A form with one field that GETs ACTION?NAME=…; VALUE is what stood in it. */
void page_question(Page *page, const char *action, const char *name, const char *label, const char *value,
                   const char *button);
/* A form with one file that POSTs to ACTION. */
void page_file(Page *page, const char *action, const char *label, const char *button);

/* The page in the four languages: links to itself, PATH with ?language=XX. */
void page_languages(Page *page, const char *path);

/* Takes PAGE over. */
void page_respond(Page *page, guint status, Response *response);
/* The style sheet that pages name; static. */
extern const char page_style[];
