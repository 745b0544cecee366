// SPDX-License-Identifier: Apache-2.0
// The page's style sheet. Five roles keep one colour each everywhere: grey teacher, blue student, orange control arm
// (float light, int8 dark), a pair that colour-blind readers tell apart; shape repeats what colour says.
#pragma once

namespace apprentice::report {

inline constexpr char kPageStyle[] = R"css(
:root {
  color-scheme: light dark;
  --paper: #f7f6f3; --panel: #ffffff; --ink: #1c2127; --quiet: #59626c; --faint: #8a929b; --line: #e3e0da; --track: #ebe9e4;
  --teacher: #59626c; --student: #4794d1; --student_int8: #0b5394; --control: #d98324; --control_int8: #9a4a00;
  --good: #1d6b45; --good-bg: #e7f3ec; --bad: #a3201a; --bad-bg: #fbe9e7; --open: #7a5a00; --open-bg: #fbf3dc;
  --heat: #0b5394; --heat-ink: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --panel: #1b1f24; --ink: #e7e9ec; --quiet: #a5adb6; --faint: #77808a; --line: #30363d; --track: #2a3037;
    --teacher: #aeb6bf; --student: #9ccbf0; --student_int8: #4ba0e8; --control: #f2b470; --control_int8: #e0862a;
    --good: #7fd1a5; --good-bg: #16301f; --bad: #ff9a91; --bad-bg: #43191a; --open: #e8c65e; --open-bg: #362c10;
    --heat: #4ba0e8; --heat-ink: #0d1115;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 72px; }
a { color: inherit; }
h1, h2, p, figure, ul, dl, dd { margin: 0; }
.eyebrow { color: var(--quiet); font-size: 13px; letter-spacing: .08em; text-transform: uppercase; }
h1 { font-size: 20px; font-weight: 600; margin-top: 2px; overflow-wrap: anywhere; }
.headline { font-size: clamp(22px, 3vw, 28px); line-height: 1.28; font-weight: 600; letter-spacing: -.012em;
  max-width: 38em; margin: 18px 0 18px; text-wrap: pretty; overflow-wrap: anywhere; }
.verdict { border-left: 4px solid; padding: 10px 16px; border-radius: 0 6px 6px 0; max-width: 62em; }
.verdict.gain { color: var(--good); background: var(--good-bg); }
.verdict.loss { color: var(--bad); background: var(--bad-bg); }
.verdict.unproven, .verdict.unknown { color: var(--open); background: var(--open-bg); }
.more { color: var(--quiet); margin-top: 12px; max-width: 62em; }
.warning { background: #a3201a; color: #fff; padding: 12px 16px; border-radius: 6px; margin-bottom: 14px; font-weight: 600;
  overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); margin: 30px 0 0;
  border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.tiles div { padding: 14px 12px 14px 0; }
.tiles dt { font-size: 13px; color: var(--quiet); }
.tiles dd { font-size: 27px; font-weight: 600; letter-spacing: -.015em; line-height: 1.25; white-space: nowrap; }
.tiles dd + dd { font-size: 13px; font-weight: 400; letter-spacing: 0; color: var(--quiet); white-space: normal; }
section { margin-top: 52px; }
h2 { font-size: 20px; font-weight: 600; letter-spacing: -.005em; }
h2 + p { color: var(--quiet); max-width: 46em; margin-top: 4px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 18px; margin-top: 16px;
  align-items: start; }
.grid.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 290px), 1fr)); }
figure, .panel { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 16px 18px; min-width: 0; }
.panel { margin-top: 16px; }
figcaption { font-weight: 600; font-size: 15px; margin-bottom: 8px; }
.grid.small figcaption { font-size: 14px; }
.remark { color: var(--quiet); font-size: 13px; margin-top: 8px; overflow-wrap: anywhere; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; color: var(--quiet);
  margin-bottom: 8px; }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { width: 14px; height: 14px; }
.scroll { overflow-x: auto; }
details { font-size: 13px; margin-top: 10px; }
summary { cursor: pointer; color: var(--quiet); }
summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--student_int8); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: right; padding: 6px 10px; white-space: nowrap; vertical-align: baseline; }
th:first-child { text-align: left; font-weight: 400; }
.plain { font-size: 13px; }
.plain th, .plain td { padding: 2.6px 0 2.6px 12px; }
.plain th:first-child { padding-left: 0; }
.plain thead th { color: var(--quiet); font-weight: 400; border-bottom: 1px solid var(--line); }
.numbers table { width: auto; margin-top: 8px; font-size: 12.5px; }
.numbers th, .numbers td { padding: 2px 12px 2px 0; }
.compare { font-size: 15px; }
.compare thead th { font-weight: 600; border-bottom: 2px solid var(--c, var(--line)); vertical-align: bottom; }
.compare thead th small { display: block; font-weight: 400; color: var(--quiet); font-size: 12px; white-space: normal; min-width: 9em;
  margin-left: auto; max-width: 13em; }
