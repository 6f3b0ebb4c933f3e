export interface SchemaRow {
  path: string
  holds: string
  required: boolean
  meaning: string
}
type Node = Record<string, unknown>
const MOST_ROWS = 200
const DEEPEST = 6

/** A JSON Schema as rows of a table: each field that it names, by its path. What is said of fields in other ways is in the document. */
export function schemaRows(schema: Node): SchemaRow[] {
  const rows: SchemaRow[] = []
  const walk = (node: Node, path: string, depth: number) => {
    const properties = (node.properties ?? {}) as Record<string, Node>
    const required = new Set((node.required as string[] | undefined) ?? [])
    for (const [name, raw] of Object.entries(properties)) {
      if (rows.length >= MOST_ROWS) return
      const found = followed(schema, raw)
      const here = path === '' ? name : `${path}.${name}`
      rows.push({ path: here, holds: holdsOf(found), required: required.has(name), meaning: text(found.description) })
      if (depth >= DEEPEST) continue
      walk(found, here, depth + 1)
      if (typeof found.items === 'object' && found.items !== null)
        walk(followed(schema, found.items as Node), `${here}[]`, depth + 1)
    }
  }
  walk(followed(schema, schema), '', 0)
  return rows
}

/** A reference into the schema's own definitions; one that leads nowhere is nothing. */
function followed(schema: Node, node: Node): Node {
  if (typeof node !== 'object' || node === null) return {}
  const name = /^#\/\$defs\/([\w-]+)$/.exec(text(node.$ref))?.[1]
  const target = name === undefined ? undefined : (schema.$defs as Record<string, Node> | undefined)?.[name]
  return target ? { ...target, ...node, $ref: undefined } : node
}

function holdsOf(node: Node): string {
  const options = node.enum as unknown[] | undefined
  if (options) return `one of ${options.map((one) => JSON.stringify(one)).join(', ')}`
  if ('const' in node) return JSON.stringify(node.const)
  const type = Array.isArray(node.type) ? node.type.join(' or ') : text(node.type)
  const bounds = [
    node.minimum !== undefined && `from ${node.minimum}`,
    node.exclusiveMinimum !== undefined && `above ${node.exclusiveMinimum}`,
    node.maximum !== undefined && `to ${node.maximum}`,
    node.exclusiveMaximum !== undefined && `below ${node.exclusiveMaximum}`,
    node.format !== undefined && `as ${node.format}`,
    node.pattern !== undefined && `like ${node.pattern}`,
    node.maxLength !== undefined && `${node.maxLength} characters at most`,
  ].filter(Boolean)
  return [type || 'anything', ...bounds].join(' ')
}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
