/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "http/request_make.h"
#include "http/response_send.h"
#include "http/route.h"

typedef struct {
  Route route;
  int number; /* what a caller's table says besides */
} Row;

static const Row table[] = {
    {{"GET", "/"}, 1},
    {{"GET", "/mailings"}, 2},
    {{"POST", "/mailings"}, 3},
    {{"GET", "/mailings/{id}"}, 4},
    {{"GET", "/mailings/kinds"}, 5},
    {{"POST", "/mailings/{id}/approve"}, 6},
    {{"DELETE", "/lists/{list}/members/{id}"}, 7},
};

static const struct {
  const char *name, *method, *target;
  int number; /* 0: none */
  guint status;
  const char *allow, *id;
} rows[] = {
    {"the root", "GET", "/", 1, 0, NULL, NULL},
    {"a literal path", "GET", "/mailings", 2, 0, NULL, NULL},
    {"another method of it", "POST", "/mailings", 3, 0, NULL, NULL},
    {"HEAD finds GET", "HEAD", "/mailings", 2, 0, NULL, NULL},
    {"an argument", "GET", "/mailings/M-7", 4, 0, NULL, "M-7"},
    {"an argument is decoded", "GET", "/mailings/M%2D7", 4, 0, NULL, "M-7"},
    {"a literal wins over an argument", "GET", "/mailings/kinds", 5, 0, NULL, NULL},
    {"an argument within", "POST", "/mailings/M-7/approve", 6, 0, NULL, "M-7"},
    {"two arguments", "DELETE", "/lists/speakers/members/C-1", 7, 0, NULL, "C-1"},
    {"no such path", "GET", "/nothing", 0, 404, NULL, NULL},
    {"a path too long", "GET", "/mailings/M-7/approve/now", 0, 404, NULL, NULL},
    {"a path too short", "GET", "/lists/speakers", 0, 404, NULL, NULL},
    {"another method", "DELETE", "/mailings", 0, 405, "GET, HEAD, POST", NULL},
    {"another method below an argument", "GET", "/mailings/M-7/approve", 0, 405, "POST", NULL},
};

static void finds_rows(void **state) {
  (void)state;
  g_autoptr(Routes) routes = routes_new(table, sizeof table[0], G_N_ELEMENTS(table));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Target *target = NULL;
    assert_done(target_parse(rows[i].target, &target, error));
    g_autoptr(Request) request = request_new(rows[i].method, target, NULL, NULL);
    g_autoptr(Response) response = response_new();
    const Row *row = routes_find(routes, request, response);
    const int number = row != NULL ? row->number : 0;
    if (number != rows[i].number || g_strcmp0(request_argument(request, "id"), rows[i].id) != 0 ||
        (row == NULL && response_status(response) != rows[i].status) ||
        g_strcmp0(response_header(response, "Allow"), rows[i].allow) != 0)
      fail_msg("%s: row %d, id %s, status %u, allow %s", rows[i].name, number,
               request_argument(request, "id"), response_status(response),
               response_header(response, "Allow"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(finds_rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
