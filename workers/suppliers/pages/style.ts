/** What the suppliers' pages add to the dashboard's look: shapes of a contrast of 3 to their ground, light and dark. */
export const supplierStyle = `
:root {
  --accepted: #14804f; --updated: #2f6fc4; --duplicate: #7a8494; --rejected: #c13434; --quarantined: #b27600;
  --missed: #fdf0f0; --empty: #e6eaf0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --accepted: #4dbd88; --updated: #6ea8ee; --duplicate: #8b95a5; --rejected: #ef7f7f; --quarantined: #e0b04c;
    --missed: #2a1a1d; --empty: #2a323e;
  }
}
.calm { color: var(--soft); background: var(--raised); }
.badge.calm { box-shadow: inset 0 0 0 1px var(--line); }
.tabs { display: flex; gap: .25rem 1.4rem; overflow-x: auto; padding: 0 1.25rem; border-bottom: 1px solid var(--line); }
.tabs a { padding: .7rem 0 .6rem; color: var(--soft); text-decoration: none; white-space: nowrap; border-bottom: 3px solid transparent; }
.tabs a:hover { color: var(--ink); }
.tabs a[aria-current] { color: var(--ink); font-weight: 600; border-color: var(--link); }
.tabs a:focus-visible { outline-offset: -3px; }
.where { display: inline-flex; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; font-size: .88rem; }
.where > *, .where button { padding: .25rem .75rem; text-decoration: none; color: var(--soft); }
.where [aria-current] { background: var(--page); color: var(--ink); font-weight: 600; box-shadow: inset 0 -3px var(--mark, var(--link)); }
.where.sandbox { --mark: var(--quarantined); } .where.production { --mark: var(--accepted); }
.under { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; justify-content: space-between; padding: .7rem 1.25rem .2rem; }
.where form { display: contents; } .where button { all: unset; cursor: pointer; padding: .25rem .75rem; color: var(--soft); } .where button:focus-visible { outline: 3px solid var(--link); outline-offset: -3px; }
.bar .who { flex-wrap: wrap; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); margin: 1rem 0; padding: 0; list-style: none; }
.panel { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; min-width: 0; }
.panel > :first-child { margin-top: 0; } .panel > :last-child { margin-bottom: 0; }
.panel h2, .panel h3 { font-size: 1.05rem; margin: 0; }
.panel .head { margin: 0 0 .35rem; flex-wrap: nowrap; align-items: baseline; }
.panel.breached { border-color: var(--bad); } .panel.at_risk { border-color: var(--quarantined); }
.big { font-size: 1.9rem; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; margin: .15rem 0; }
.big small { font-size: .95rem; font-weight: 400; color: var(--soft); }
.verdict { font-size: 1.1rem; padding: .9rem 1.1rem; border-radius: .75rem; margin: 0 0 1rem; }
.trend { width: 100%; height: auto; display: block; margin: .4rem 0 .2rem; }
.trend .missed { fill: var(--missed); } .trend .foot { stroke: var(--line); }
.trend .target { stroke: var(--soft); stroke-dasharray: 4 3; }
.trend .line { fill: none; stroke: var(--duplicate); stroke-width: 1.5; stroke-linejoin: round; }
.trend circle.good { fill: var(--accepted); } .trend circle.bad { fill: var(--rejected); }
.trend text { fill: var(--soft); font: 11px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.trend .objective { fill: var(--ink); font-weight: 600; }
.share { width: 100%; height: .9rem; display: block; border-radius: .45rem; margin: .35rem 0; }
.share .rest { fill: var(--empty); }
.accepted, .left { fill: var(--accepted); } .updated, .used { fill: var(--updated); } .duplicate { fill: var(--duplicate); }
.rejected, .spent { fill: var(--rejected); } .quarantined, .near { fill: var(--quarantined); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; padding: 0; margin: .35rem 0 0; font-size: .88rem; color: var(--soft); }
.legend b { color: var(--ink); font-variant-numeric: tabular-nums; }
.swatch { width: .7rem; height: .7rem; display: inline-block; margin-right: .35rem; }
.days { margin: .5rem 0 0; }
.days > svg { width: 100%; height: 8rem; display: block; } .days line { stroke: var(--line); stroke-width: .2; }
.days .most { margin: 0; font-size: .82rem; } .days .ends { display: flex; justify-content: space-between; margin: .15rem 0 0; font-size: .82rem; }
.steps { list-style: none; margin: .5rem 0 0; padding: 0; }
.steps > li { display: grid; grid-template-columns: 1.9rem 1fr; gap: 0 .6rem; padding: .55rem 0; border-bottom: 1px solid var(--line); }
.steps > li:last-child { border: 0; }
.steps > li > :not(.tick) { grid-column: 2; margin: 0; }
.steps .tick { grid-row: span 4; width: 1.6rem; height: 1.6rem; border-radius: 50%; display: grid; place-items: center; font-size: .85rem; font-weight: 700; }
.ranked { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .92rem; }
.ranked li { display: grid; grid-template-columns: 1fr auto; gap: 0 .8rem; padding: .3rem 0; } .ranked li > span { min-width: 0; overflow-wrap: anywhere; }
.ranked b { font-variant-numeric: tabular-nums; } .ranked .share { grid-column: 1 / -1; height: .45rem; margin: .15rem 0 0; }
.terms { display: grid; grid-template-columns: fit-content(12rem) 1fr; gap: .25rem 1.2rem; margin: .75rem 0; }
.terms dt { color: var(--soft); } .terms dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.scroll :is(td, td code) { overflow-wrap: break-word; } .scroll :is(time, .badge, td.right) { white-space: nowrap; }
.head:has(> h2) { margin-top: 2rem; } .head > h2 { margin: 0; }
form.actions, .actions + :is(form, .scroll) { margin: .9rem 0; } .panel + form { margin-top: 1.2rem; } details form { margin-bottom: .6rem; } .choices + button { margin-top: .6rem; }
td.right, th.right { text-align: end; padding-right: 1.5rem; font-variant-numeric: tabular-nums; }
.field textarea.code { font: .88rem/1.5 ui-monospace, monospace; white-space: pre; overflow-x: auto; }
.head .badge { white-space: nowrap; }
pre.all { user-select: all; }
pre.tall { max-height: 34rem; overflow: auto; }
.filters { display: flex; flex-wrap: wrap; gap: .4rem; margin: .75rem 0; }
.filters a { padding: .15rem .8rem; border: 1px solid var(--line); border-radius: 1rem; text-decoration: none; font-size: .92rem; }
.filters a[aria-current] { background: var(--strong); border-color: var(--strong); color: var(--on-strong); }
.changes { list-style: none; padding: 0; } .changes > li { padding: .6rem 0; border-bottom: 1px solid var(--line); }
.changes p { margin: .2rem 0 0; }
.changes .badge { margin-right: .4rem; }
.for-good { margin: 0; padding: 0 .9rem; border-radius: .5rem; border-color: var(--bad); } .for-good summary { padding: .5rem 0; color: var(--bad); white-space: nowrap; } .for-good form { padding-bottom: .6rem; }
.links { display: inline-flex; flex-wrap: wrap; gap: 0 1rem; }
.inline { min-width: 9rem; } .inline .share { margin: .3rem 0; }
dl.figures { row-gap: .75rem; }
/* On a phone all tabs are seen, and a table is scrolled rather than squeezed. */
@media (max-width: 48rem) {
  .tabs { flex-wrap: wrap; row-gap: 0; } .tabs a { padding: .45rem 0 .35rem; }
  .scroll > table { width: max-content; min-width: 100%; } .scroll td { max-width: 18rem; }
}
`
