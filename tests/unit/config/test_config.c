/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dialect, each complaint in its exact words, secrets, drop-ins, and the table's own prints. */
#include "support/case.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "config/config.h"
#include "config/config_print.h"

#define WHO        "[organisation]\nname = Rencontres\nfrom = office@forum.example\n"
#define NULL_RELAY "[relay \"main\"]\nurl = null:\n"

static char *folder, *before;

static int enter(void **state) {
  (void)state;
  before = g_get_current_dir();
  folder = case_folder_make();
  return g_chdir(folder);
}

static int leave(void **state) {
  (void)state;
  int r = g_chdir(before);
  case_folder_remove(folder);
  g_free(before);
  return r;
}

static void put(const char *name, const char *text, gssize length, int mode) {
  assert_true(g_file_set_contents(name, text, length, NULL));
  assert_int_equal(g_chmod(name, mode), 0);
}

static Config *load(const char *text) {
  put("valise.conf", text, -1, 0644);
  Config *config = NULL;
  assert_done(config_load("valise.conf", &config, error));
  return config;
}

/* ---- what is refused, and in which words ----------------------------------------------------------- */

static const struct {
  const char *name, *text, *expected;
} refusals[] = {
    {"an unknown key, with the one that was meant", WHO NULL_RELAY "courier = 3\n",
     "valise.conf line 6: there is no key courier in [relay]; do you mean couriers?"},
    {"a dash for an underscore", "[valise]\nstate-dir = /x\n" WHO NULL_RELAY,
     "valise.conf line 2: there is no key state-dir in [valise]; do you mean state_dir?"},
    {"an unknown key like no other", WHO NULL_RELAY "zebra = 3\n",
     "valise.conf line 6: there is no key zebra in [relay]"},
    {"an unknown section, complained about once", WHO NULL_RELAY "[retyr]\nfirst = 1\nfactor = 2\n",
     "valise.conf line 6: there is no section [retyr]; do you mean retry?"},
    {"a relay without a name", WHO "[relay]\nurl = null:\n" NULL_RELAY,
     "valise.conf line 4: [relay] needs a name; write [relay \"main\"]"},
    {"a name where none belongs", WHO NULL_RELAY "[mail \"x\"]\n",
     "valise.conf line 6: [mail] takes no name; write [mail]"},
    {"a head that is none", WHO NULL_RELAY "[mail\nenvelope = token\n",
     "valise.conf line 6: \"[mail\" is no head of a section; write [section] or [section \"name\"]"},
    {"a line without =", WHO NULL_RELAY "[retry]\nfirst 10 min\n",
     "valise.conf line 7: \"first 10 min\" is no setting; write key = value"},
    {"a key before any section", "first = 1\n" WHO NULL_RELAY,
     "valise.conf line 1: first stands before the first section; write [section] above it"},
    {"a key that is none", WHO NULL_RELAY "we ird = 1\n",
     "valise.conf line 6: \"we ird\" is no key; keys are letters, digits and underscores"},
    {"a scalar twice in one file", WHO NULL_RELAY "url = maildir:x\n",
     "valise.conf line 6: url is set already on line 5; keep one of the two"},
    {"a number out of bounds", WHO NULL_RELAY "couriers = 65\n",
     "valise.conf line 6: couriers is \"65\", but must be a whole number from 1 to 64"},
    {"a number that is none", WHO NULL_RELAY "couriers = four\n",
     "valise.conf line 6: couriers is \"four\", but must be a whole number from 1 to 64"},
    {"a factor out of bounds", WHO NULL_RELAY "[retry]\nfactor = 0.5\n",
     "valise.conf line 7: factor is \"0.5\", but must be a number from 1 to 10"},
    {"a duration without sense", WHO NULL_RELAY "[retry]\nfirst = soon\n",
     "valise.conf line 7: first is \"soon\", but must be a duration from 1 s to 1 d (write 30 s, 10 min, 2 "
     "h, 5 d)"},
    {"a duration out of bounds", WHO NULL_RELAY "log_lag = 2 d\n",
     "valise.conf line 6: log_lag is \"2 d\", but must be a duration from 0 s to 1 d (write 30 s, 10 min, 2 "
     "h, 5 d)"},
    {"a comment beside a value", WHO NULL_RELAY "[retry]\nfirst = 1 min # the first\n",
     "valise.conf line 7: first is \"1 min # the first\", but must be a duration from 1 s to 1 d (write 30 "
     "s, 10 min, "
     "2 h, 5 d); comments stand on lines of their own"},
    {"a size out of bounds", WHO NULL_RELAY "[mail]\nattachment_limit = 1 GiB\n",
     "valise.conf line 7: attachment_limit is \"1 GiB\", but must be a size from 1 KiB to 100 MiB (write 500 "
     "KiB, 10 "
     "MiB)"},
    {"a choice that is none", WHO NULL_RELAY "tls = maybe\n",
     "valise.conf line 6: tls is \"maybe\", but must be required or none"},
    {"a choice among several", WHO NULL_RELAY "[valise]\nlog_level = all\n",
     "valise.conf line 7: log_level is \"all\", but must be error, warning, notice, info or debug"},
    {"from is no address", "[organisation]\nname = R\nfrom = R <office@forum.example>\n" NULL_RELAY,
     "valise.conf line 3: from is \"R <office@forum.example>\", but must be a mail address without a name "
     "(office@forum.example)"},
    {"from without a domain", "[organisation]\nname = R\nfrom = office@\n" NULL_RELAY,
     "valise.conf line 3: from is \"office@\", but must be a mail address without a name "
     "(office@forum.example)"},
    {"an unknown time zone", WHO "time_zone = Europe/Chamonix\n" NULL_RELAY,
     "valise.conf line 4: time_zone is \"Europe/Chamonix\", but must be a time zone of the tz database "
     "(Europe/Paris)"},
    {"an unknown scheme", WHO "[relay \"main\"]\nurl = http://relay.example\n",
     "valise.conf line 5: url is \"http://relay.example\", but must be a URL that begins with smtp:, smtps:, "
     "maildir: "
     "or null:"},
    {"a password in a URL", WHO "[relay \"main\"]\nurl = smtp://u:p@relay.example\n",
     "valise.conf line 5: url is \"smtp://u:p@relay.example\", but must be a URL that begins with smtp:, "
     "smtps:, "
     "maildir: or null:"},
    {"a path in a relay's URL", WHO "[relay \"main\"]\nurl = smtp://relay.example/x\n",
     "valise.conf line 5: url is \"smtp://relay.example/x\", but must be a URL that begins with smtp:, "
     "smtps:, "
     "maildir: or null:"},
    {"a bad port", WHO "[relay \"main\"]\nurl = smtp://relay.example:99999\n",
     "valise.conf line 5: url is \"smtp://relay.example:99999\", but must be a URL that begins with smtp:, "
     "smtps:, "
     "maildir: or null:"},
    {"a bad place to listen", WHO NULL_RELAY "[http]\noffice = 8025\n",
     "valise.conf line 7: office is \"8025\", but must be host:port, [IPv6]:port or unix:PATH"},
    {"a language that is none", WHO "languages = fr, English\n" NULL_RELAY,
     "valise.conf line 4: languages is \"fr, English\", but must be 1 to 20 language codes (fr, en)"},
    {"a language twice", WHO "languages = fr, en, fr\n" NULL_RELAY,
     "valise.conf line 4: languages names one language twice; keep one of them"},
    {"a suffix that is no language", WHO "name.french = Rencontres\n" NULL_RELAY,
     "valise.conf line 4: name.french: \"french\" is no language code; write name.fr, name.en and so on"},
    {"no relay", WHO,
     "valise.conf: no relay is named, so nothing can be sent; add [relay \"main\"] with url = "
     "smtp://host:587"},
    {"a relay without a url", WHO "[relay \"main\"]\ncouriers = 2\n",
     "valise.conf line 4: this relay has no url; add url = smtp://host:587"},
    {"an organisation without a name", "[organisation]\nfrom = a@b.example\n" NULL_RELAY,
     "valise.conf line 1: the organisation has no name; add name.fr = …, name.en = … to [organisation]"},
    {"an organisation without an address", "[organisation]\nname = R\n" NULL_RELAY,
     "valise.conf line 1: the organisation has no mail address; add from = office@… to [organisation]"},
    {"tokens without a mailbox", WHO NULL_RELAY "[mail]\nenvelope = token\n",
     "valise.conf line 7: envelope = token needs a mailbox whose addresses may carry a token; add "
     "reply_mailbox = "
     "answers@…"},
    {"a separator that the mailbox holds", WHO NULL_RELAY "[mail]\nreply_mailbox = a+b@forum.example\n",
     "valise.conf line 7: reply_mailbox holds the token_separator \"+\" before its @, so a token could not "
     "be told "
     "from it; use another mailbox or another separator"},
    {"a separator that no address takes", WHO NULL_RELAY "[mail]\ntoken_separator = @\n",
     "valise.conf line 7: token_separator cannot stand in an address here; use one of + - _ = ."},
    {"a separator of two", WHO NULL_RELAY "[mail]\ntoken_separator = ++\n",
     "valise.conf line 7: token_separator is \"++\", but must be one character"},
    {"a user without a password", WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\n",
     "valise.conf line 6: user needs a password_file beside it, or a token_file"},
    {"quiet all day", WHO NULL_RELAY "[pace]\nquiet = 07:00-20:00, 20:00-07:00\n",
     "valise.conf line 7: quiet leaves no minute of the day in which mail may go; shorten it"},
    {"a pace without a time", WHO NULL_RELAY "[pace]\ntotal = 30\n",
     "valise.conf line 7: total is \"30\", but must be messages in a time of at most a day (30/min, "
     "600/hour, 5 / 10 "
     "min)"},
    {"hours that are none", WHO NULL_RELAY "[pace]\nquiet = 20-7\n",
     "valise.conf line 7: quiet is \"20-7\", but must be hours of the day from and to (20:00-07:00, "
     "12:00-14:00)"},
    {"a domain that is none", WHO NULL_RELAY "[pace]\ntogether = @ministry.example\n",
     "valise.conf line 7: together is \"@ministry.example\", but must be domains in ASCII "
     "(ministry.example)"},
    {"a token without a user", WHO NULL_RELAY "token_file = /t\n",
     "valise.conf line 6: token_file needs a user beside it"},
    {"a password in clear text over a network",
     WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\npassword_file = good\ntls = none\n",
     "valise.conf line 8: tls = none would send the password in clear text to another machine; use tls = "
     "required"},
    {"a first wait beyond the longest", WHO NULL_RELAY "[retry]\nfirst = 3 h\nceiling = 2 h\n",
     "valise.conf line 7: first is longer than ceiling, the longest wait; shorten it"},
    {"holders stale after too long", WHO "stale_after = 3661 d\n" NULL_RELAY,
     "valise.conf line 4: stale_after is \"3661 d\", but must be a duration from 0 s to 3660 d (write 30 s, "
     "10 "
     "min, 2 h, 5 d)"},
    {"a connection without messages", WHO NULL_RELAY "[pace]\nmessages_per_connection = 0\n",
     "valise.conf line 7: messages_per_connection is \"0\", but must be a whole number from 1 to 100000"},
    {"links that nobody serves", WHO NULL_RELAY "[http]\nbase_url = https://documents.forum.example\n",
     "valise.conf line 7: base_url promises pages that nobody serves; add public = host:port, or take "
     "base_url "
     "away"},
    {"links in clear text",
     WHO NULL_RELAY "[http]\npublic = 127.0.0.1:8080\nbase_url = http://forum.example\n",
     "valise.conf line 8: base_url would put links in clear text into letters; use https, which the proxy in "
     "front speaks"},
    {"a base with a path",
     WHO NULL_RELAY "[http]\npublic = 127.0.0.1:8080\nbase_url = https://forum.example/x\n",
     "valise.conf line 8: base_url is \"https://forum.example/x\", but must be a URL that begins with https: "
     "or http:"},
    {"a proxy by name", WHO NULL_RELAY "[http]\npublic = 127.0.0.1:8080\ntrusted_proxy = proxy.example\n",
     "valise.conf line 8: trusted_proxy must be an IP address, as in 127.0.0.1"},
    {"one address for both", WHO NULL_RELAY "[http]\noffice = 127.0.0.1:8080\npublic = 127.0.0.1:8080\n",
     "valise.conf line 8: public and office are one address, but recipients must not reach the office; use "
     "two"},
    {"a secret that everybody reads",
     WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\npassword_file = open\n",
     "valise.conf line 7: password_file: FOLDER/open can be read by everybody; run chmod o= FOLDER/open"},
    {"a secret that is not there",
     WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\npassword_file = none\n",
     "valise.conf line 7: password_file: FOLDER/none cannot be read: No such file or directory"},
    {"an empty secret", WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\npassword_file = empty\n",
     "valise.conf line 7: password_file: FOLDER/empty is empty; write the secret into it"},
    {"a secret of two lines", WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\npassword_file = two\n",
     "valise.conf line 7: password_file: FOLDER/two has more than one line; keep the secret alone in it"},
    {"a secret too long", WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\npassword_file = long\n",
     "valise.conf line 7: password_file: FOLDER/long is longer than 4096 bytes, so it is no secret"},
    {"a secret that is a folder",
     WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\npassword_file = .\n",
     "valise.conf line 7: password_file: FOLDER/. is no file; name the file that holds the secret"},
    {"a credential without systemd",
     WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\npassword_file = %d/pw\n",
     "valise.conf line 7: password_file: there is no credential \"pw\", because systemd has given none; add "
     "LoadCredential=pw:FILE to the unit, or name a file"},
    {"a control character", WHO NULL_RELAY "ehlo = a\001b\n",
     "valise.conf line 6: the line: holds the control character 0x01; remove it"},
    {"Latin-1", "[organisation]\nname = Soci\xe9t\xe9\nfrom = a@b.example\n" NULL_RELAY,
     "valise.conf line 2: the line: is not valid UTF-8; save the text as UTF-8\n"
     "valise.conf line 1: the organisation has no name; add name.fr = …, name.en = … to [organisation]"},
    {"a backslash before nothing", WHO NULL_RELAY "ehlo = a \\",
     "valise.conf line 6: the last line ends in a backslash, but nothing follows; take the backslash away"},
    {"several mistakes at once", WHO NULL_RELAY "couriers = 0\ntls = no\n[pace]\nfast = yes\n",
     "valise.conf line 6: couriers is \"0\", but must be a whole number from 1 to 64\n"
     "valise.conf line 7: tls is \"no\", but must be required or none\n"
     "valise.conf line 9: there is no key fast in [pace]"},
    {"a mailbox without a name", WHO NULL_RELAY "[inbound]\n",
     "valise.conf line 6: [inbound] needs a name; write [inbound \"answers\"]"},
    {"a mailbox without a url", WHO NULL_RELAY "[inbound \"a\"]\nuser = u\npassword_file = good\n",
     "valise.conf line 6: this mailbox has no url; add url = imaps://host"},
    {"a mailbox without a user", WHO NULL_RELAY "[inbound \"a\"]\nurl = imaps://m.example\n",
     "valise.conf line 7: this mailbox needs a user, and a password_file or a token_file"},
    {"a mailbox without a password", WHO NULL_RELAY "[inbound \"a\"]\nurl = imap://m.example\nuser = u\n",
     "valise.conf line 8: user needs a password_file beside it, or a token_file"},
    {"a mailbox by POP", WHO NULL_RELAY "[inbound \"a\"]\nurl = pop3://m.example\n",
     "valise.conf line 7: url is \"pop3://m.example\", but must be a URL that begins with imaps:, imap: or "
     "maildir:"},
    {"a word after nothing, keyword and move:",
     WHO NULL_RELAY "[inbound \"a\"]\nurl = maildir:/m\nafter = delete\n",
     "valise.conf line 8: after must be nothing, keyword or move:FOLDER"},
    {"a move to nowhere", WHO NULL_RELAY "[inbound \"a\"]\nurl = maildir:/m\nafter = move:\n",
     "valise.conf line 8: after must be nothing, keyword or move:FOLDER"},
    {"a move to where it lies", WHO NULL_RELAY "[inbound \"a\"]\nurl = maildir:/m\nafter = move:INBOX\n",
     "valise.conf line 8: after would move messages to the folder that they come from; name another"},
    {"a keyword in a Maildir", WHO NULL_RELAY "[inbound \"a\"]\nurl = maildir:/m\nafter = keyword\n",
     "valise.conf line 8: after = keyword is for imaps: and imap:, because files of a Maildir have no "
     "keywords"},
    {"a Maildir with a user", WHO NULL_RELAY "[inbound \"a\"]\nurl = maildir:/m\nuser = u\n",
     "valise.conf line 8: user means nothing for a maildir: mailbox; take it away"},
    {"one mailbox twice",
     WHO NULL_RELAY "[inbound \"a\"]\nurl = maildir:/m\n[inbound \"b\"]\nurl = maildir:/m\n",
     "valise.conf line 9: this is the same mailbox as that of another section; keep one of them"},
    {"IDLE for too long", WHO NULL_RELAY "[inbound \"a\"]\nurl = maildir:/m\npoll = 29 min\n",
     "valise.conf line 8: poll is \"29 min\", but must be a duration from 1 s to 28 min (write 30 s, 10 min, "
     "2 h, 5 d)"},
    {"lines after a continued one keep their number", WHO NULL_RELAY "ehlo = a\\\n  b\ncouriers = x\n",
     "valise.conf line 8: couriers is \"x\", but must be a whole number from 1 to 64"},
};

