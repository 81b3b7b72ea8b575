"use strict";
(() => {
  const rows = [...document.querySelectorAll("[data-v]")];
  const words = { not_run: "not run" };
  const hidden = new Set();
  let query = "";

  // Opens what a link points at; without scripts the browser scrolls to its closed row.
  const openTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", openTarget);

  const apply = () => {
    for (const row of rows) {
      row.hidden = hidden.has(row.dataset.v) || !row.textContent.toLowerCase().includes(query);
    }
    for (const group of document.querySelectorAll(".group")) {
      group.hidden = !group.querySelector("[data-v]:not([hidden])");
    }
  };

  const toggle = (verdict, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = verdict;
    button.setAttribute("aria-pressed", "true");
    button.textContent = `${words[verdict] ?? verdict} ${number}`;
    button.addEventListener("click", () => {
      const shown = hidden.has(verdict);
      if (shown) hidden.delete(verdict); else hidden.add(verdict);
      button.setAttribute("aria-pressed", String(shown));
      apply();
    });
    return button;
  };

  const tools = document.querySelector(".tools");
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Filter criteria and scenarios";
  field.setAttribute("aria-label", field.placeholder);
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { query = field.value.trim().toLowerCase(); apply(); }, 120);
  });
  tools.append(field);
  const numbers = new Map();
  for (const row of document.querySelectorAll("#criteria [data-v]")) {
    numbers.set(row.dataset.v, (numbers.get(row.dataset.v) ?? 0) + 1);
  }
  for (const [verdict, number] of numbers) tools.append(toggle(verdict, number));
  tools.hidden = false;
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== field) { event.preventDefault(); field.focus(); }
  });

  // Sorts the matrix by a column; a second click turns the order round.
  for (const head of document.querySelectorAll(".matrix thead th")) {
    const body = head.closest("table").tBodies[0];
    const sort = () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const sorted = [...body.rows].sort((a, b) =>
        a.cells[head.cellIndex].textContent.localeCompare(b.cells[head.cellIndex].textContent, "en", { numeric: true }));
      if (descending) sorted.reverse();
      body.append(...sorted);
    };
    head.tabIndex = 0;
    head.addEventListener("click", sort);
    head.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(); });
  }

  addEventListener("beforeprint", () => { for (const row of document.querySelectorAll("details")) row.open = true; });
  openTarget();
})();
