/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which form a letter goes by one route. */
#include "mailing/variant.h"
#include "support/case.h"

#define KIB ((gint64)1024)

static const struct {
  const char *what;
  VariantTerms terms;
  enum variant variant;
} cases[] = {
    {"nothing limits it", {.attached = 100 * KIB}, VARIANT_FULL},
    {"within both limits",
     {.attached = 100 * KIB, .limit = 200 * KIB, .channel_limit = 150 * KIB},
     VARIANT_FULL},
    {"the letter beside it does not fit", {.attached = 100 * KIB, .limit = 110 * KIB}, VARIANT_LINK},
    {"just fits", {.attached = 100 * KIB, .limit = 100 * KIB + VARIANT_LETTER_BYTES}, VARIANT_FULL},
    {"a byte too much", {.attached = 100 * KIB + 1, .limit = 100 * KIB + VARIANT_LETTER_BYTES}, VARIANT_LINK},
    {"the channel takes less",
     {.attached = 100 * KIB, .limit = 200 * KIB, .channel_limit = 50 * KIB},
     VARIANT_LINK},
    {"the mailing takes less",
     {.attached = 100 * KIB, .limit = 50 * KIB, .channel_limit = 200 * KIB},
     VARIANT_LINK},
    {"nothing is attached", {.attached = 0, .limit = 10 * KIB}, VARIANT_FULL},
    {"signed, and the channel minds",
     {.attached = 1, .is_signed = TRUE, .no_signature_part = TRUE},
     VARIANT_UNSIGNED},
    {"signed, and it does not", {.attached = 1, .is_signed = TRUE}, VARIANT_FULL},
    {"not signed", {.attached = 1, .no_signature_part = TRUE}, VARIANT_FULL},
    {"too large and not to be signed",
     {.attached = 100 * KIB, .limit = 50 * KIB, .is_signed = TRUE, .no_signature_part = TRUE},
     VARIANT_LINK},
};

static void the_form_follows_from_the_limits(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    if (variant_choose(&cases[i].terms) != cases[i].variant)
      fail_msg("%s: %s instead of %s", cases[i].what, variant_name(variant_choose(&cases[i].terms)),
               variant_name(cases[i].variant));
}

static void names_go_both_ways(void **state) {
  (void)state;
  for (int i = 0; i < VARIANTS; i++) {
    enum variant back = VARIANTS;
    assert_true(variant_parse(variant_name((enum variant)i), &back));
    assert_int_equal(back, i);
  }
  enum variant none = VARIANTS;
  assert_false(variant_parse("half", &none));
  assert_false(variant_parse(NULL, &none));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_form_follows_from_the_limits),
      cmocka_unit_test(names_go_both_ways),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
