import { UPLOAD } from '../base/supply-limits.ts'

/** How a file is cut; parts count from 1. */
export const partCount = (bytes: number): number => Math.ceil(bytes / UPLOAD.partBytes)
/** How long a part is; 0: there is no such part. */
export const partLength = (bytes: number, part: number): number =>
  part < 1 ? 0 : Math.max(0, Math.min(UPLOAD.partBytes, bytes - (part - 1) * UPLOAD.partBytes))
