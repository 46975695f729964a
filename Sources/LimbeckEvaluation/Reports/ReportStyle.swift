/// The report's style sheet: light and dark, screen and paper, wide and narrow.
enum ReportStyle {
    static let css = #"""
        :root {
          color-scheme: light dark;
          --bg: #ffffff; --panel: #f6f7f9; --ink: #16191d; --muted: #5d6672; --line: #dfe3e8;
          --grid: #e8ebef; --mark: #e5f5ef; --good: #00765a; --bad: #a4400a;
          --unclear: #d98a00;
          --persistence: #9aa1aa; --historicalAverage: #6f7782; --ridge: #b0568a;
          --teacher: #0068ab; --conventionalStudent: #d98a00; --distilledStudent: #008f6b;
          --shippedStudent: #7a4fb0;
          --s0: #fdebc0; --s1: #fbcb79; --s2: #f29b45; --s3: #d9661f; --s4: #a63d06; --s5: #671f02;
          --d0: #0b5c99; --d1: #74add6; --d2: #d5d9de; --d3: #f0a55a; --d4: #b8500a;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --bg: #14171b; --panel: #1c2026; --ink: #eceff2; --muted: #a0a9b4; --line: #333a43;
            --grid: #282e36; --mark: #12332a; --good: #4bd3a8; --bad: #f0a066;
            --unclear: #f2b13c;
            --persistence: #7c8591; --historicalAverage: #a5adb8; --ridge: #e08fc0;
            --teacher: #5ab4ee; --conventionalStudent: #f2b13c; --distilledStudent: #34d1a2;
            --shippedStudent: #b894ea;
            --s0: #45301c; --s1: #75461b; --s2: #ab611f;
            --s3: #dc8731; --s4: #f8b563; --s5: #ffe3ad;
            --d0: #7cc0f2; --d1: #3f7fb0; --d2: #4a515b; --d3: #b3692a; --d4: #f5ab66;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--bg); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
            sans-serif;
        }
        main { max-width: 1160px; margin: 0 auto; padding: 48px 32px 64px; }
        header { max-width: 900px; }
        .kicker { color: var(--muted); font-size: 14px; margin: 0 0 10px; }
        h1 { font-size: 40px; line-height: 1.15; letter-spacing: -0.02em; margin: 0 0 14px;
          text-wrap: balance; }
        h2 { font-size: 22px; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 4px; }
        h3 { font-size: 15px; margin: 0 0 2px; }
        p { margin: 0 0 12px; }
        .lead { font-size: 18px; color: var(--muted); }
        .verdict { font-size: 18px; margin: 20px 0 0; padding: 2px 0 2px 16px;
          border-left: 4px solid var(--unclear); }
        .verdict.yes { border-color: var(--distilledStudent); }
        .verdict.no { border-color: var(--bad); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr));
          gap: 16px; margin: 36px 0 0; }
        .tile { background: var(--panel); border-radius: 10px; padding: 18px 20px 16px; }
        .tile b { display: block; font-size: 34px; line-height: 1.1; letter-spacing: -0.02em;
          font-variant-numeric: tabular-nums; }
        .tile span { display: block; margin-top: 6px; font-weight: 600; font-size: 15px;
          line-height: 1.35; }
        .tile small { display: block; color: var(--muted); font-size: 13px; line-height: 1.4;
          margin-top: 4px; }
        section { margin-top: 56px; }
        .hint { color: var(--muted); font-size: 14px; margin: 0 0 16px; max-width: 92ch;
          text-wrap: pretty; }
        .hint.below { margin: 10px 0 0; }
        .scroll { overflow-x: auto; margin: 0 -4px; padding: 0 4px; }
        table { border-collapse: collapse; width: 100%; font-size: 14px;
          font-variant-numeric: tabular-nums; }
        th, td { padding: 8px 10px; text-align: right; white-space: nowrap;
          border-bottom: 1px solid var(--line); }
        th:first-child, td:first-child { text-align: left; padding-left: 8px; }
        td.text, th.text { text-align: left; white-space: normal; }
        thead th { font-weight: 600; color: var(--muted); font-size: 13px; vertical-align: bottom; }
        thead tr.group th { border-bottom: 0; padding-bottom: 0; text-align: right; }
        thead tr.group th.over { text-align: center; border-bottom: 1px solid var(--line);
          padding-bottom: 4px; }
        td .sub { display: block; color: var(--muted); font-size: 12px; line-height: 1.3; }
        td.best { font-weight: 700; } td.best .sub { font-weight: 400; }
        tr.hero td { background: var(--mark); }
        .dot { display: inline-block; width: 10px; height: 10px; border-radius: 50%;
          margin-right: 8px; flex: none; }
        .columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 40px; }
        .columns.map { grid-template-columns: minmax(0, 6fr) minmax(0, 5fr); }
        .columns > section { margin-top: 56px; display: flex; flex-direction: column; }
        .columns > section > .hint:not(.below) { margin-bottom: auto; padding-bottom: 16px; }
        .narrow { max-width: 640px; margin-bottom: 20px; }
        .columns + .columns { margin-top: 0; }
        .chart { position: relative; }
        .chart svg { display: block; width: 100%; height: auto; overflow: visible; }
        .chart text { fill: var(--muted); font-size: 12px; font-family: inherit; }
        .chart text.name { fill: var(--ink); font-weight: 600; paint-order: stroke;
          stroke: var(--bg); stroke-width: 5px; stroke-linejoin: round; }
        .axis { stroke: var(--line); } .grid { stroke: var(--grid); }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 0 0 8px; }
        .legend button { all: unset; cursor: pointer; display: inline-flex; align-items: center;
          font-size: 13px; line-height: 24px; color: var(--ink); }
        .legend button[aria-pressed=false] { color: var(--muted); opacity: .6;
          text-decoration: line-through; }
        .legend button:focus-visible, select:focus-visible, summary:focus-visible {
          outline: 2px solid var(--teacher); outline-offset: 2px; border-radius: 3px; }
        .legend svg { width: 22px; height: 10px; margin-right: 6px; flex: none; }
        .tip { position: absolute; pointer-events: none; z-index: 2; background: var(--bg);
          border: 1px solid var(--line); border-radius: 8px; padding: 8px 10px; font-size: 13px;
          line-height: 1.45; box-shadow: 0 4px 16px rgb(0 0 0 / .14); white-space: nowrap;
          font-variant-numeric: tabular-nums; }
        .tip b { display: block; margin-bottom: 2px; }
        .tip div { display: flex; align-items: center; justify-content: space-between; gap: 14px; }
        .tip div span { display: inline-flex; align-items: center; }
        .pick { display: flex; flex-wrap: wrap; gap: 8px 16px; margin: 0 0 14px; font-size: 14px; }
        .pick label { display: inline-flex; align-items: center; gap: 8px; color: var(--muted);
          max-width: 100%; }
        select { font: inherit; color: var(--ink); background: var(--panel); max-width: 100%;
          min-width: 0; border: 1px solid var(--line); border-radius: 6px; padding: 5px 8px; }
        .scale { display: flex; align-items: center; gap: 8px; font-size: 12px;
          color: var(--muted); margin-top: 10px; }
        .scale i { display: block; width: 30px; height: 10px; }
        .scale i:first-of-type { border-radius: 5px 0 0 5px; }
        .scale i:last-of-type { border-radius: 0 5px 5px 0; }
        .scale span.cells { display: flex; }
        dl { display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 6px 24px;
          margin: 12px 0 0; font-size: 15px; }
        dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
        details { margin-top: 20px; } summary { cursor: pointer; font-weight: 600; }
        pre { background: var(--panel); border-radius: 8px; padding: 16px; overflow-x: auto;
          font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        footer { margin-top: 64px; padding-top: 20px; border-top: 1px solid var(--line);
          color: var(--muted); font-size: 13px; }
        @media (max-width: 860px) {
          main { padding: 28px 18px 48px; }
          h1 { font-size: 29px; } .lead, .verdict { font-size: 16px; }
          .columns, .columns.map { grid-template-columns: minmax(0, 1fr); gap: 0; }
          .tiles { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px;
            margin-top: 26px; }
          .tile { padding: 14px 14px 12px; } .tile b { font-size: 27px; }
          section, .columns > section { margin-top: 44px; }
          .columns.map > div + div { margin-top: 28px; }
          dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 10px; }
          table.wide td:first-child, table.wide th:first-child { position: sticky; left: 0;
            background: var(--bg); }
          table.wide tr.hero td:first-child { background: var(--mark); }
        }
        @media print {
          :root { color-scheme: light; }
          body { font-size: 12px; } main { max-width: none; padding: 0; }
          section, .tile, .chart { break-inside: avoid; }
          .pick select { border: 0; appearance: none; padding: 0; }
          .tip { display: none; } table { font-size: 10px; } th, td { padding: 4px 5px; }
        }
        """#
}
