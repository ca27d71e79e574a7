"use strict";
/* Comfort only: the page says all it has to say without. */
(function () {
  function key(cell) {
    return cell.dataset.sort !== undefined ? Number(cell.dataset.sort) : cell.textContent.trim();
  }
  function compare(a, b) {
    return typeof a === "number" && typeof b === "number"
      ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
  }
  function sortBy(table, th, column) {
    var up = th.getAttribute("aria-sort") !== "ascending";
    var body = table.tBodies[0];
    var rows = Array.prototype.map.call(body.rows, function (row, i) {
      return { row: row, key: key(row.cells[column]), at: i };
    });
    rows.sort(function (a, b) {
      return (up ? 1 : -1) * compare(a.key, b.key) || a.at - b.at;
    });
    rows.forEach(function (r) { body.appendChild(r.row); });
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) {
      other.removeAttribute("aria-sort");
    });
    th.setAttribute("aria-sort", up ? "ascending" : "descending");
  }
  function makeSortable(table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = th.textContent;
      th.textContent = "";
      th.appendChild(button);
      button.addEventListener("click", function () { sortBy(table, th, column); });
    });
  }
  function makeFilter(table) {
    var box = document.createElement("div"), label = document.createElement("label");
    var input = document.createElement("input"), said = document.createElement("span");
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    box.className = "filter";
    label.textContent = "Only rows with ";
    input.type = "search";
    said.setAttribute("role", "status");
    label.appendChild(input);
    box.appendChild(label);
    box.appendChild(said);
    table.parentNode.parentNode.insertBefore(box, table.parentNode);
    input.addEventListener("input", function () {
      var wanted = input.value.toLowerCase(), n = 0;
      rows.forEach(function (row) {
        var hit = row.textContent.toLowerCase().indexOf(wanted) >= 0;
        row.hidden = !hit;
        n += hit ? 1 : 0;
      });
      said.textContent = wanted ? n + " of " + rows.length + " rows" : "";
    });
  }
  Array.prototype.forEach.call(document.querySelectorAll("table.sortable"), function (table) {
    makeSortable(table);
    makeFilter(table);
  });
  /* A link to a host opens it, and paper shows everything. */
  function open() {
    var at = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (at && at.tagName === "DETAILS") { at.open = true; }
  }
  window.addEventListener("hashchange", open);
  open();
  window.addEventListener("beforeprint", function () {
    Array.prototype.forEach.call(document.querySelectorAll("details"), function (d) { d.open = true; });
  });
}());
