/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glib_locks.c - GLib's locks by those of the C library, in builds with the thread sanitizer alone
 *
 * GLib takes its locks by system calls of its own, in code that the sanitizer does not see: every lock looks
 * like none, and every use of what it guards like a race. These functions stand in their place (a program's
 * own come before a library's) and use what the sanitizer knows. A zeroed GMutex or GCond is ready for use,
 * so what is behind its pointer is made at the first.
 */
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define MICROSECONDS 1000000

static gpointer place(gpointer *slot, gsize size, void (*begin)(gpointer), void (*end)(gpointer)) {
  gpointer found = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
  if (found != NULL)
    return found;
  gpointer made = calloc(1, size);
  begin(made);
  if (__atomic_compare_exchange_n(slot, &found, made, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return made;
  end(made);
  free(made);
  return found;
}

static void clear(gpointer *slot, void (*end)(gpointer)) {
  if (*slot == NULL)
    return;
  end(*slot);
  free(*slot);
  *slot = NULL;
}

/* ---- mutexes ------------------------------------------------------------------------------------- */

static void mutex_begin(gpointer mutex) {
  pthread_mutex_init(mutex, NULL);
}

static void mutex_end(gpointer mutex) {
  pthread_mutex_destroy(mutex);
}

static pthread_mutex_t *mutex_of(GMutex *mutex) {
  return place(&mutex->p, sizeof(pthread_mutex_t), mutex_begin, mutex_end);
}

void g_mutex_init(GMutex *mutex) {
  mutex->p = NULL;
}

void g_mutex_clear(GMutex *mutex) {
  clear(&mutex->p, mutex_end);
}

void g_mutex_lock(GMutex *mutex) {
  pthread_mutex_lock(mutex_of(mutex));
}

void g_mutex_unlock(GMutex *mutex) {
  pthread_mutex_unlock(mutex_of(mutex));
}

/* ---- conditions ---------------------------------------------------------------------------------- */

/* g_cond_wait_until is given moments of the monotonic clock. */
static void condition_begin(gpointer condition) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(condition, &attributes);
  pthread_condattr_destroy(&attributes);
}

static void condition_end(gpointer condition) {
  pthread_cond_destroy(condition);
}

static pthread_cond_t *condition_of(GCond *condition) {
  return place(&condition->p, sizeof(pthread_cond_t), condition_begin, condition_end);
}

void g_cond_init(GCond *condition) {
  condition->p = NULL;
}

void g_cond_clear(GCond *condition) {
  clear(&condition->p, condition_end);
}

void g_cond_signal(GCond *condition) {
  pthread_cond_signal(condition_of(condition));
}

void g_cond_broadcast(GCond *condition) {
  pthread_cond_broadcast(condition_of(condition));
}

void g_cond_wait(GCond *condition, GMutex *mutex) {
  pthread_cond_wait(condition_of(condition), mutex_of(mutex));
}

gboolean g_cond_wait_until(GCond *condition, GMutex *mutex, gint64 end) {
  struct timespec until = {.tv_sec = end / MICROSECONDS, .tv_nsec = end % MICROSECONDS * 1000};
  return pthread_cond_timedwait(condition_of(condition), mutex_of(mutex), &until) != ETIMEDOUT;
}

/* ---- many readers, one writer -------------------------------------------------------------------- */

static void shared_begin(gpointer lock) {
  pthread_rwlock_init(lock, NULL);
}

static void shared_end(gpointer lock) {
  pthread_rwlock_destroy(lock);
}

static pthread_rwlock_t *shared_of(GRWLock *lock) {
  return place(&lock->p, sizeof(pthread_rwlock_t), shared_begin, shared_end);
}

void g_rw_lock_init(GRWLock *lock) {
  lock->p = NULL;
}

void g_rw_lock_clear(GRWLock *lock) {
  clear(&lock->p, shared_end);
}

void g_rw_lock_reader_lock(GRWLock *lock) {
  pthread_rwlock_rdlock(shared_of(lock));
}

void g_rw_lock_reader_unlock(GRWLock *lock) {
  pthread_rwlock_unlock(shared_of(lock));
}

void g_rw_lock_writer_lock(GRWLock *lock) {
  pthread_rwlock_wrlock(shared_of(lock));
}

void g_rw_lock_writer_unlock(GRWLock *lock) {
  pthread_rwlock_unlock(shared_of(lock));
}
