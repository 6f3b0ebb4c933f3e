import { OpenAPIHono } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import { ACTIVITY_TYPE, STRESS_LEVEL } from '../../shared/schema/enums.ts'
import { WebhookEvent } from '../../shared/schema/event.ts'

type Component = { enum?: unknown[]; properties?: Record<string, object> }

test('the OpenAPI document names every type once, with all its codes', () => {
  const api = new OpenAPIHono()
  api.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'event',
    request: { body: { content: { 'application/json': { schema: WebhookEvent } } } },
    responses: { 200: { description: '' } },
  })
  const document = api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } })
  const types = document.components!.schemas as Record<string, Component>
  expect(types.ActivityType!.enum).toEqual(Object.values(ACTIVITY_TYPE))
  expect(types.StressLevel!.enum).toEqual(Object.values(STRESS_LEVEL))
  for (const [name, type] of Object.entries(types))
    for (const [field, schema] of Object.entries(type.properties ?? {}))
      expect(JSON.stringify(schema), `${name}.${field}`).not.toContain('"properties"')
  expect(types.ActivityLevelSample!.properties!.level).toMatchObject({
    allOf: [{ $ref: '#/components/schemas/ActivityLevel' }, { description: expect.stringContaining('Deprecated') }],
  })
  expect(types.BloodPressureSample!.properties!.systolic_bp).toMatchObject({ description: 'mmHg' })
})
