/** The one door to zod: schemas made with a bare `zod` import would lack `.openapi`. */
export { z } from '@hono/zod-openapi'
