/** IGT "syncobj_basic": what of it has a meaning without file descriptors. */
import { Syncobj } from "@outlive/core"
import { expect } from "vitest"
import { suite } from "./suite.js"
import { outcome, syncobjWorld } from "./syncobj-world.js"

const NO_PADDING = "an argument's padding: arguments here are named, and others are refused by the compiler"
const NO_DESCRIPTOR_FLAGS = "flags of a call that makes a file descriptor: tokens have none"

suite(
  {
    name: "IGT syncobj_basic",
    upstream: 12,
    fenceLocks: ["external"],
    notPorted: {
      "bad-flags-handle-to-fd": NO_DESCRIPTOR_FLAGS,
      "bad-flags-fd-to-handle": NO_DESCRIPTOR_FLAGS,
      "bad-pad-handle-to-fd": NO_PADDING,
      "bad-pad-fd-to-handle": NO_PADDING,
      "bad-destroy-pad": NO_PADDING,
    },
  },
  {
    "bad-destroy"({ ...configuration }) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.destroy(0xdeadbeef))).toBe("EINVAL")
      end()
    },
    "bad-create-flags"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      const handle = table.create()
      // Creation takes no bits that could be wrong; the one call that does refuses those it does not know.
      expect(outcome(() => table.waitSync([handle], { flags: 0xdeadbeef }))).toBe("EINVAL")
      end()
    },
    "bad-handle-to-fd"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.get(0xdeadbeef).share())).toBe("ENOENT")
      end()
    },
    "bad-fd-to-handle"(configuration) {
      const { table, thread, end } = syncobjWorld(configuration)
      const token = table.get(table.create()).share()
      expect(outcome(() => Syncobj.open(thread, { ...token, generation: token.generation + 2 }))).toBe("STALE")
      end()
    },
    "illegal-fd-to-handle"(configuration) {
      const { thread, soft, end } = syncobjWorld(configuration)
      // @ts-expect-error: the token of a timeline
      expect(() => Syncobj.open(thread, soft().share())).toThrow(TypeError)
      end()
    },
    "create-signaled"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(table.waitSync([table.create({ signaled: true })], { timeoutMs: 0 })).toBe(0)
      end()
    },
    "test-valid-cycle"(configuration) {
      const { table, thread, end } = syncobjWorld(configuration)
      const first = table.create()
      const second = table.adopt(Syncobj.open(thread, table.get(first).share()))
      expect(second).not.toBe(first)
      table.destroy(first)
      expect(outcome(() => table.waitSync([second], { timeoutMs: 0 }))).toBe("EINVAL")
      table.destroy(second)
      end()
    },
  },
)
