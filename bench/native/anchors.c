// What others have made natively: a lock taken and given back, or a read section with one pointer and one flag read in it; one thread, nobody in the way.
//
//   anchors                 prints which there are, a line each
//   anchors NAME MS         measures for so many milliseconds, and prints the median nanoseconds of one, then the processor time used
//
// Built with what is installed: WITH_CK (Concurrency Kit), WITH_URCU (liburcu). Measured as the twins are: passes of 1,024, eight to a sample.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#ifdef WITH_CK
#include <ck_epoch.h>
#include <ck_spinlock.h>
#endif
#ifdef WITH_URCU
#include <urcu/urcu-bp.h>
#include <urcu/urcu-mb.h>
#include <urcu/urcu-memb.h>
#include <urcu/urcu-qsbr.h>
#endif

enum { PASS = 1024, PASSES = 8, MOST_SAMPLES = 1 << 16 };
struct record { _Atomic int32_t flags; };
static struct record one = {8};
static struct record *_Atomic cell = &one;
static volatile int32_t sink;

static double now_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e9 + at.tv_nsec;
}
static inline void look(void) {
  struct record *seen = atomic_load(&cell);
  sink = atomic_load(&seen->flags) & 8;
}

#define ANCHOR(name, ...)           \
  static void name(void) {          \
    for (int i = 0; i < PASS; i++) { __VA_ARGS__ } \
  }

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_spinlock_t spin;
ANCHOR(pthread_mutex, pthread_mutex_lock(&mutex); pthread_mutex_unlock(&mutex);)
ANCHOR(pthread_spin, pthread_spin_lock(&spin); pthread_spin_unlock(&spin);)
#ifdef WITH_CK
static ck_spinlock_fas_t fas = CK_SPINLOCK_FAS_INITIALIZER;
static ck_spinlock_ticket_t ticket = CK_SPINLOCK_TICKET_INITIALIZER;
static ck_spinlock_mcs_t mcs = CK_SPINLOCK_MCS_INITIALIZER;
static ck_epoch_t epoch;
static ck_epoch_record_t reader;
ANCHOR(ck_fas, ck_spinlock_fas_lock(&fas); ck_spinlock_fas_unlock(&fas);)
ANCHOR(ck_ticket, ck_spinlock_ticket_lock(&ticket); ck_spinlock_ticket_unlock(&ticket);)
ANCHOR(ck_mcs, ck_spinlock_mcs_context_t node; ck_spinlock_mcs_lock(&mcs, &node); ck_spinlock_mcs_unlock(&mcs, &node);)
ANCHOR(ck_epochs, ck_epoch_begin(&reader, NULL); look(); ck_epoch_end(&reader, NULL);)
#endif
#ifdef WITH_URCU
ANCHOR(urcu_memb, urcu_memb_read_lock(); look(); urcu_memb_read_unlock();)
ANCHOR(urcu_mb, urcu_mb_read_lock(); look(); urcu_mb_read_unlock();)
ANCHOR(urcu_bp, urcu_bp_read_lock(); look(); urcu_bp_read_unlock();)
ANCHOR(urcu_qsbr, urcu_qsbr_read_lock(); look(); urcu_qsbr_read_unlock(); urcu_qsbr_quiescent_state();)
#endif
ANCHOR(nothing, look();)

static const struct { const char *name; void (*pass)(void); } anchors[] = {
    {"pthread mutex", pthread_mutex}, {"pthread spin lock", pthread_spin}, {"no section", nothing},
#ifdef WITH_CK
    {"ck fas", ck_fas}, {"ck ticket", ck_ticket}, {"ck mcs", ck_mcs}, {"ck epoch", ck_epochs},
#endif
#ifdef WITH_URCU
    {"liburcu memb", urcu_memb}, {"liburcu mb", urcu_mb}, {"liburcu bp", urcu_bp}, {"liburcu qsbr", urcu_qsbr},
#endif
};
enum { COUNT = sizeof anchors / sizeof *anchors };

static int ascending(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

static double measured(void (*pass)(void), int ms) {
  static double samples[MOST_SAMPLES];
  int count = 0;
  double start = now_ns(), warm = start + ms * 0.2e6, end = start + ms * 1e6;
  for (double before = start; before < end && count < MOST_SAMPLES;) {
    for (int i = 0; i < PASSES; i++) pass();
    double after = now_ns();
    if (after > warm) samples[count++] = (after - before) / (PASSES * PASS);
    before = after;
  }
  qsort(samples, count, sizeof *samples, ascending);
  return samples[count / 2];
}

int main(int count, char **arguments) {
  if (count < 3) {
    for (int i = 0; i < COUNT; i++) puts(anchors[i].name);
    return 0;
  }
  pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
#ifdef WITH_CK
  ck_epoch_init(&epoch);
  ck_epoch_register(&epoch, &reader, NULL);
#endif
#ifdef WITH_URCU
  urcu_memb_register_thread();
  urcu_mb_register_thread();
  urcu_qsbr_register_thread();
#endif
  for (int i = 0; i < COUNT; i++) {
    if (strcmp(anchors[i].name, arguments[1]) != 0) continue;
    printf("ns %.4f\n", measured(anchors[i].pass, atoi(arguments[2])));
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("cpuMs %.3f\n", (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3);
    return 0;
  }
  fprintf(stderr, "No anchor \"%s\"\n", arguments[1]);
  return 2;
}
