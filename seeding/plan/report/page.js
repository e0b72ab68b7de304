"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const number = (value, digits) => value === null || value === undefined ? "–" :
    Number(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

  const sortBy = (table, place, down) => {
    const body = table.tBodies[0];
    const key = (row) => {
      const cell = row.cells[place];
      if (!cell.classList.contains("number")) return cell.textContent.toLowerCase();
      const value = parseFloat(cell.dataset.value ?? cell.textContent.replaceAll(",", ""));
      return Number.isNaN(value) ? null : value;
    };
    const order = (a, b) => {
      const x = key(a), y = key(b);
      if (x === null || y === null) return (x === null) - (y === null);
      return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
    };
    [...body.rows].sort(order).forEach((row) => body.append(row));
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      if (at === place) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };
  document.querySelectorAll("table.sortable").forEach((table) => {
    [...table.tHead.rows[0].cells].forEach((head, place) => {
      const words = head.textContent, button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      head.replaceChildren(button);
      button.addEventListener("click", () =>
        sortBy(table, place, head.getAttribute("aria-sort") === "ascending"));
    });
  });

  const filter = document.getElementById("filter"), table = document.getElementById("seeds");
  const refilter = () => {
    const wanted = filter.value.trim().toLowerCase();
    const rows = [...table.tBodies[0].rows];
    let shown = 0;
    rows.forEach((row) => {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      shown += row.hidden ? 0 : 1;
    });
    document.getElementById("shown").textContent = wanted ? `${shown} of ${rows.length} rows` : "";
  };
  if (filter) filter.addEventListener("input", refilter);

  const slider = document.getElementById("slider");
  if (!slider) return;
  const columns = data.table.columns, people = data.table.rows, own = Number(slider.defaultValue);
  const cellOf = (value, column) => {
    const cell = document.createElement("td");
    if (column.digits === null) {
      cell.textContent = value === null || value === undefined ? "" : String(value);
      if (column.name === "candidate") { cell.className = "label"; cell.dir = "auto"; }
    } else {
      cell.className = "number";
      cell.textContent = number(value, column.digits);
    }
    return cell;
  };
  const rowOf = (seed, kind) => {
    const row = document.createElement("tr");
    row.className = kind;
    const said = { ...people[seed[0]], rank: seed[1], marginal_reach: seed[2], cumulative_cost: seed[3],
      cumulative_reach: seed[4], marginal_cost: seed[5], reach_low: seed[6], reach_high: seed[7] };
    columns.forEach((column) => row.append(cellOf(said[column.name], column)));
    return row;
  };
  const show = () => {
    const at = Number(slider.value), step = data.steps[at];
    const before = new Set(data.steps[own].seeds.map((seed) => seed[0]));
    const now = new Set(step.seeds.map((seed) => seed[0]));
    const rows = step.seeds.map((seed) => rowOf(seed, before.has(seed[0]) ? "" : "new"));
    const gone = data.steps[own].seeds.filter((seed) => !now.has(seed[0]));
    rows.push(...gone.map((seed) => rowOf([seed[0], null, null, null, null, null, null, null], "gone")));
    table.tBodies[0].replaceChildren(...rows);
    [...table.tHead.rows[0].cells].forEach((head) => head.removeAttribute("aria-sort"));
    Object.entries(step.cards).forEach(([name, words]) => {
      const card = document.querySelector(`[data-card="${name}"]`);
      if (card) card.textContent = words;
    });
    document.getElementById("budget").textContent = step.budget_words;
    slider.setAttribute("aria-valuetext", step.budget_words);
    const come = rows.length - gone.length - [...now].filter((one) => before.has(one)).length;
    document.getElementById("change").textContent = at === own ? "This is the plan of this page." :
      `Against the plan of this page: ${come} come, ${gone.length} go (struck out).`;
    const mark = document.querySelector("[data-now]");
    if (mark) { mark.setAttribute("cx", step.at[0]); mark.setAttribute("cy", step.at[1]); }
    refilter();
  };
  slider.addEventListener("input", show);
})();