static char *without_folder(const char *sentence) {
  g_auto(GStrv) parts = g_strsplit(sentence, folder, -1);
  return g_strjoinv("FOLDER", parts);
}

static void makes_secrets(void) {
  g_autofree char *long_one = g_strnfill(5000, 'x');
  put("good", "swordfish\n", -1, 0600);
  put("open", "swordfish\n", -1, 0644);
  put("empty", "\n", -1, 0600);
  put("two", "sword\nfish\n", -1, 0600);
  put("long", long_one, -1, 0600);
}

static void refuses_in_these_words(void **state) {
  (void)state;
  makes_secrets();
  g_unsetenv("CREDENTIALS_DIRECTORY");
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;
    put("valise.conf", refusals[i].text, -1, 0644);
    int r = config_load("valise.conf", &config, &error);
    g_autofree char *got = error != NULL ? without_folder(error->message) : g_strdup("nothing");
    if (r != FAULT_INPUT || config != NULL || strcmp(got, refusals[i].expected) != 0)
      fail_msg("%s: %d\n  got      %s\n  expected %s", refusals[i].name, r, got, refusals[i].expected);
  }
}

static void tells_twenty_mistakes_and_counts_the_rest(void **state) {
  (void)state;
  g_autoptr(GString) text = g_string_new(WHO NULL_RELAY);
  g_autoptr(Config) config = NULL;
  g_autoptr(GError) error = NULL;
  for (int i = 0; i < 25; i++)
    g_string_append_printf(text, "zzzzzz%d = 1\n", i);
  put("valise.conf", text->str, -1, 0644);
  assert_int_equal(config_load("valise.conf", &config, &error), FAULT_INPUT);
  g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);
  assert_int_equal(g_strv_length(lines), 21);
  assert_string_equal(lines[20], "and 5 more");
}

