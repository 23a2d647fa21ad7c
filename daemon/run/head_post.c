/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/head_post.h"

#include "api/user.h"
#include "base/log.h"
#include "evidence/head_letter.h"
#include "evidence/head_stamp.h"

#define LOOK      (5 * SECOND) /* how often it is asked whether something is due */
#define ASK_AGAIN (10 * MINUTE)

struct HeadPost {
  Desk *desk;
  gint64 every;
  char *timestamp_url;
  gint64 failed; /* monotonic: when a head could not be stamped; 0: it could */
  gint stop;     /* atomic */
  GThread *thread;
  GMutex lock;
  GCond wake;
};

/* Admins by the addresses that are noted as their own, and the mailbox that answers come to. */
static int addresses_of(Desk *desk, GPtrArray *to, GError **error) {
  g_autoptr(MailingSettings) settings = desk_settings(desk);
  g_autoptr(GPtrArray) users = NULL;
  g_autoptr(Link) link = NULL;
  int r = store_read(desk_store(desk), &link, error);
  if (r == 0)
    r = user_list(link, &users, error);
  for (guint i = 0; r == 0 && i < users->len; i++) {
    const User *user = g_ptr_array_index(users, i);
    if (!user->disabled && user->email != NULL && (user->roles & ROLE_ADMIN) != 0)
      g_ptr_array_add(to, g_strdup(user->email));
  }
  const char *own = settings->reply_mailbox != NULL ? settings->reply_mailbox : settings->from;
  g_ptr_array_add(to, g_strdup(own));
  g_ptr_array_add(to, NULL);
  return r;
}

static void make_round(HeadPost *post) {
  g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GError) error = NULL;
  int r = addresses_of(post->desk, addresses, &error);
  if (r == 0)
    r = head_letter_plan(post->desk, (const char *const *)(gconstpointer)addresses->pdata, post->every,
                         &error);
  if (r >= 0)
    r = head_letter_send(post->desk, &post->stop, &error);
  if (r < 0)
    log_fault("heads of the journal cannot be mailed", error);
}

/* An authority that fails is told and asked again later; nothing waits for it but this thread. */
static void stamp(HeadPost *post) {
  g_autoptr(GError) error = NULL;
  gint64 now = g_get_monotonic_time();
  if (post->timestamp_url == NULL || (post->failed != 0 && now - post->failed < ASK_AGAIN))
    return;
  post->failed = 0;
  if (head_stamp_make(post->desk, post->timestamp_url, &error) >= 0)
    return;
  post->failed = now;
  log_fault("a head of the journal cannot be stamped", error);
}

static gpointer post_main(gpointer data) {
  HeadPost *post = data;
  g_autoptr(GError) error = NULL;
  if (head_letter_recover(post->desk, &error) < 0)
    log_fault("letters with heads of the journal cannot be looked at", error);
  while (error == NULL && g_atomic_int_get(&post->stop) == 0) {
    make_round(post);
    stamp(post);
    gint64 until = g_get_monotonic_time() + LOOK;
    g_mutex_lock(&post->lock);
    while (g_atomic_int_get(&post->stop) == 0 && g_cond_wait_until(&post->wake, &post->lock, until))
      ;
    g_mutex_unlock(&post->lock);
  }
  return NULL;
}

HeadPost *head_post_start(Desk *desk, gint64 every, const char *timestamp_url) {
  HeadPost *post = g_new0(HeadPost, 1);
  post->desk = desk;
  post->every = every;
  g_mutex_init(&post->lock);
  g_cond_init(&post->wake);
  post->timestamp_url = g_strdup(timestamp_url);
  post->thread = g_thread_new("heads", post_main, post);
  return post;
}

void head_post_stop(HeadPost *post) {
  g_mutex_lock(&post->lock);
  g_atomic_int_set(&post->stop, 1);
  g_cond_signal(&post->wake);
  g_mutex_unlock(&post->lock);
  g_thread_join(post->thread);
}

void head_post_free(HeadPost *post) {
  if (post == NULL)
    return;
  g_cond_clear(&post->wake);
  g_mutex_clear(&post->lock);
  g_free(post->timestamp_url);
  g_free(post);
}
