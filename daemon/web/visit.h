/* SPDX-License-Identifier: GPL-3.0-or-later */
/* visit.h - one request to the public listener: what for, in which language. Only this room includes it. */
#pragma once

#include "http/request.h"
#include "web/page.h"
#include "web/public.h"
#include "web/speech.h"

typedef struct {
  const PublicHouse *house;
  const Request *request;
  Response *response;
  enum language language;
  MailingSettings *settings; /* as of now */
} Visit;

/* 0 with the response filled, or a fault that becomes a page. */
typedef int (*VisitHandler)(Visit *visit, GError **error);

/* A page of this visit's language. */
Page *visit_page(const Visit *visit, const char *title);
/* 404, in words that tell nothing. */
int visit_not_found(Visit *visit);

int documents_page_file(Visit *visit, GError **error);
int documents_page_list(Visit *visit, GError **error);
int front_page(Visit *visit, GError **error);
int key_page_all(Visit *visit, GError **error);
int key_page_directory(Visit *visit, GError **error);
int key_page_file(Visit *visit, GError **error);
int key_page_policy(Visit *visit, GError **error);
int recipient_page_act(Visit *visit, GError **error);
int recipient_page_ask(Visit *visit, GError **error);
int style_page(Visit *visit, GError **error);
int unsubscribe_page_act(Visit *visit, GError **error);
int unsubscribe_page_ask(Visit *visit, GError **error);
int verify_page_ask(Visit *visit, GError **error);
int verify_page_file(Visit *visit, GError **error);
