import { v2 } from '../api/v2.ts'
import { openApiDocument } from './openapi.ts'

export const document = openApiDocument(v2(false))
