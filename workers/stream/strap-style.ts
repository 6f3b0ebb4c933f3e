/** What the strap page adds to the look of the dashboard. */
export const strapStyle = `
[hidden] { display: none !important; }
.hidden { position: absolute; left: -999rem; }
.strap { max-width: 70rem; }
.strap .head { margin: .75rem 0 .25rem; }
.lead { margin: 0 0 1.25rem; max-width: 44rem; }
.strap .badge { margin: 0; padding: .2rem .8rem; }
.badge.plain { background: var(--raised); color: var(--soft); }
.badge.good::before { content: ''; display: inline-block; width: .55rem; height: .55rem; margin-right: .45rem; border-radius: 50%; background: currentColor; }
.room { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr) 20rem; align-items: stretch; }
.side { display: grid; gap: 1rem; align-content: start; }
.card { border: 1px solid var(--line); border-radius: 1rem; padding: 1.1rem 1.25rem 1.25rem; background: var(--page); }
.card h2 { margin: 0 0 .75rem; font-size: .85rem; font-weight: 600; letter-spacing: .04em; color: var(--soft); }
.stage { padding: 1.5rem 1.5rem 1rem; display: flex; flex-direction: column; min-height: 32rem; }
.now { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: end; justify-content: space-between; }
.rate { display: flex; align-items: baseline; gap: .75rem; margin: 0; line-height: 1; }
.heart { width: 2.75rem; height: 2.75rem; fill: var(--line); align-self: center; flex: none; }
.heart.beats { fill: var(--heart); }
#bpm { font-size: clamp(5.5rem, 13vw, 9rem); font-weight: 700; letter-spacing: -.04em; font-variant-numeric: tabular-nums; min-width: 1.1ch; }
#bpm.stale { color: var(--soft); }
.unit { font-size: 1.25rem; color: var(--soft); }
.range { display: flex; gap: 1.75rem; margin: 0 0 .6rem; }
.range dt, .counts dt { color: var(--soft); font-size: .82rem; }
.range dd, .counts dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.curve { --tone: var(--heart); position: relative; flex: 1; min-height: 14rem; margin-top: 1.25rem; }
#chart { position: absolute; inset: 0; height: 100%; }
.hint { position: absolute; inset: 0; display: none; align-content: center; justify-items: center; gap: .5rem; color: var(--soft); text-align: center; }
.hint svg { width: min(100%, 30rem); fill: none; stroke: var(--line); stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.hint p { margin: 0; text-wrap: balance; }
.empty .hint { display: grid; }
.empty .now { display: none; }
.empty #chart { visibility: hidden; }
.empty .curve { margin: 0; }
.stack { display: grid; gap: .6rem; }
.card button { width: 100%; min-height: 2.9rem; }
.card button[aria-busy=true] { opacity: .7; cursor: progress; }
.source { margin: 0 0 .9rem; display: grid; overflow-wrap: anywhere; }
.source > :first-child { font-weight: 600; font-size: 1.1rem; }
.source .soft { font-size: .92rem; }
.effort { display: grid; grid-template-columns: 1fr auto; gap: .3rem 1rem; margin-bottom: 1rem; font-size: .95rem; }
.effort label { font-weight: 600; }
.effort output { color: var(--soft); }
.effort input { grid-column: 1 / -1; width: 100%; height: 2rem; margin: 0; accent-color: var(--heart); }
.strap .field { margin: 0; }
.strap .field .help { margin: .4rem 0 .8rem; }
.counts { display: grid; grid-template-columns: repeat(4, auto); gap: .5rem 1rem; margin: 0; }
.counts .lost { color: var(--bad); }
#line-of-state:not(:empty) { margin-top: .8rem; padding-top: .7rem; border-top: 1px solid var(--line); }
@media (max-width: 56rem) {
  .room { grid-template-columns: minmax(0, 1fr); }
  .stage { min-height: 0; padding: 1.1rem 1.1rem .8rem; }
  .curve { min-height: 0; height: 11rem; flex: none; margin-top: .75rem; }
  .side { grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
}
@media (max-width: 30rem) {
  main.strap { padding: .9rem; }
  .lead { font-size: .95rem; margin-bottom: .9rem; }
  .strap h1 { font-size: 1.35rem; }
  .heart { width: 2.1rem; height: 2.1rem; }
}
`
