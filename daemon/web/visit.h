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

#define ROUTE(method, path, handler, sentence) int handler(Visit *visit, GError **error);
#include "web/routes.def"
#undef ROUTE
