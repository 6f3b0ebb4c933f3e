/**
 * The widget's style sheet. Phone first; light and dark; directions are logical, so right-to-left needs no rules of its
 * own. Lists have an empty marker: with none at all VoiceOver no longer takes them for lists. The accent comes from the
 * page as four custom properties. Surfaces are those that pages/accent.ts reckons with.
 */
export const widgetStyle = `
:root{color-scheme:light dark;--page:#f3f4f6;--card:#ffffff;--sunken:#f1f3f5;--ink:#16191d;--muted:#58616c;--line:#e2e5e9;--edge:#858d98;
--good:#14693b;--good-bg:#e6f5ec;--bad:#9c2718;--bad-bg:#fcebe8;--tint:var(--accent-light);--mark-s:48%;--mark-l:91%;--mark-ink:27%;
--shadow:0 1px 2px rgb(16 24 40/.05),0 12px 40px rgb(16 24 40/.08)}
@media (prefers-color-scheme:dark){:root{--page:#0d0f12;--card:#16191d;--sunken:#22272d;--ink:#eef0f3;--muted:#a6aeb9;--line:#2b3138;--edge:#727b87;
--good:#7bdca5;--good-bg:#14301f;--bad:#ffb3a6;--bad-bg:#3a1a15;--tint:var(--accent-dark);--mark-s:32%;--mark-l:23%;--mark-ink:84%;--shadow:none}}
*,*::before,*::after{box-sizing:border-box}
[hidden]{display:none!important}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-block:9.5rem 1rem}
body{margin:0;background:var(--card);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1,p,ul,ol,fieldset{margin:0;padding:0}
ul,ol{list-style:""}
fieldset{border:0;min-inline-size:0}
button,input{font:inherit;color:inherit}
a{color:var(--tint);text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--tint);outline-offset:2px}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.icon{flex:none;inline-size:1.25rem;block-size:1.25rem;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
[dir=rtl] .onward{transform:scaleX(-1)}

.card{display:flex;flex-direction:column;min-block-size:100vh;min-block-size:100dvh;max-inline-size:32rem;margin-inline:auto;padding:1rem 1.25rem 1.5rem;background:var(--card)}
main{flex:1;display:flex;flex-direction:column}
.brand{display:flex;align-items:center;gap:.625rem;min-block-size:2rem;margin-block-end:1rem;font-weight:600}
.brand img{inline-size:2rem;block-size:2rem;border-radius:.5rem;object-fit:contain}
.steps{display:flex;gap:.375rem;margin-block-end:1.75rem;color:var(--muted);font-size:.8125rem}
.steps li{flex:1;padding-block-start:.5rem;border-block-start:.25rem solid var(--line)}
.steps .past,.steps [aria-current]{border-color:var(--tint)}
.steps [aria-current]{color:var(--ink);font-weight:600}
h1{font-size:1.625rem;line-height:1.2;letter-spacing:-.015em;font-weight:680;text-wrap:balance}
:lang(ar) h1,:lang(hi) h1{letter-spacing:0;line-height:1.4}
.intro{margin-block-start:.5rem;color:var(--muted);text-wrap:pretty}
.notice{margin-block-start:1.25rem;padding:.75rem 1rem;border-radius:.75rem;background:var(--sunken)}
.notice.good{display:flex;align-items:center;gap:.5rem;background:var(--good-bg);color:var(--good);font-weight:600}
.notice.bad{background:var(--bad-bg);color:var(--bad)}

search{display:block;position:sticky;inset-block-start:0;z-index:1;margin:1rem -1.25rem 0;padding:.5rem 1.25rem .25rem;background:var(--card)}
@media (max-height:30rem){search{position:static}}
.search{display:flex;position:relative;align-items:center;gap:.5rem}
.search .lens{position:absolute;inset-inline-start:.875rem;color:var(--muted);pointer-events:none}
input{flex:1;min-inline-size:0;inline-size:100%;min-block-size:3rem;padding:.625rem 1rem;border:1px solid var(--edge);border-radius:.875rem;background:var(--card);appearance:none}
input::placeholder{color:var(--muted);opacity:1}
input:focus-visible{outline-offset:-1px;border-color:transparent}
.search input{padding-inline-start:2.75rem}
.live .go{display:none}
.chips{display:flex;gap:.375rem;margin:.5rem -1.25rem 0;padding:.25rem 1.25rem;overflow-x:auto;scrollbar-width:none}
.chips::-webkit-scrollbar{display:none}
.chips button{flex:none;min-block-size:2.75rem;min-inline-size:2.75rem;padding:0 .875rem;border:0 solid transparent;border-block-width:.25rem;border-radius:99rem;background:var(--sunken) padding-box;font-size:.875rem;font-weight:500;cursor:pointer}
.chips [aria-pressed=true]{background-color:var(--ink);color:var(--card)}
.chips button:focus-visible{outline-offset:-3px}
.count{margin-block:.75rem .5rem;color:var(--muted);font-size:.875rem}
.none{padding-block:1.5rem;text-align:center}
.none .button{margin-block-start:1rem}

.sources{display:grid;gap:.5rem}
.source{display:flex;align-items:center;gap:.875rem;inline-size:100%;min-block-size:4.25rem;padding:.625rem .875rem;border:1px solid var(--line);border-radius:1rem;background:var(--card);text-align:start;cursor:pointer;transition:border-color .15s,background-color .15s}
.source:hover{border-color:var(--tint);background:var(--sunken)}
.source:active{background:var(--sunken)}
.about{flex:1;min-inline-size:0;display:grid;line-height:1.3}
.line{display:flex;flex-wrap:wrap;align-items:center;gap:.125rem .5rem}
.name{font-weight:600}
.kind{color:var(--muted);font-size:.875rem}
.source .onward{color:var(--muted)}
.badge{display:inline-flex;align-items:center;gap:.25rem;flex:none;padding:.125rem .5rem;border-radius:99rem;background:var(--sunken);color:var(--muted);font-size:.75rem;font-weight:600;line-height:1.5}
.source:hover .badge:not(.good){background:var(--card)}
.badge.good{background:var(--good-bg);color:var(--good)}
.badge .icon{inline-size:.875rem;block-size:.875rem;stroke-width:3}
.mark{flex:none;display:grid;place-items:center;inline-size:2.75rem;block-size:2.75rem;border-radius:.875rem;background:hsl(var(--hue) var(--mark-s) var(--mark-l));color:hsl(var(--hue) 55% var(--mark-ink));font-weight:700;font-size:1.0625rem;letter-spacing:.01em}
.mark.large{inline-size:4.5rem;block-size:4.5rem;border-radius:1.375rem;font-size:1.75rem}
${[212, 12, 152, 268, 36, 188, 330, 90, 240, 172].map((hue, at) => `.hue-${at}{--hue:${hue}}`).join('')}

.button{display:inline-flex;align-items:center;justify-content:center;gap:.375rem;min-block-size:3rem;padding:.625rem 1.25rem;border:1px solid var(--tint);border-radius:.875rem;background:var(--accent);color:var(--on-accent);font-weight:600;text-align:center;text-decoration:none;cursor:pointer;transition:box-shadow .15s}
.button:hover{box-shadow:0 2px 12px rgb(0 0 0/.2)}
.button.quiet{border-color:transparent;background:transparent;color:var(--tint)}
.button.quiet:hover{box-shadow:none;background:var(--sunken);color:var(--ink)}
main>.button,.told>.button,.fields .button,footer .button{inline-size:100%}
footer{display:grid;gap:.75rem;margin-block-start:auto;padding-block-start:1.5rem}
.promise{display:flex;gap:.625rem;color:var(--muted);font-size:.8125rem;line-height:1.45}
.promise .icon{inline-size:1.125rem;block-size:1.125rem;margin-block-start:.05rem}

.told{display:grid;justify-items:center;gap:.25rem;text-align:center;padding-block-start:1.5rem}
.told h1{margin-block-start:1.25rem}
.told>.button{margin-block-start:1.75rem}
.told .button+.button{margin-block-start:.25rem}
.aside{margin-block-start:1.75rem;color:var(--muted);font-size:.875rem}
.seal{display:grid;place-items:center;inline-size:5rem;block-size:5rem;border-radius:50%;background:var(--sunken);color:var(--muted)}
.seal .icon{inline-size:2.5rem;block-size:2.5rem;stroke-width:2.25}
.seal.good{background:var(--good-bg);color:var(--good)}
.seal.bad{background:var(--bad-bg);color:var(--bad)}
.moving{position:relative;padding:.75rem}
.moving::after{content:"";position:absolute;inset:0;border:3px solid var(--line);border-block-start-color:var(--tint);border-radius:50%;}
.moving .mark{border-radius:50%}

.todo{display:grid;gap:1.125rem;margin-block:2rem;counter-reset:todo}
.todo li{display:flex;gap:.875rem;counter-increment:todo}
.todo li::before{content:counter(todo);flex:none;display:grid;place-items:center;inline-size:1.75rem;block-size:1.75rem;border-radius:50%;background:var(--sunken);font-size:.875rem;font-weight:650}
.todo span{padding-block-start:.125rem}
main>.todo+.button{margin-block-start:auto}
.todo+.aside{margin-block-start:0;text-align:center}

.fields{display:grid;gap:1.125rem;margin-block-start:1.75rem}
.field{display:grid;gap:.375rem}
label{font-weight:600;font-size:.9375rem}
.field input:dir(ltr){text-align:start}
[aria-invalid=true]{border-color:var(--bad)}
.help{color:var(--muted);font-size:.875rem}
.help a{display:inline-flex;align-items:center;min-block-size:2.75rem;margin-block:-.5rem;font-weight:600}
[aria-busy=true]{cursor:progress;opacity:.75}

@media (min-width:40rem) and (min-height:30rem){
body:not(.embedded){background:var(--page);padding-block:2.5rem}
body:not(.embedded) .card{min-block-size:min(44rem,calc(100dvh - 5rem));padding:1.75rem 2rem;border-radius:1.5rem;box-shadow:var(--shadow)}
body:not(.embedded) search{margin-inline:-2rem;padding-inline:2rem}
body:not(.embedded) .chips{margin-inline:0;padding-inline:0;row-gap:0;flex-wrap:wrap}
}
@media (prefers-reduced-motion:no-preference){
@keyframes turn{to{transform:rotate(1turn)}}
@keyframes draw{from{stroke-dashoffset:30}to{stroke-dashoffset:0}}
@keyframes settle{from{transform:scale(.85);opacity:0}to{transform:none;opacity:1}}
.moving::after{animation:turn 1s linear infinite}
.seal{animation:settle .25s ease-out}
.seal path{stroke-dasharray:30;animation:draw .4s .1s ease-out backwards}
[aria-busy=true] .onward{animation:turn 1s linear infinite}
}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){.chips [aria-pressed=true]{outline:2px solid}.steps .past,.steps [aria-current]{border-color:Highlight}.mark{border:1px solid}}
`