static void refuses_what_is_no_text(void **state) {
  (void)state;
  g_autoptr(Config) config = NULL;
  g_autoptr(GError) error = NULL;
  put("valise.conf", "[valise]\n\0x", 11, 0644);
  assert_int_equal(config_load("valise.conf", &config, &error), FAULT_INPUT);
  assert_true(g_str_has_prefix(error->message,
                               "valise.conf: it holds a NUL byte, so it is no text; restore the file"));
  g_clear_error(&error);
  assert_int_equal(config_load("absent.conf", &config, &error), FAULT_ABSENT);
  assert_string_equal(
      error->message,
      "absent.conf: there is no such file; write one (valised --print-config shows every key) or name "
      "another with --config");
}

/* ---- what is taken --------------------------------------------------------------------------------- */

static void takes_mailboxes(void **state) {
  (void)state;
  g_autoptr(Config) c =
      load(WHO "[valise]\nstate_dir = /state\n" NULL_RELAY
               "[inbound \"answers\"]\nurl = imaps://m.example\nuser = u\npassword_file = good\n"
               "authserv_id = m.example\nafter = move:Kept by Valise\n"
               "[inbound \"drop\"]\nurl = maildir:rehearsal/in\npoll = 2 s\n");
  const ConfigInbound *answers = config_inbound(c, "answers"), *drop = config_inbound(c, "drop");
  assert_int_equal(c->inbounds->len, 2);
  assert_string_equal(answers->url, "imaps://m.example");
  assert_string_equal(answers->password, "swordfish");
  assert_string_equal(answers->folder, "INBOX");
  assert_string_equal(answers->authserv_id, "m.example");
  assert_string_equal(answers->after, "move:Kept by Valise");
  assert_int_equal(answers->poll, 5 * MINUTE);
  assert_string_equal(drop->url, "maildir:/state/rehearsal/in");
  assert_string_equal(drop->after, "nothing");
  assert_null(drop->user);
  assert_int_equal(drop->poll, 2 * SECOND);
  assert_null(config_inbound(c, "main"));
}

