"use strict";
(() => {
  // Runs before the body exists: the style sheet shows the filters and closes the rows only where scripts run.
  document.documentElement.classList.add("js");

  addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector(".filters");
    const { q, framework, expand, shown } = form.elements;
    const statuses = [...form.querySelectorAll("[name=status]")];
    const controls = [...document.querySelectorAll(".control")];
    const parts = [...document.querySelectorAll(".group, .framework")];
    const rows = [...document.querySelectorAll("details")];
    const nothing = document.querySelector(".nothing");

    for (const row of rows) row.open = false;
    document.documentElement.classList.add("ready");

    // Ids, titles, rules and paths; the words of a status would find everything.
    let texts;
    const textOf = (control) => [...control.querySelectorAll(".id, .title, .code, .paths a")].map((part) => part.textContent).join("\n").toLowerCase();

    const apply = () => {
      const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = statuses.filter((box) => box.checked).map((box) => box.value);
      if (words.length) texts ??= new Map(controls.map((control) => [control, textOf(control)]));
      let count = 0;
      for (const control of controls) {
        const { framework: of, status } = control.dataset;
        const found = (!framework.value || of === framework.value) && (!wanted.length || wanted.includes(status))
          && words.every((word) => texts.get(control).includes(word));
        control.hidden = !found;
        count += found;
      }
      for (const part of parts) part.hidden = !part.querySelector(".control:not([hidden])");
      nothing.hidden = count > 0;
      shown.value = `${count} of ${controls.length} controls`;
    };

    const remember = () => {
      const state = new URLSearchParams();
      if (framework.value) state.set("framework", framework.value);
      for (const box of statuses) if (box.checked) state.append("status", box.value);
      if (q.value.trim()) state.set("q", q.value.trim());
      const text = state.toString();
      history.replaceState(null, "", location.href.split("#")[0] + (text && `#${text}`));
    };

    // A fragment with "=" is a filter, so that a filtered page can be linked to; any other is a place on the page.
    const recall = () => {
      const text = location.hash.slice(1);
      if (!text || text.includes("=")) {
        const state = new URLSearchParams(text);
        q.value = state.get("q") ?? "";
        framework.value = state.get("framework") ?? "";
        if (framework.selectedIndex < 0) framework.value = "";
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
      for (const box of statuses) box.checked = false;
      apply();
    };

    const reveal = (id) => {
      const target = document.getElementById(id);
      if (!target) return;
      if (target.closest("[hidden]")) clear();
      const row = target.closest("details");
      if (row) row.open = true;
      target.scrollIntoView();
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
      for (const row of rows) row.open = open;
    });
    addEventListener("hashchange", recall);

    let closed = [];
    addEventListener("beforeprint", () => {
      closed = rows.filter((row) => !row.open);
      for (const row of closed) row.open = true;
    });
    addEventListener("afterprint", () => {
      for (const row of closed) row.open = false;
    });

    recall();
  });
})();
