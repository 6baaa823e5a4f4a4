// Threads in each other's way, natively: a lock of others, or one of the engine's in C, as `bench locks` measures it from JavaScript.
//
//   contended                                              prints which locks there are, a line each
//   contended NAME THREADS SECTION OUTSIDE APART MS SEED   measures, and prints what each thread saw, as JSON; "none" lets all in, and is found
//
// SECTION and OUTSIDE: rounds of work under the lock and between. One acquisition in APART is timed, at random distances. Exits with 1 when an
// addition was lost. Built with WITH_CK if Concurrency Kit is installed.
#define _GNU_SOURCE
#include "locks.h"
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#ifdef WITH_CK
#include <ck_spinlock.h>
#endif

enum { LOCK = CELLS, COUNT = CELLS + APART, LAST = CELLS + 2 * APART, MOST_SAMPLES = 1 << 17, MOST_WARM_UP_NS = 100000000 };

// Those of others lie alone, too.
static _Alignas(APART) union {
  pthread_mutex_t mutex;
  pthread_spinlock_t spin;
#ifdef WITH_CK
  ck_spinlock_fas_t fas;
  ck_spinlock_ticket_t ticket;
  ck_spinlock_mcs_t mcs;
#endif
  unsigned char apart[APART];
} other;

typedef void step(u32 thread, u32 lock);
#define STEP(name, ...) \
  static void name(u32 thread, u32 lock) { (void)thread, (void)lock; __VA_ARGS__; }
// No lock: who is in has looked at the count when it came, and writes it when it goes, with others in between.
static _Thread_local u32 found;
STEP(let_in, found = peek(COUNT))
STEP(let_out, sched_yield(); poke(COUNT, found + 1))
STEP(mutex_lock, pthread_mutex_lock(&other.mutex))
STEP(mutex_unlock, pthread_mutex_unlock(&other.mutex))
STEP(spin_lock, pthread_spin_lock(&other.spin))
STEP(spin_unlock, pthread_spin_unlock(&other.spin))
#ifdef WITH_CK
static _Thread_local _Alignas(APART) ck_spinlock_mcs_context_t node;
STEP(fas_lock, ck_spinlock_fas_lock(&other.fas))
STEP(fas_unlock, ck_spinlock_fas_unlock(&other.fas))
STEP(ck_ticket_lock, ck_spinlock_ticket_lock(&other.ticket))
STEP(ck_ticket_unlock, ck_spinlock_ticket_unlock(&other.ticket))
STEP(ck_mcs_lock, ck_spinlock_mcs_lock(&other.mcs, &node))
STEP(ck_mcs_unlock, ck_spinlock_mcs_unlock(&other.mcs, &node))
#endif

static const struct { const char *name; step *acquire, *release; } locks[] = {
    {"spin-or-sleep", owner_acquire, owner_release},
    {"three-state-futex", owner_acquire, owner_release},
    {"tas", tas_acquire, owner_release},
    {"ttas", ttas_acquire, owner_release},
    {"ticket", ticket_acquire, ticket_release},
    {"mcs", mcs_acquire, mcs_release},
    {"pthread mutex", mutex_lock, mutex_unlock},
    {"pthread spin lock", spin_lock, spin_unlock},
#ifdef WITH_CK
    {"ck fas", fas_lock, fas_unlock},
    {"ck ticket", ck_ticket_lock, ck_ticket_unlock},
    {"ck mcs", ck_mcs_lock, ck_mcs_unlock},
#endif
    {"none", let_in, let_out},
};
enum { KINDS = sizeof locks / sizeof *locks };
// Called through pointers that the compiler cannot see through, as JavaScript calls through an export.
static step *volatile acquire, *volatile release;

static u32 threads, section, outside, apart;
static double span_ns;
static _Alignas(APART) word crossed;
static _Alignas(APART) word is_over;

