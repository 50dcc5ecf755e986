// Tables that are sorted by the column whose heading is pressed.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.querySelectorAll("thead th:not(.plain)").forEach((heading) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[heading.cellIndex].dataset.v ?? row.cells[heading.cellIndex].textContent;
      const rows = [...body.rows].sort((a, b) => {
        const x = key(a), y = key(b);
        if (x === "" || y === "") return (x === "") - (y === "");
        const by = isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y;
        return down ? -by : by;
      });
      body.append(...rows);
    });
  });
}

// Plots that are text until they come near the window, or a printer.
const draw = (later) => {
  const text = later.querySelector("script");
  if (text) later.innerHTML = text.textContent;
  later.classList.remove("later");
};
const all = document.querySelectorAll(".later");
const near = new IntersectionObserver((seen) => {
  for (const of of seen) if (of.isIntersecting) near.unobserve(of.target), draw(of.target);
}, { rootMargin: "1000px" });
all.forEach((later) => near.observe(later));
addEventListener("beforeprint", () => all.forEach(draw));
