/** Issuers' records: whoever has the token may use one, so each says which life it is on, and what it is. */
import { Address, IssuerRecord, Kind } from "../../../built/layout.js"
import { hex } from "./problem.js"
import type { Survey } from "./survey.js"

export function checkRecords(survey: Survey): void {
  for (const record of survey.live(Kind.IssuerRecord)) {
    const name = survey.nameOf(record)
    const token = survey.word(record + IssuerRecord.token)
    // Without one: whoever was about to give it back died. It is lost, and nobody can use it.
    if (token === 0) continue
    const own = record | (survey.generationOf(record) & Address.TagMask)
    if (token !== own)
      survey.report("tag", record + IssuerRecord.token, `${name} token`, `It is ${hex(token)}, and was ${hex(own)}`)
    survey.checkName(record + IssuerRecord.name, name)
  }
}