static void fills_in_defaults(void **state) {
  (void)state;
  g_autoptr(Config) c = load(WHO NULL_RELAY);
  const ConfigRelay *main_relay = config_relay(c, "main");
  assert_string_equal(c->valise.state_dir, "/var/lib/valise");
  assert_string_equal(c->valise.socket, "/run/valise/valise.sock");
  assert_int_equal(c->valise.mode, CONFIG_LIVE);
  assert_string_equal(c->store.url, "sqlite:valise.db");
  assert_int_equal(c->relays->len, 1);
  assert_int_equal(main_relay->couriers, 4);
  assert_int_equal(main_relay->dot_timeout, 10 * MINUTE);
  assert_int_equal(main_relay->log_lag, 10 * MINUTE);
  assert_int_equal(main_relay->tls, CONFIG_TLS_REQUIRED);
  assert_int_equal(c->organisation.languages->len, 4);
  assert_int_equal(c->retry.first, 2 * MINUTE);
  assert_true(c->retry.factor == 2.0);
  assert_int_equal(c->mail.attachment_limit, 10 << 20);
  assert_int_equal(c->organisation.stale_after, 30 * DAY);
  assert_int_equal(c->pace.messages_per_connection, 1000);
  assert_null(c->http.office);
}

static void reads_the_dialect(void **state) {
  (void)state;
  g_autoptr(Config) c =
      load("\xEF\xBB\xBF# a comment\r\n; another\r\n[ organisation ]\r\n"
           "name.fr = Rencontres du Mont-Blanc # vraiment\r\nname.en=Mont-Blanc Meetings\r\n"
           "from\t=\toffice@forum.example\r\n"
           "address = 1, rue Fictive\naddress = 74400 Xville\n"
           "sender_title.fr = Le \\\n  # between\n  secrétaire \\\n  général\n"
           "languages = fr,en\nlanguages = es\n"
           "time_zone = Africa/Dakar\nstale_after = 0\n"
           "[relay \"main\"]\nurl = smtp://[::1]:2525\ncouriers = 9\ncouriers =\n"
           "[relay \"next.one\"]\nurl = smtps://relay.example\n"
           "[mail]\nenvelope = token\nreply_mailbox = answers@forum.example\n");
  assert_string_equal(config_in_language(c, c->organisation.name, "fr"),
                      "Rencontres du Mont-Blanc # vraiment");
  assert_string_equal(config_in_language(c, c->organisation.name, "en"), "Mont-Blanc Meetings");
  assert_string_equal(config_in_language(c, c->organisation.name, "pt"),
                      "Rencontres du Mont-Blanc # vraiment");
  assert_null(config_in_language(c, c->organisation.name, NULL) == NULL ? "" : NULL);
  assert_string_equal(config_in_language(c, c->organisation.sender_title, "fr"), "Le secrétaire général");
  assert_int_equal(c->organisation.address->len, 2);
  assert_string_equal(c->organisation.address->pdata[0], "1, rue Fictive");
  assert_int_equal(c->organisation.languages->len, 3);
  assert_string_equal(c->organisation.languages->pdata[2], "es");
  assert_int_equal(c->organisation.stale_after, 0);
  assert_int_equal(c->relays->len, 2);
  assert_string_equal(((ConfigRelay *)c->relays->pdata[1])->name, "next.one");
  assert_int_equal(config_relay(c, "main")->couriers, 4);
  g_autoptr(GTimeZone) zone = config_zone(c);
  assert_string_equal(g_time_zone_get_identifier(zone), "Africa/Dakar");
}

