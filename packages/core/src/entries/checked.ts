/** The checked build in WebAssembly, for `Heap.create({ flavour: "checked" })`. In Node it is always there. */
import { frequent, text } from "../../built/checked-packed.js"
import { provideWebAssembly } from "../host/builds.js"
import "./parts.js"

provideWebAssembly("checked", { frequent, text })