static struct contender {
  _Alignas(APART) pthread_t posix;
  u32 index, most_in_a_row, seed;
  uint64_t warmed_up, operations, timed;
  double start, end, longest_gap, cpu_start, cpu_end, preempted_start, preempted_end;
  u32 *samples;
} contenders[MOST_THREADS];

static double now_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e9 + at.tv_nsec;
}
static void used(double *cpu_ms, double *preempted) {
  struct rusage all;
  getrusage(RUSAGE_SELF, &all);
  *cpu_ms = (all.ru_utime.tv_sec + all.ru_stime.tv_sec) * 1e3 + (all.ru_utime.tv_usec + all.ru_stime.tv_usec) / 1e3;
  *preempted = all.ru_nivcsw;
}
static u32 chance(u32 *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 17;
  return *seed ^= *seed << 5;
}
// Nobody sleeps: who has to be woken starts too late.
static void cross(u32 line) {
  atomic_fetch_add(&crossed, 1);
  while (atomic_load(&crossed) < line * threads) relax();
}

static _Thread_local volatile u32 sink = 1;
static void work(u32 rounds) {
  u32 x = sink;
  for (u32 i = 0; i < rounds; i++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
  }
  sink = x;
}
static void inside(u32 me, u32 *in_a_row, u32 *most) {
  poke(COUNT, peek(COUNT) + 1);
  if (peek(LAST) == me) ++*in_a_row;
  else {
    *in_a_row = 1;
    poke(LAST, me);
  }
  if (*in_a_row > *most) *most = *in_a_row;
  work(section);
}
static double turn(u32 thread, u32 me, u32 *in_a_row, u32 *most, bool is_timed) {
  const double start = is_timed ? now_ns() : 0;
  acquire(thread, LOCK);
  const double waited = is_timed ? now_ns() - start : 0;
  inside(me, in_a_row, most);
  release(thread, LOCK);
  work(outside);
  return waited;
}
// A sample of all waits, however many there are.
static void note(struct contender *me, double waited) {
  const u32 at = me->timed < MOST_SAMPLES ? me->timed : chance(&me->seed) % (me->timed + 1);
  me->timed++;
  if (at < MOST_SAMPLES) me->samples[at] = waited < 1 ? 1 : waited;
}

static void *contend(void *argument) {
  struct contender *me = argument;
  const u32 thread = THREADS + me->index * RECORD, warm_up = 500 + 2000000 / (100 + section + outside);
  u32 in_a_row = 0;
  cross(1);
  for (const double until = now_ns() + MOST_WARM_UP_NS; me->warmed_up < warm_up; me->warmed_up++) {
    if (me->warmed_up % 16 == 0 && now_ns() > until) break;
    turn(thread, me->index + 1, &in_a_row, &me->most_in_a_row, false);
  }
  me->most_in_a_row = 0;
  cross(2);
  used(&me->cpu_start, &me->preempted_start);
  me->start = me->end = now_ns();
  const double until = me->start + span_ns;
  // The first whose time is up ends it for all: none works on alone.
  while (!atomic_load(&is_over)) {
    const u32 batch = 1 + chance(&me->seed) % (2 * apart - 1);
    note(me, turn(thread, me->index + 1, &in_a_row, &me->most_in_a_row, true));
    for (u32 i = 1; i < batch; i++) turn(thread, me->index + 1, &in_a_row, &me->most_in_a_row, false);
    const double last = me->end;
    me->end = now_ns();
    me->operations += batch;
    if (me->end - last > me->longest_gap) me->longest_gap = me->end - last;
    if (me->end >= until) atomic_store(&is_over, 1);
  }
  used(&me->cpu_end, &me->preempted_end);
  return NULL;
}

