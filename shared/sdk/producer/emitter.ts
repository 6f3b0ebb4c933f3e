import type { Clock } from './clock.ts'

/** Listeners of an app. One that throws must not stop the stream: its error comes up by itself, as an uncaught one. */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<(value: never) => void>>()
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  on<K extends keyof Events>(name: K, listener: (value: Events[K]) => void): () => void {
    const all = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, all)
    all.add(listener)
    return () => void all.delete(listener)
  }

  emit<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])])
      try {
        listener(value as never)
      } catch (error) {
        this.clock.after(0, () => {
          throw error
        })
      }
  }
}
