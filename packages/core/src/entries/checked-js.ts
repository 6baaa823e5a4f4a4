/** The checked build in JavaScript, for `Heap.create({ engine: "js", flavour: "checked" })`. In Node it is always there. */
import { instantiate } from "../../built/checked-js.js"
import { provideJavaScript } from "../host/builds.js"
import "./parts.js"

provideJavaScript("checked", instantiate)
