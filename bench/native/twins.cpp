// The engine's operations once more, in C++: the same words, the same steps, every atomic sequentially consistent.
// What a call from JavaScript costs above this is what the language and the boundary cost.
//
//   twins OPERATION MS
//
// measures for so many milliseconds, and prints the median nanoseconds of one operation, then the processor time this program has used, a line each.
// It is measured as the JavaScript side is: passes of 1,024 operations, what a pass needs is put back untimed, and the
// clock's own cost is taken off.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

using word = std::atomic<int32_t>;
constexpr int32_t INLINE_LOCK = 2, SIGNALED = 8, TIMESTAMP = 16, KEEPS_OPS = 64, PARKED = 256, LOCK_PARKED = 0x10000;
// The engine's `peek` and `poke`: a plain access in the machine.
constexpr auto plain = std::memory_order_relaxed;

struct alignas(64) Fence {
  word generation, first, last, flags, refs, lock, ops, context[2], seqno[2], error, timeline, user, spare[2];
};
static_assert(sizeof(Fence) == 64, "one cache line, as in engine/layout/fence.ts");
struct alignas(64) Header {
  word timestamps{0};
  alignas(64) word epoch{4};
};
struct alignas(64) Thread {
  word generation{1}, state{1}, epoch{0}, nesting{0}, id{1}, running{0}, now[2]{};
};

static constexpr int FENCES = 1024;
static Header header;
static Thread self;
static Fence fences[FENCES];
static Fence *addresses[FENCES];
static std::atomic<Fence *> cell;
static volatile int32_t sink;

#define STEP __attribute__((noinline))
// What is never taken here, but has to be tested for.
STEP void slow() { std::abort(); }

STEP void lock(Thread *thread, word *lock) {
  int32_t expected = 0;
  if (!lock->compare_exchange_strong(expected, thread->id.load(plain))) slow();
}
STEP void unlock(Thread *, word *lock) {
  if (lock->exchange(0) & LOCK_PARKED) slow();
}
STEP int32_t signalFence(Thread *thread, Fence *f) {
  int32_t stamped = header.timestamps.load(plain);
  if (stamped) slow();
  if (!(f->flags.load(plain) & INLINE_LOCK)) slow();
  int32_t expected = 0, won = 0;
  if (!f->lock.compare_exchange_strong(expected, thread->id.load(plain))) slow();
  if (!(f->flags.load(plain) & SIGNALED)) {
    int32_t callbacks = f->first.load(plain);
    if (callbacks) thread->running.store(callbacks, plain);
    int32_t bits = SIGNALED;
    if (stamped) bits |= TIMESTAMP;
    int32_t before = f->flags.fetch_add(bits);
    if (!(before & KEEPS_OPS)) f->ops.store(0, plain);
    if (before & PARKED) slow();
    if (callbacks) slow();
    won = 1;
  }
  if (f->lock.exchange(0) & LOCK_PARKED) slow();
  return won;
}
STEP int32_t hasSignaled(Fence *f) { return f->flags.load() & SIGNALED ? 1 : 0; }
STEP void addRef(Fence *f) { f->refs.fetch_add(1); }
STEP void dropRef(Thread *, Fence *f) {
  if (f->refs.fetch_sub(1) == 1) slow();
}
STEP int32_t hasSignaledAt(Thread *thread, std::atomic<Fence *> *where) {
  int32_t nesting = thread->nesting.load(plain);
  thread->nesting.store(nesting + 1, plain);
  if (nesting == 0) thread->epoch.store((header.epoch.load() << 1) | 1);
  Fence *f = where->load();
  int32_t answer = f == nullptr ? -1 : (f->flags.load() & SIGNALED ? 1 : 0);
  thread->nesting.store(nesting, plain);
  if (nesting == 0) thread->epoch.store(0);
  return answer;
}

// Called through pointers that the compiler cannot see through, as JavaScript calls through an export.
static auto *volatile signalPointer = signalFence;
static auto *volatile hasPointer = hasSignaled;
static auto *volatile addPointer = addRef;
static auto *volatile dropPointer = dropRef;
static auto *volatile hasAtPointer = hasSignaledAt;
static auto *volatile lockPointer = lock;
static auto *volatile unlockPointer = unlock;

static double nowNs() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
static double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}
static double clockNs() {
  std::vector<double> times;
  for (int i = 0; i < 4096; i++) {
    double start = nowNs();
    times.push_back(nowNs() - start);
  }
  return median(times);
}
static void reset() {
  for (Fence *f : addresses) {
    f->flags.store(1 | INLINE_LOCK, plain);
    f->ops.store(1, plain);
  }
}
static void nothing() {}

template <class Body> static double measure(int ms, void (*prepare)(), Body body) {
  const double clock = clockNs();
  const double warmUntil = nowNs() + ms * 0.2e6, until = nowNs() + ms * 1e6;
  std::vector<double> times;
  while (nowNs() < until) {
    double total = 0;
    for (int pass = 0; pass < 8; pass++) {
      prepare();
      double start = nowNs();
      for (int i = 0; i < FENCES; i++) body(i);
      total += nowNs() - start - clock;
    }
    if (nowNs() > warmUntil) times.push_back(total / (8 * FENCES));
  }
  return median(times);
}

static double run(const char *operation, int ms) {
  auto is = [&](const char *name) { return std::strcmp(operation, name) == 0; };
  Fence *f = addresses[0];
  if (is("hasSignaled")) return measure(ms, nothing, [=](int) { sink = hasPointer(f); });
  if (is("firstSignal")) return measure(ms, reset, [](int i) { sink = signalPointer(&self, addresses[i]); });
  if (is("repeatedSignal")) return measure(ms, nothing, [=](int) { sink = signalPointer(&self, f); });
  if (is("addRefDropRef")) return measure(ms, nothing, [=](int) { addPointer(f); dropPointer(&self, f); });
  if (is("hasSignaledAt")) return measure(ms, nothing, [](int) { sink = hasAtPointer(&self, &cell); });
  if (is("lockUnlock")) return measure(ms, nothing, [=](int) {
    lockPointer(&self, &f->lock);
    unlockPointer(&self, &f->lock);
  });
  std::fprintf(stderr, "No twin of operation \"%s\"\n", operation);
  std::exit(2);
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  for (int i = 0; i < FENCES; i++) {
    addresses[i] = &fences[i];
    fences[i].refs.store(1, plain);
  }
  reset();
  cell.store(addresses[0]);
  std::printf("ns %.4f\n", run(arguments[1], std::atoi(arguments[2])));
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  auto ms = [](timeval t) { return t.tv_sec * 1e3 + t.tv_usec / 1e3; };
  std::printf("cpuMs %.3f\n", ms(used.ru_utime) + ms(used.ru_stime));
}
