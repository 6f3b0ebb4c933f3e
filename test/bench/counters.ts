import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'

/** What was used since the start, all objects and invocations together: locally they share one isolate. */
export const counts: Record<string, number> = {}
const add = (what: string, amount = 1) => {
  counts[what] = (counts[what] ?? 0) + amount
}

// biome-ignore lint/suspicious/noExplicitAny: any method of the platform's, passed on as it was called.
type Method = (this: unknown, ...args: any[]) => unknown
const patched = new WeakMap<object, Set<string>>()

/** Puts `around` where the method is defined, once. */
function patch(thing: object, name: string, around: (original: Method) => Method): void {
  let owner: object | null = thing
  while (owner && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner)
  if (!owner) return
  const done = patched.get(owner) ?? new Set()
  patched.set(owner, done)
  if (done.has(name)) return
  done.add(name)
  const original = (owner as Record<string, Method>)[name]!
  Object.defineProperty(owner, name, { value: around(original), configurable: true, writable: true })
}
const counting = (what: string) => (original: Method) =>
  function (this: unknown, ...args: unknown[]) {
    add(what)
    return original.apply(this, args)
  }

let bound = false
export function countBindings(env: object): void {
  if (bound) return
  bound = true
  const { PAYLOADS, RAW, DB } = env as { PAYLOADS: object; RAW: object; DB: D1Database }
  patch(PAYLOADS, 'send', counting('queueSends'))
  patch(
    PAYLOADS,
    'sendBatch',
    (original) =>
      function (this: unknown, ...args: unknown[]) {
        add('queueSends', [...(args[0] as Iterable<unknown>)].length)
        return original.apply(this, args)
      },
  )
  // List, put and delete are class A (delete is free), get and head class B.
  for (const name of ['put', 'list', 'createMultipartUpload']) patch(RAW, name, counting('r2ClassA'))
  for (const name of ['get', 'head']) patch(RAW, name, counting('r2ClassB'))
  countDatabase(DB)
  for (const [name, binding] of Object.entries(env))
    for (const get of ['get', 'getByName'])
      if (typeof binding === 'object' && binding !== null && 'idFromName' in binding)
        patch(binding, get, (original) => countingStubs(name, original))
  countJson()
  countCrypto()
}

/** Stubs whose calls are counted, with the time until they were answered. */
const countingStubs = (_name: string, get: Method): Method =>
  function (this: unknown, ...args: unknown[]) {
    const stub = get.apply(this, args) as Record<string, Method>
    return new Proxy(stub, {
      get(target, name) {
        const member = Reflect.get(target, name)
        if (typeof name !== 'string' || typeof member !== 'function') return member
        return (...inner: unknown[]) => {
          add('objectCalls')
          add(`call.${name}`)
          const begin = performance.now()
          const answer = Reflect.apply(target[name]!, target, inner) as Promise<unknown>
          const ended = () => add('objectMs', performance.now() - begin)
          answer.then(ended, ended)
          return answer
        }
      },
    })
  }

function countDatabase(db: D1Database): void {
  patch(
    db,
    'prepare',
    (original) =>
      function (this: unknown, ...args: unknown[]) {
        add(/^\s*(select|with)/i.test(args[0] as string) ? 'd1Reads' : 'd1Writes')
        return original.apply(this, args)
      },
  )
}

function countJson(): void {
  const { parse, stringify } = JSON
  JSON.parse = (text: string, ...rest: []) => {
    add('jsonParsed')
    add('jsonParsedBytes', text.length)
    return parse(text, ...rest)
  }
  JSON.stringify = ((...args: Parameters<typeof stringify>) => {
    const text = stringify(...args)
    add('jsonStringified')
    add('jsonStringifiedBytes', text?.length ?? 0)
    return text
  }) as typeof stringify
}

/** Counted where each ends: what stands between is one more of the same. */
function countCrypto(): void {
  const [key, nonce] = [new Uint8Array(32), new Uint8Array(12)]
  for (const hash of [createHash('sha256'), createHmac('sha256', key)]) patch(hash, 'digest', counting('hashes'))
  patch(createCipheriv('aes-256-gcm', key, nonce), 'final', counting('sealed'))
  patch(createDecipheriv('aes-256-gcm', key, nonce), 'final', counting('opened'))
}

type ObjectClass = new (ctx: DurableObjectState, env: never) => object

/** The class, with its rows and alarms counted as the platform counts them. */
export function countClass<T extends ObjectClass>(product: T): T {
  const Counted = class extends (product as ObjectClass) {
    constructor(ctx: DurableObjectState, env: never) {
      countStorage(ctx.storage)
      countBindings(env)
      super(ctx, env)
      add('objectStarts')
    }
  }
  for (const [name, what] of [
    ['alarm', 'alarmsFired'],
    ['webSocketMessage', 'socketMessages'],
  ] as const) {
    const original = (product.prototype as Record<string, Method | undefined>)[name]
    if (original) Object.defineProperty(Counted.prototype, name, { value: counting(what)(original) })
  }
  return Counted as unknown as T
}

function countStorage(storage: DurableObjectStorage): void {
  const before = new WeakMap<object, SqlStorageCursor<Record<string, SqlStorageValue>>>()
  patch(
    storage.sql,
    'exec',
    (original) =>
      function (this: unknown, ...args: unknown[]) {
        const cursor = original.apply(this, args) as SqlStorageCursor<Record<string, SqlStorageValue>>
        add('rowsWritten', cursor.rowsWritten)
        if (cursor.rowsWritten > 0) add(`rows.${tableOf(args[0] as string)}`, cursor.rowsWritten)
        // A query's rows are known when it has been read: at the object's next statement.
        const last = before.get(this as object)
        if (last) add('rowsRead', last.rowsRead)
        before.set(this as object, cursor)
        return cursor
      },
  )
  patch(storage, 'setAlarm', counting('alarmsSet'))
  for (const name of ['put', 'delete']) patch(storage, name, counting('rowsWritten'))
}

const tableOf = (sql: string) =>
  /(?:insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from|create\s+(?:table|index)(?:\s+if\s+not\s+exists)?|drop\s+table)\s+(\w+)/i
    .exec(sql)?.[1]
    ?.replace(/_\d+$/, '') ?? 'other'
