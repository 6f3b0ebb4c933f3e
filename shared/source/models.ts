import type { z } from '../base/zod.ts'
import type { SCHEMAS } from '../schema/data-types.ts'

/** The data types by name. */
export type Models = { [T in keyof typeof SCHEMAS]: z.infer<(typeof SCHEMAS)[T]> }
