/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who goes with which wave, when it leaves, and that it is said once for all of them. */
#include "mailing/wave.h"

#include "mailing_fixture.h"
#include "outbox/outbox_wave.h"

static void what_a_wave_may_be(void **state) {
  (void)state;
  static const struct {
    const char *text, *rule; /* NULL: refused */
    const char *at;
  } rows[] = {
      {"list=canary", "list=canary", NULL},
      {"kind=office country=FR,BE", "kind=office country=FR,BE", NULL},
      {"kind=office@2013-12-03T10:00", "kind=office", "2013-12-03T09:00:00.000000Z"},
      {"kind=office @2013-12-03T10:00:00-05:00", "kind=office", "2013-12-03T15:00:00.000000Z"},
      {"list=\"friends@home\"", "list=\"friends@home\"", NULL},
      {"kind=office@2013-03-31T02:30", NULL, NULL},
      {"kind=office@2013-12", NULL, NULL},
      {"everybody", NULL, NULL},
      {"@2013-12-03T10:00", NULL, NULL},
      {"", NULL, NULL},
  };
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Paris");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Wave) wave = NULL;
    g_autoptr(GError) error = NULL;
    int r = wave_parse(rows[i].text, zone, &wave, &error);
    if ((r == 0) != (rows[i].rule != NULL) || (r == 0 && strcmp(wave->rule, rows[i].rule) != 0))
      fail_msg("\"%s\": %d %s", rows[i].text, r, r == 0 ? wave->rule : error->message);
    g_autofree char *at = r == 0 && wave->at != 0 ? moment_rfc3339(wave->at) : NULL;
    if (g_strcmp0(at, rows[i].at) != 0)
      fail_msg("\"%s\": at %s", rows[i].text, at);
  }
}

static GPtrArray *waves_of(const char *const *texts) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Paris");
  GPtrArray *waves = g_ptr_array_new_with_free_func((GDestroyNotify)wave_free);
  for (; *texts != NULL; texts++) {
    Wave *wave = NULL;
    assert_done(wave_parse(*texts, zone, &wave, error));
    g_ptr_array_add(waves, wave);
  }
  return waves;
}

static void order_and_times(void **state) {
  (void)state;
  static const struct {
    const char *texts[4];
    const char *part; /* of the refusal */
  } rows[] = {
      {{"kind=office@2013-12-03T10:00", "kind=person@2013-12-02T10:00", NULL}, "order"},
      {{"kind=office@2013-01-02T10:00", NULL}, "passed"},
      {{"kind=office@2013-12-30T10:00", NULL}, "last moment"},
      {{"list=nobody", NULL}, "no list"},
  };
  Fixture *f = fixture_new();
  gint64 id = fixture_released(f);
  g_autoptr(Mailing) m = fixture_find(f, id);
  gint64 mailing = fixture_mailing(f, &fixture_olga, "pre-report", g_array_index(m->documents, gint64, 0),
                                   g_array_index(m->lists, gint64, 0));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GPtrArray) waves = waves_of(rows[i].texts);
    MailingFields fields = MAILING_FIELDS_NONE;
    fields.waves = waves;
    fields.not_after = FIXTURE_NOW + 30 * DAY;
    int code = i == 3 ? FAULT_ABSENT : FAULT_INPUT;
    assert_fault(code, rows[i].part, mailing_set(f->desk, &fixture_olga, mailing, &fields, error));
  }
  fixture_free(f);
}

static void tick(Fixture *f) {
  gint64 next = 0;
  gboolean more = TRUE;
  assert_done(release_tick(f->desk, &next, error));
  while (more)
    assert_done(outbox_tick(f->outbox, &more, &next, error));
}

static gint64 ready_in(Fixture *f, gint64 mailing, gint64 wave) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GArray) waves = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(outbox_wave_counts(link, mailing, &waves, error));
  for (guint i = 0; i < waves->len; i++)
    if (g_array_index(waves, OutboxWave, i).wave == wave)
      return g_array_index(waves, OutboxWave, i).counts[DELIVERY_READY];
  return -1;
}

static gint64 in_waves(Fixture *f, const char *const *texts) {
  gint64 first = fixture_released(f);
  g_autoptr(Mailing) m = fixture_find(f, first);
  g_autoptr(GPtrArray) waves = waves_of(texts);
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", g_array_index(m->documents, gint64, 0),
                              g_array_index(m->lists, gint64, 0));
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.waves = waves;
  Digest digest;
  gint64 planned = 0;
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  fixture_roll(f, id);
  assert_done(approval_submit(f->desk, &fixture_olga, id, &digest, error));
  assert_done(release_start(f->desk, &fixture_olga, id, &planned, error));
  return id;
}

static const Actor auditor = {11, "alma", ROLE_AUDITOR};

static void one_after_another(void **state) {
  (void)state;
  static const char *const texts[] = {"country=FR", "language=en@2013-11-26T10:00", "language=es", NULL};
  Fixture *f = fixture_new();
  gint64 id = in_waves(f, texts);
  g_autoptr(GPtrArray) waves = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(wave_list(link, id, &waves, error));
  g_clear_pointer(&link, link_return);
  gint64 size[5] = {0};
  assert_int_equal(waves->len, 4); /* the last is for whom no rule matches */
  for (guint i = 0; i < waves->len; i++)
    size[i + 1] = ((Wave *)g_ptr_array_index(waves, i))->included;
  assert_true(size[1] > 1 && size[2] > 1 && size[3] > 1 && size[4] > 1);
  tick(f);
  assert_int_equal(ready_in(f, id, 1), size[1]);
  assert_int_equal(ready_in(f, id, 2), 0);
  /* Neither before its time nor out of order; a person may be early. */
  assert_fault(FAULT_RULE, "order", wave_open(f->desk, &fixture_olga, id, 3, error));
  assert_fault(FAULT_INPUT, "no wave 9", wave_open(f->desk, &fixture_olga, id, 9, error));
  clock_advance(f->clock, DAY + HOUR);
  tick(f);
  tick(f);
  assert_int_equal(ready_in(f, id, 2), size[2]);
  assert_int_equal(ready_in(f, id, 3), 0);
  assert_fault(FAULT_FORBIDDEN, "releasing", wave_open(f->desk, &auditor, id, 3, error));
  assert_done(wave_open(f->desk, &fixture_olga, id, 3, error));
  assert_int_equal(wave_open(f->desk, &fixture_olga, id, 3, NULL), 1);
  tick(f);
  assert_int_equal(ready_in(f, id, 3), size[3]);
  assert_int_equal(ready_in(f, id, 4), 0);
  assert_int_equal(fixture_entries(f, id, "wave-opened", NULL), 2);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_a_wave_may_be), cmocka_unit_test(order_and_times),
                                     cmocka_unit_test(one_after_another)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