static int ascending(const void *one, const void *two) {
  const u32 a = *(const u32 *)one, b = *(const u32 *)two;
  return (a > b) - (a < b);
}
static void told(struct contender *me) {
  const u32 count = me->timed < MOST_SAMPLES ? me->timed : MOST_SAMPLES;
  qsort(me->samples, count, sizeof *me->samples, ascending);
  const double per_mille[] = {500, 990, 999, 1000};
  const char *names[] = {"p50", "p99", "p999", "max"};
  printf("%s\n{\"operations\":%llu,\"startMs\":%.6f,\"endMs\":%.6f,\"longestGapNs\":%.0f,\"mostInARow\":%u", me->index == 0 ? "{\"threads\":[" : ",",
         (unsigned long long)me->operations, me->start / 1e6, me->end / 1e6, me->longest_gap, me->most_in_a_row);
  printf(",\"cpuStartMs\":%.3f,\"cpuEndMs\":%.3f,\"preempted\":[%.0f,%.0f]", me->cpu_start, me->cpu_end, me->preempted_start, me->preempted_end);
  // One that came when the others were done has none.
  for (int i = 0; i < 4; i++)
    printf(",\"%s\":%u", names[i], count == 0 ? 0 : me->samples[(u32)((count - 1) * per_mille[i] / 1000)]);
  printf(",\"timed\":%llu}", (unsigned long long)me->timed);
}

int main(int count, char **arguments) {
  if (count < 8) {
    for (int i = 0; i < KINDS; i++) puts(locks[i].name);
    return 0;
  }
  int kind = 0;
  while (kind < KINDS && strcmp(locks[kind].name, arguments[1]) != 0) kind++;
  threads = atoi(arguments[2]), section = atoi(arguments[3]), outside = atoi(arguments[4]), apart = atoi(arguments[5]);
  if (kind == KINDS || threads < 1 || threads > MOST_THREADS || apart < 1) {
    fprintf(stderr, "There is no lock \"%s\", or no %u threads with it\n", arguments[1], threads);
    return 2;
  }
  span_ns = atoi(arguments[6]) * 1e6;
  acquire = locks[kind].acquire, release = locks[kind].release;
  if (strcmp(locks[kind].name, "pthread mutex") == 0) pthread_mutex_init(&other.mutex, NULL);
  if (strcmp(locks[kind].name, "pthread spin lock") == 0) pthread_spin_init(&other.spin, PTHREAD_PROCESS_PRIVATE);
#ifdef WITH_CK
  if (strcmp(locks[kind].name, "ck fas") == 0) ck_spinlock_fas_init(&other.fas);
  if (strcmp(locks[kind].name, "ck ticket") == 0) ck_spinlock_ticket_init(&other.ticket);
  if (strcmp(locks[kind].name, "ck mcs") == 0) ck_spinlock_mcs_init(&other.mcs);
#endif
  poke(ROUNDS, SPINS);
  poke(LOCK_KIND, strcmp(locks[kind].name, "three-state-futex") == 0 ? MUTEX : SPIN);
  for (u32 i = 0; i < threads; i++) {
    const u32 record = THREADS + i * RECORD, token = MARK | 1 << 18 | (i + 1);
    poke(record + ID, token);
    poke(record + STATE, token);
    contenders[i].index = i;
    contenders[i].seed = 2654435769u * (i + 1) ^ atoi(arguments[7]);
    contenders[i].samples = calloc(MOST_SAMPLES, sizeof(u32));
    if (contenders[i].samples == NULL || pthread_create(&contenders[i].posix, NULL, contend, &contenders[i]) != 0) {
      fprintf(stderr, "Cannot start thread %u\n", i);
      return 2;
    }
  }
  uint64_t turns = 0;
  for (u32 i = 0; i < threads; i++) {
    pthread_join(contenders[i].posix, NULL);
    turns += contenders[i].warmed_up + contenders[i].operations;
  }
  if ((u32)turns != peek(COUNT)) {
    fprintf(stderr, "Of %llu additions under %s %d were lost\n", (unsigned long long)turns, locks[kind].name, (int)((u32)turns - peek(COUNT)));
    return 1;
  }
  for (u32 i = 0; i < threads; i++) told(&contenders[i]);
  double cpu_ms, preempted;
  used(&cpu_ms, &preempted);
  printf("],\n\"cpuMs\":%.3f}\n", cpu_ms);
  return 0;
}
