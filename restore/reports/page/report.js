"use strict";
(() => {
  const root = document.documentElement;
  const body = document.body;
  const find = (selector, within = document) => within.querySelector(selector);
  const list = (selector, within = document) => [...within.querySelectorAll(selector)];
  const articles = list("main > article");
  const edits = list(".text .edit");
  const detail = find("#detail");
  const help = find("#help");
  const ACCEPTED = ["accepted", "changed"];
  let current = -1; // index into `edits`
  let places = null; // how often each change is made, counted when first asked for

  root.classList.add("js");

  // Side by side is made of copies, article by article when it comes near.
  const near = new IntersectionObserver(
    (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => pair(one.target)),
    { rootMargin: "1500px" },
  );

  function pair(article) {
    near.unobserve(article);
    if (find(".pairs", article)) return;
    const pairs = make("div", "pairs");
    const names = make("div", "pair names");
    names.append(make("span", "", "Original"), make("span", "", "Restored"));
    pairs.append(names);
    for (const paragraph of list(".para", article)) {
      const row = make("div", "pair");
      for (const side of ["left", "right"]) {
        const copy = paragraph.cloneNode(true);
        copy.classList.add(side);
        list(".edit", copy).forEach((edit) => mark(edit, side));
        row.append(copy);
      }
      pairs.append(row);
    }
    find(".text", article).after(pairs);
  }

  // Says which side of an edit shows: both, or as plain text the one that counts in this view.
  function mark(edit, side) {
    const { view, only = "" } = body.dataset;
    const rejected = edit.dataset.decision === "rejected";
    const accepted = ACCEPTED.includes(edit.dataset.decision);
    let as = "both";
    if (view === "original") as = "before";
    else if (only.includes("accepted") && !accepted) as = "before";
    else if (view === "restored" || (only.includes("low") && !edit.classList.contains("low"))) as = rejected ? "before" : "after";
    if (side === "left" && as === "after") as = "before";
    if (side === "right" && as === "both" && rejected) as = "before";
    edit.dataset.as = as;
  }

  function markAll() {
    edits.forEach((edit) => mark(edit, ""));
    for (const side of ["left", "right"]) {
      list(`.pairs .${side} .edit`).forEach((edit) => mark(edit, side));
    }
  }

  function make(name, className, text = "") {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
  }

  function view(name) {
    body.dataset.view = name;
    press("view", (value) => value === name);
    markAll();
    near.disconnect();
    if (name === "side") articles.forEach((article) => near.observe(article));
    if (current >= 0) show(current);
  }

  function press(what, isOn) {
    for (const button of list(`button[data-${what}]`)) {
      button.setAttribute("aria-pressed", String(isOn(button.dataset[what])));
    }
  }

  function only(name) {
    const button = find(`button[data-only="${name}"]`);
    if (button.hidden) return;
    const on = new Set((body.dataset.only ?? "").split(" ").filter(Boolean));
    on.delete(name) || on.add(name);
    body.dataset.only = [...on].join(" ");
    press("only", (value) => on.has(value));
    markAll();
    tell();
  }

  function status(name) {
    const button = find(`button[data-status="${name}"]`);
    const chosen = button.getAttribute("aria-pressed") === "true" ? null : name;
    press("status", (value) => value === chosen);
    for (const article of articles) {
      article.hidden = chosen !== null && article.dataset.status !== chosen;
    }
    tell();
  }

  function counts(edit) {
    const on = body.dataset.only ?? "";
    if (on.includes("low") && !edit.classList.contains("low")) return false;
    if (on.includes("accepted") && !ACCEPTED.includes(edit.dataset.decision)) return false;
    return !edit.closest("article").hidden;
  }

  function step(by) {
    let at = current < 0 && by < 0 ? edits.length : current;
    if (current < 0 && by > 0) at = firstInView() - 1;
    do at += by;
    while (at >= 0 && at < edits.length && !counts(edits[at]));
    if (at >= 0 && at < edits.length) show(at);
  }

  function firstInView() {
    const top = articles.findIndex((article) => article.getBoundingClientRect().bottom > 80);
    const first = top > 0 ? edits.findIndex((edit) => articles[top].contains(edit)) : 0;
    return Math.max(first, 0);
  }

  function leap(by) {
    const shown = articles.filter((article) => !article.hidden);
    const tops = shown.map((article) => article.getBoundingClientRect().top);
    const after = tops.findIndex((top) => top > 100);
    const before = tops.findLastIndex((top) => top < 60);
    const target = shown[by > 0 ? after : before];
    target?.scrollIntoView();
  }

  function copies(edit) {
    const same = `.edit[data-id="${edit.dataset.id}"]`;
    return list(same, edit.closest("article"));
  }

  function show(at) {
    leave();
    current = at;
    const edit = edits[at];
    if (body.dataset.view === "side") pair(edit.closest("article"));
    copies(edit).forEach((copy) => copy.classList.add("current"));
    const seen = copies(edit).filter((copy) => copy.getClientRects().length);
    const target = seen.at(-1) ?? edit.closest("article");
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
    tell();
  }

  function leave() {
    if (current < 0) return;
    copies(edits[current]).forEach((copy) => copy.classList.remove("current"));
    current = -1;
    tell();
  }

  function tell() {
    const counted = edits.filter(counts);
    const edit = edits[current];
    const number = edit ? counted.indexOf(edit) + 1 : 0;
    const place = `${number ? number.toLocaleString("en") : "–"} of ${counted.length.toLocaleString("en")}`;
    find("#place").textContent = counted.length ? place : "no edits";
    detail.hidden = !edit;
    if (!edit) return;
    const change = find(".change", detail);
    change.replaceChildren(...[...edit.children].map((side) => side.cloneNode(true)));
    find(".why", detail).textContent = describe(edit);
    find(".where", detail).textContent = `Edit ${place}, ${find("h2", edit.closest("article")).textContent}`;
  }

  function describe(edit) {
    const { sure, kind, why, decision } = edit.dataset;
    const others = alike(edit) - 1;
    const parts = [why, kind, sure && `${sure} % sure`, decision];
    if (others) parts.push(`the same at ${others.toLocaleString("en")} other ${others > 1 ? "places" : "place"}`);
    return parts.filter(Boolean).join(" · ");
  }

  function alike(edit) {
    const key = (one) => [...one.children].map((side) => side.nodeName + side.textContent).join("\0");
    if (!places) {
      places = new Map();
      for (const one of edits) places.set(key(one), (places.get(key(one)) ?? 0) + 1);
    }
    return places.get(key(edit));
  }

  function isDark() {
    const chosen = root.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function theme(name) {
    root.dataset.theme = name;
    find("#dark").setAttribute("aria-pressed", String(isDark()));
    try {
      localStorage.setItem("restore-theme", name);
    } catch {
      // where a page may keep nothing, the choice lasts as long as the page
    }
  }

  function remembered() {
    try {
      return localStorage.getItem("restore-theme");
    } catch {
      return null;
    }
  }

  const toggleTheme = () => theme(isDark() ? "light" : "dark");
  const KEYS = {
    j: () => step(1), n: () => step(1), k: () => step(-1), p: () => step(-1),
    "]": () => leap(1), "[": () => leap(-1),
    d: () => view("diff"), s: () => view("side"), o: () => view("original"), r: () => view("restored"),
    l: () => only("low"), a: () => only("accepted"), t: toggleTheme,
    "?": () => help.showModal(), Escape: () => { document.activeElement.blur(); leave(); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    const edit = event.target.closest("main .edit");
    if (edit && getSelection().isCollapsed) {
      show(edits.findIndex((one) => one.dataset.id === edit.dataset.id && edit.closest("article").contains(one)));
    }
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.view) view(button.dataset.view);
    if (button.dataset.only) only(button.dataset.only);
    if (button.dataset.status) status(button.dataset.status);
    if (button.dataset.step) step(Number(button.dataset.step));
  });
  find("#dark").addEventListener("click", toggleTheme);
  find("#ask").addEventListener("click", () => help.showModal());
  find("#leave").addEventListener("click", leave);
  addEventListener("beforeprint", () => body.dataset.view === "side" && articles.forEach(pair));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    find("#dark").setAttribute("aria-pressed", String(isDark()));
  });

  find('button[data-only="low"]').hidden = !edits.some((edit) => edit.classList.contains("low"));
  find('button[data-only="accepted"]').hidden = !edits.some((edit) => edit.dataset.decision);
  find(".only").hidden = !find(".only > :not([hidden])");
  const theirs = remembered();
  if (theirs === "dark" || theirs === "light") theme(theirs);
  find("#dark").setAttribute("aria-pressed", String(isDark()));
  tell();
})();