.compare tbody th small { color: var(--quiet); font-size: 12px; margin-left: 6px; }
.compare .chapter th { padding-top: 20px; font-size: 12px; letter-spacing: .06em; text-transform: uppercase; color: var(--quiet); }
.compare tbody tr:not(.chapter) { border-top: 1px solid var(--line); }
.compare td small { display: block; font-size: 12px; color: var(--quiet); }
.compare .estimate td { font-style: italic; }
.compare .hero { font-weight: 600; background: color-mix(in srgb, var(--student_int8) 7%, transparent); }
.compare .hero small { font-weight: 400; }
.baselines tbody th small { display: block; margin-left: 0; }
.compare.hall { font-size: 12.5px; }
.hall th, .hall td { padding: 6px 3px; }
.hall thead th small { min-width: 0; }
.hall tbody th small, .hall td:nth-child(3) small { white-space: normal; max-width: 8em; margin-left: auto; }
.hall .badge { margin-left: 0; }
.hall tbody th small { display: block; margin-left: 0; }
.badge { border: 1px solid var(--line); border-radius: 9px; padding: 0 7px; font-size: 11px; color: var(--quiet); margin-left: 8px;
  font-style: normal; }
.badge.estimate { border-color: currentColor; border-style: dashed; color: var(--open); }
.facts { display: grid; grid-template-columns: minmax(9em, max-content) 1fr; gap: 6px 22px; font-size: 14px; }
.remark + .facts { margin-top: 12px; }
.facts dt { color: var(--quiet); }
.facts dd { overflow-wrap: anywhere; min-width: 0; }
code, pre { font: 12.5px/1.5 ui-monospace, "SFMono-Regular", "DejaVu Sans Mono", "Liberation Mono", monospace; }
code { overflow-wrap: anywhere; }
pre { overflow-x: auto; margin: 8px 0 0; }
footer { margin-top: 52px; color: var(--quiet); font-size: 13px; }
figure svg[role=img] { display: block; width: 100%; height: auto; }
svg text { fill: var(--ink); font-size: 12px; }
svg .tick { fill: var(--quiet); font-size: 11px; }
svg .axis { fill: var(--quiet); font-size: 11.5px; }
svg .strong { font-weight: 600; }
svg .label, svg .tick { paint-order: stroke; stroke: var(--panel); stroke-width: 4px; stroke-linejoin: round; }
svg .rule { stroke: var(--line); stroke-width: 1; }
svg .row { stroke: var(--line); stroke-width: 1; stroke-dasharray: 1 3; }
svg .zero, svg .limit { stroke: var(--ink); stroke-width: 1.5; }
svg .diagonal { stroke: var(--faint); stroke-width: 1; stroke-dasharray: 4 4; }
svg .curve { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
svg .curve.thin { stroke-width: 1.2; }
svg .c-control.curve { stroke-dasharray: 6 3; }
svg .whisker { stroke: var(--c); stroke-width: 2.5; }
svg .bin { fill: var(--c); fill-opacity: .75; stroke: var(--panel); stroke-width: 1; }
svg .mark { stroke-width: 1.6; }
svg .mark.filled { fill: var(--c); stroke: var(--panel); stroke-width: 1; }
svg .mark.hollow { fill: var(--panel); stroke: var(--c); stroke-width: 2.2; }
svg .track { fill: var(--track); }
svg .part0 { fill: var(--c); } svg .part1 { fill: var(--c); fill-opacity: .62; } svg .part2 { fill: var(--c); fill-opacity: .34; }
svg .heat { fill: var(--heat); } svg .empty { fill: var(--track); fill-opacity: .4; }
svg .cell { font-size: 11px; } svg .cell.on { fill: var(--heat-ink); }
.c-teacher { --c: var(--teacher); } .c-student { --c: var(--student); } .c-student_int8 { --c: var(--student_int8); }
.c-control { --c: var(--control); } .c-control_int8 { --c: var(--control_int8); }
@media (max-width: 640px) {
  main { padding: 24px 14px 48px; }
  section { margin-top: 40px; }
  figure, .panel { padding: 14px 12px; }
  .compare { font-size: 14px; }
  .badge:not(.estimate) { display: none; }
  .compare th:first-child { position: sticky; left: 0; background: var(--panel); white-space: normal; min-width: 7.5em; }
  .baselines th:first-child { overflow-wrap: anywhere; }
  .baselines th, .baselines td { padding: 6px 4px; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 8px; }
  .wide svg[role=img] { min-width: 400px; }
}
@media print {
  :root { --paper: #fff; --panel: #fff; --ink: #000; --quiet: #444; --line: #ccc; --track: #eee; --teacher: #59626c; --student: #4794d1;
    --student_int8: #0b5394; --control: #d98324; --control_int8: #9a4a00; --heat: #0b5394; --heat-ink: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  figure, .tiles, .compare tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  details:not([open]) { display: none; }
  .grid { grid-template-columns: 1fr 1fr; }
}
)css";

}  // namespace apprentice::report
