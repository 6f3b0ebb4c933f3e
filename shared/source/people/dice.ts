/** Numbers that look like chance, and are the same whenever the same is asked: no clock, no state of the machine. */

/** FNV-1a, and a finish that lets each bit count. */
export function hash32(text: string): number {
  let h = 2166136261
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  return finish(h)
}
function finish(n: number): number {
  let h = Math.imul(n ^ (n >>> 16), 2246822507)
  h = Math.imul(h ^ (h >>> 13), 3266489909)
  return (h ^ (h >>> 16)) >>> 0
}
/** In [-1, 1), for one place of a series: it does not matter what else was asked. */
export const noise = (seed: number, place: number): number =>
  finish(seed ^ Math.imul(Math.floor(place), 2654435761)) / 2 ** 31 - 1

/** Mulberry32: a row of throws that belongs to its seed. */
export class Dice {
  private state: number
  constructor(seed: string) {
    this.state = hash32(seed)
  }
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  between(least: number, most: number): number {
    return least + this.next() * (most - least)
  }
  /** Both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }
  chance(share: number): boolean {
    return this.next() < share
  }
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]!
  }
  /** About normal, never further than three deviations. */
  around(mean: number, deviation: number): number {
    return mean + deviation * (this.next() + this.next() + this.next() - 1.5) * 2
  }
}

export const round = (value: number, digits = 0): number => {
  const factor = 10 ** digits
  return Math.round(value * factor) / factor
}
export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