static void reads_drop_ins_in_byte_order(void **state) {
  (void)state;
  assert_int_equal(g_mkdir("valise.conf.d", 0755), 0);
  put("valise.conf.d/20-more.conf",
      "[relay \"main\"]\ncouriers = 7\n[organisation]\naddress =\naddress = three\n", -1, 0644);
  put("valise.conf.d/10-first.conf", "[relay \"main\"]\ncouriers = 5\n[organisation]\naddress = two\n", -1,
      0644);
  put("valise.conf.d/30-ignored.bak", "nonsense", -1, 0644);
  put("valise.conf.d/.hidden.conf", "nonsense", -1, 0644);
  g_autoptr(Config) c = load(WHO "address = one\n" NULL_RELAY);
  assert_int_equal(config_relay(c, "main")->couriers, 7);
  assert_int_equal(c->organisation.address->len, 1);
  assert_string_equal(c->organisation.address->pdata[0], "three");
  put("valise.conf.d/20-more.conf", "\n[relay \"main\"]\ncouriers = x\n", -1, 0644);
  g_autoptr(Config) none = NULL;
  g_autoptr(GError) error = NULL;
  assert_int_equal(config_load("valise.conf", &none, &error), FAULT_INPUT);
  assert_string_equal(error->message,
                      "valise.conf.d/20-more.conf line 3: couriers is \"x\", but must be a whole "
                      "number from 1 to 64");
  case_folder_remove(g_strdup("valise.conf.d"));
}

