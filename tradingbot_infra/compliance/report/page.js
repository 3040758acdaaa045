"use strict";
(() => {
  // Runs before the body exists: the style sheet shows the filters only where scripts run.
  document.documentElement.classList.add("js");

  addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector(".filters");
    const { q, framework, severity, expand, shown } = form.elements;
    const statuses = [...form.querySelectorAll("[name=status]")];
    const controls = [...document.querySelectorAll(".control")];
    const rules = [...document.querySelectorAll(".evidence")];
    const cards = [...document.querySelectorAll(".card")];
    const lines = [...document.querySelectorAll(".plain tbody tr")];
    const items = [...controls, ...rules, ...cards, ...lines];
    const groups = [...document.querySelectorAll(".group")];
    const parts = [...document.querySelectorAll(".part")];
    const rows = [...document.querySelectorAll("details.row")];
    const nothing = document.querySelector(".nothing");
    const opened = new Set();
    const fewRows = 25;

    // Everything but the words of a status and the names of fields, which would find everything.
    const skipped = "b, dt, thead, .severity, .soft";
    const textOf = (item, skipped) => {
      const walker = document.createTreeWalker(item, NodeFilter.SHOW_TEXT, (node) =>
        node.parentElement.closest(skipped) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
      const found = [];
      while (walker.nextNode()) found.push(walker.currentNode.data);
      return found.join(" ").toLowerCase().replace(/\s+/g, " ");
    };

    // A control is found by what its rules looked at, too, but not by the other controls that name them.
    let texts;
    const read = () => {
      texts = new Map(items.map((item) => [item, textOf(item, skipped)]));
      for (const control of controls) {
        const named = rulesOf(control).map((rule) => textOf(rule, `${skipped}, .ids`));
        texts.set(control, [texts.get(control), ...named].join(" "));
      }
    };
    const target = (link) => document.getElementById(decode(link.hash.slice(1)));
    const rulesOf = (control) => [...control.querySelectorAll("a.code")].map(target);

    // A rule belongs to the frameworks of the controls that name it, an exception to those of its rules.
    let naming;
    const frameworksOf = (rule) => {
      if (!naming) {
        naming = new Map(rules.map((each) => [each, new Set()]));
        for (const control of controls) for (const each of rulesOf(control)) naming.get(each).add(control.dataset.framework);
      }
      return naming.get(rule) ?? new Set([rule.dataset.framework]);
    };
    const ofFramework = (item) => {
      if (item.matches(".card")) return [...item.querySelectorAll(".long a")].some((link) => frameworksOf(target(link)).has(framework.value));
      return item.matches(".row") && frameworksOf(item).has(framework.value);
    };

    const statusOf = (item) => item.dataset.status ?? (item.matches(".card") ? "exception" : "");

    const apply = () => {
      const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = statuses.filter((box) => box.checked).map((box) => box.value);
      const filtered = Boolean(words.length || wanted.length || framework.value || severity.value);
      if (words.length && !texts) read();
      let found = 0;
      for (const item of items) {
        item.hidden = !((!wanted.length || wanted.includes(statusOf(item)))
          && (!severity.value || item.dataset.severity === severity.value)
          && words.every((word) => texts.get(item).includes(word))
          && (!framework.value || ofFramework(item)));
        found += !item.hidden;
      }
      for (const group of groups) group.hidden = !group.querySelector(".control:not([hidden])");
      for (const part of parts) part.hidden = !part.querySelector(".control:not([hidden]), .evidence:not([hidden]), .card:not([hidden]), tbody tr:not([hidden])");
      for (const row of opened) row.open = false;
      opened.clear();
      if (filtered) {
        const seen = rows.filter((row) => !row.hidden);
        const inside = words.length && seen.length <= fewRows ? seen : [];
        for (const row of [...parts, ...inside]) {
          if (!row.hidden && !row.open) {
            row.open = true;
            opened.add(row);
          }
        }
      }
      nothing.hidden = found > 0;
      const count = (list) => `${list.filter((item) => !item.hidden).length} of ${list.length}`;
      shown.value = `${count(controls)} controls, ${count(rules)} rules, ${count(cards)} exceptions`;
    };

    const remember = () => {
      const state = new URLSearchParams();
      if (framework.value) state.set("framework", framework.value);
      if (severity.value) state.set("severity", severity.value);
      for (const box of statuses) if (box.checked) state.append("status", box.value);
      if (q.value.trim()) state.set("q", q.value.trim());
      const text = state.toString();
      history.replaceState(null, "", location.href.split("#")[0] + (text && `#${text}`));
    };

    const choose = (list, value) => {
      list.value = value ?? "";
      if (list.selectedIndex < 0) list.value = "";
    };

    // A fragment with "=" is a filter, so that a filtered page can be linked to; any other is a place on the page.
    const recall = () => {
      const text = location.hash.slice(1);
      if (!text || text.includes("=")) {
        const state = new URLSearchParams(text);
        q.value = state.get("q") ?? "";
        choose(framework, state.get("framework"));
        choose(severity, state.get("severity"));
        for (const box of statuses) box.checked = state.getAll("status").includes(box.value);
        apply();
      } else {
        reveal(decode(text));
      }
    };

    const decode = (text) => {
      try {
        return decodeURIComponent(text);
      } catch {
        return text;
      }
    };

    const clear = () => {
      q.value = "";
      framework.value = "";
      severity.value = "";
      for (const box of statuses) box.checked = false;
      apply();
    };

    const reveal = (id) => {
      const found = document.getElementById(id);
      if (!found) return;
      if (found.closest("[hidden]")) clear();
      for (let row = found.closest("details"); row; row = row.parentElement.closest("details")) row.open = true;
      if (found.matches("h2") && found.nextElementSibling?.matches("details")) found.nextElementSibling.open = true;
      found.scrollIntoView();
    };

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      apply();
      remember();
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      clear();
      remember();
    });
    expand.addEventListener("click", () => {
      const open = expand.getAttribute("aria-pressed") !== "true";
      expand.setAttribute("aria-pressed", open);
      expand.textContent = open ? "Collapse all" : "Expand all";
      for (const row of [...parts, ...rows]) row.open = open;
      opened.clear();
    });
    addEventListener("hashchange", recall);

    // For browsers whose style sheets cannot open what is closed; the others need no script to print it.
    let closed = [];
    addEventListener("beforeprint", () => {
      const opens = document.getElementById("print-all").checked && !CSS.supports("selector(::details-content)");
      closed = opens ? [...parts, ...rows].filter((row) => !row.open) : [];
      for (const row of closed) row.open = true;
    });
    addEventListener("afterprint", () => {
      for (const row of closed) row.open = false;
    });

    apply();
    recall();
  });
})();
