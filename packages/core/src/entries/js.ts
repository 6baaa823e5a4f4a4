/** The release build in JavaScript, for `Heap.create({ engine: "js" })`. In Node it is always there. */
import { instantiate } from "../../built/release-js.js"
import { provideJavaScript } from "../host/builds.js"
import "./parts.js"

provideJavaScript("release", instantiate)
