/**
 * A nullable use of a named schema is written as `allOf: [it, null or its type]`, which nothing but the type itself meets, and
 * which generators make odd types of. → the same document with `anyOf: [it, null]`, and a described reference as 3.1 has it.
 */
export function plainRefs<T>(node: T): T {
  if (Array.isArray(node)) return node.map(plainRefs) as T
  if (typeof node !== 'object' || node === null) return node
  const plain = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, plainRefs(value)]))
  return (reference(plain) ?? plain) as T
}

function reference({ allOf, ...rest }: Record<string, unknown>): object | undefined {
  if (!Array.isArray(allOf) || allOf.length !== 2 || !('$ref' in allOf[0])) return undefined
  const [to, { type, description, ...more }] = allOf as [object, { type?: unknown; description?: string }]
  if (Object.keys(more).length > 0) return undefined
  const said = description === undefined ? rest : { ...rest, description }
  if (Array.isArray(type) && type.includes('null')) return { anyOf: [to, { type: 'null' }], ...said }
  return type === undefined ? { ...to, ...said } : undefined
}
