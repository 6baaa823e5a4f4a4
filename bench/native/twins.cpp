// The engine's operations once more, in C++: the same words, the same steps, every atomic sequentially consistent.
// What a call from JavaScript costs above this is what the language and the boundary cost.
// Prints one line an operation: its name and the median nanoseconds of many rounds.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

using word = std::atomic<int32_t>;
constexpr int32_t INLINE_LOCK = 2, SIGNALED = 8, KEEPS_OPS = 64, PARKED_FLAG = 256, PARKED_LOCK = 0x10000;
constexpr auto plain = std::memory_order_relaxed;

struct alignas(64) Fence {
  word generation, first, last, flags, refs, lock, ops, context[2], seqno[2], error, timeline, user, spare[2];
};
struct alignas(64) Header {
  word timestamps{0};
  alignas(64) word epoch{4};
};
struct alignas(64) Thread {
  word id{1}, nesting{0}, epoch{0};
};

static Header header;
static Thread thread;
static constexpr int FENCES = 1024;
static Fence fences[FENCES];
static std::atomic<Fence *> cell;
static volatile int32_t sink;

#define STEP __attribute__((noinline))
STEP void slow() { __builtin_trap(); }

STEP void lockWord(word *lock) {
  int32_t expected = 0;
  if (!lock->compare_exchange_strong(expected, thread.id.load(plain))) slow();
}
STEP void unlockWord(word *lock) {
  if (lock->exchange(0) & PARKED_LOCK) slow();
}
STEP int32_t signalFence(Fence *f) {
  if (header.timestamps.load(plain)) slow();
  if (!(f->flags.load(plain) & INLINE_LOCK)) slow();
  int32_t expected = 0, won = 0;
  if (!f->lock.compare_exchange_strong(expected, thread.id.load(plain))) slow();
  if (!(f->flags.load(plain) & SIGNALED)) {
    int32_t callbacks = f->first.load(plain);
    int32_t before = f->flags.fetch_add(SIGNALED);
    if (!(before & KEEPS_OPS)) f->ops.store(0, plain);
    if (before & PARKED_FLAG) slow();
    if (callbacks) slow();
    won = 1;
  }
  if (f->lock.exchange(0) & PARKED_LOCK) slow();
  return won;
}
STEP int32_t hasSignaled(Fence *f) { return f->flags.load() & SIGNALED ? 1 : 0; }
STEP void addRef(Fence *f) { f->refs.fetch_add(1); }
STEP void dropRef(Fence *f) {
  if (f->refs.fetch_sub(1) == 1) slow();
}
STEP int32_t hasSignaledAt(std::atomic<Fence *> *where) {
  int32_t nesting = thread.nesting.load(plain);
  thread.nesting.store(nesting + 1, plain);
  if (nesting == 0) thread.epoch.store((header.epoch.load() << 1) | 1);
  Fence *f = where->load();
  int32_t answer = f == nullptr ? -1 : (f->flags.load() & SIGNALED ? 1 : 0);
  thread.nesting.store(nesting, plain);
  if (nesting == 0) thread.epoch.store(0);
  return answer;
}

using clock_type = std::chrono::steady_clock;
static double ns(clock_type::time_point a, clock_type::time_point b) {
  return std::chrono::duration<double, std::nano>(b - a).count();
}
static void reset() {
  for (auto &f : fences) {
    f.flags.store(1 | INLINE_LOCK, plain);
    f.ops.store(1, plain);
  }
}
template <class Body> static void measure(const char *name, int rounds, int operations, Body body, bool resets) {
  std::vector<double> times;
  for (int r = 0; r < rounds; r++) {
    double total = 0;
    for (int done = 0; done < operations; done += FENCES) {
      if (resets) reset();
      auto a = clock_type::now();
      for (int i = 0; i < FENCES; i++) body(i);
      total += ns(a, clock_type::now());
    }
    times.push_back(total / operations);
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  std::printf("%s %.4f\n", name, times[times.size() / 2]);
}

int main() {
  for (auto &f : fences) f.refs.store(1, plain);
  reset();
  cell.store(&fences[0]);
  auto *volatile signalPointer = signalFence;
  auto *volatile hasPointer = hasSignaled;
  auto *volatile addPointer = addRef;
  auto *volatile dropPointer = dropRef;
  auto *volatile hasAtPointer = hasSignaledAt;
  auto *volatile lockPointer = lockWord;
  auto *volatile unlockPointer = unlockWord;
  constexpr int ROUNDS = 41, OPERATIONS = FENCES * 128;
  measure("hasSignaled", ROUNDS, OPERATIONS, [&](int) { sink = hasPointer(&fences[0]); }, false);
  measure("firstSignal", ROUNDS, OPERATIONS, [&](int i) { sink = signalPointer(&fences[i]); }, true);
  measure("repeatedSignal", ROUNDS, OPERATIONS, [&](int) { sink = signalPointer(&fences[0]); }, false);
  measure("addRefDropRef", ROUNDS, OPERATIONS, [&](int) { addPointer(&fences[0]); dropPointer(&fences[0]); }, false);
  measure("hasSignaledAt", ROUNDS, OPERATIONS, [&](int) { sink = hasAtPointer(&cell); }, false);
  measure("lockUnlock", ROUNDS, OPERATIONS, [&](int) { lockPointer(&fences[0].lock); unlockPointer(&fences[0].lock); }, false);
}