static void completes_relative_paths(void **state) {
  (void)state;
  g_autoptr(Config) c = load("[valise]\nstate_dir = state\n" WHO "[relay \"main\"]\nurl = maildir:out/box\n");
  g_autofree char *state_dir = g_build_filename(folder, "state", NULL);
  g_autofree char *url = g_strdup_printf("maildir:%s/out/box", state_dir);
  assert_string_equal(c->valise.state_dir, state_dir);
  assert_string_equal(config_relay(c, "main")->url, url);
}

static void reads_secrets_and_credentials(void **state) {
  (void)state;
  static const char *const spellings[] = {"good", "%d/good", "$CREDENTIALS_DIRECTORY/good",
                                          "${CREDENTIALS_DIRECTORY}/good"};
  makes_secrets();
  g_setenv("CREDENTIALS_DIRECTORY", folder, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
    g_autofree char *text = g_strdup_printf(
        WHO "[relay \"main\"]\nurl = smtp://r.example\nuser = u\npassword_file = %s\n", spellings[i]);
    g_autoptr(Config) c = load(text);
    assert_string_equal(config_relay(c, "main")->password, "swordfish");
  }
  g_unsetenv("CREDENTIALS_DIRECTORY");
}

/* The sample with its comment signs taken from the keys must be read without complaint about any key. */
static void prints_a_sample_that_it_reads(void **state) {
  (void)state;
  g_autofree char *sample = config_print_sample();
  g_auto(GStrv) lines = g_strsplit(sample, "\n", -1);
  g_autoptr(GString) text = g_string_new(NULL);
  for (char **line = lines; *line != NULL; line++)
    if (**line == '[' || (**line == '#' && (g_ascii_isalpha((*line)[1]) || (*line)[1] == '[')))
      g_string_append_printf(text, "%s\n", **line == '#' ? *line + 1 : *line);
  /* What no default can name. */
  assert_int_equal(g_string_replace(text, "[relay \"main\"]\nurl = \n", "[relay \"main\"]\nurl = null:\n", 0),
                   1);
  assert_int_equal(
      g_string_replace(text, "[inbound \"answers\"]\nurl = \nuser = \npassword_file = \n",
                       "[inbound \"answers\"]\nurl = imaps://m.example\nuser = u\npassword_file = good\n", 0),
      1);
  g_string_append(text, WHO);
  g_autoptr(Config) c = load(text->str);
  assert_string_equal(c->valise.state_dir, "/var/lib/valise");
  assert_string_equal(config_relay(c, "main")->url, "null:");
  assert_int_equal(config_inbound(c, "answers")->poll, 5 * MINUTE);
}

static void prints_a_reference(void **state) {
  (void)state;
  g_autofree char *text = config_print_reference();
  assert_non_null(strstr(text, ".SS [relay \"NAME\"]\n"));
  assert_non_null(strstr(text, ".TP\n.B log_lag\n"));
  assert_non_null(strstr(text, "Takes a duration from 0 s to 1 d"));
  assert_null(strstr(text, "\n'"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refuses_in_these_words),
      cmocka_unit_test(tells_twenty_mistakes_and_counts_the_rest),
      cmocka_unit_test(refuses_what_is_no_text),
      cmocka_unit_test(takes_mailboxes),
      cmocka_unit_test(fills_in_defaults),
      cmocka_unit_test(reads_the_dialect),
      cmocka_unit_test(reads_drop_ins_in_byte_order),
      cmocka_unit_test(completes_relative_paths),
      cmocka_unit_test(reads_secrets_and_credentials),
      cmocka_unit_test(prints_a_sample_that_it_reads),
      cmocka_unit_test(prints_a_reference),
  };
  return cmocka_run_group_tests(tests, enter, leave);
}
