import { v2 } from '../api/v2.ts'
import { asyncApiDocument } from './asyncapi.ts'
import { openApiDocument } from './openapi.ts'
import { streamPictureFile } from './stream-picture.tsx'

export const document = openApiDocument(v2(false))
/** Where a deployment is nobody knows here; it tells itself at /asyncapi.json. */
export const asyncDocument = asyncApiDocument('https://fascia.example.com')
export const streamPicture = streamPictureFile()
